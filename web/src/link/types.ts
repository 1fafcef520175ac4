/** What the API answers to a customer's link (api/customer_view.py). Sentences come in the asked language. */

export type ActionName = "quote" | "confirm" | "rating" | "slot" | "windows";

export interface Slot {
  id: string;
  start: string;
  end: string;
}

export interface Visit {
  state: string;
  engineer: string;
  window: string;
  window_start: string | null;
  window_end: string | null;
  arrival: string | null;
  live: boolean;
}

export interface CustomerView {
  number: string;
  state: string;
  product: string;
  language: string;
  time_zone: string;
  company: string;
  now: string;
  standing: string;
  next: string;
  action: { name: ActionName; sentence: string } | null;
  visit: Visit | null;
  quote: { amount_cents: number; currency: string; amount: string; answer_by: string | null } | null;
  slots: Slot[];
  rating: number | null;
  may_write: boolean;
  story: { at: string; when: string; sentence: string }[];
}
