/** What the API sends and takes. Times are ISO 8601 with offset, money is in cents, spans are in seconds. */

export interface User {
  id: string;
  name: string;
  roles: string[];
  language: string | null;
  territory_id: string | null;
  engineer_id: string | null;
}

export interface Session {
  user: User;
  csrf_token: string;
  permissions: string[];
  /** Where map tiles come from; empty: maps draw a plain ground. */
  tile_url: string;
  /** The namespace's page in the Temporal UI; empty for whom that is no business, or where there is none. */
  temporal_ui: string;
}

export interface Change {
  topic: "visit" | "booking" | "case" | "plan" | "draft" | "absence" | "stock" | "engineer" | "settings";
  id: string;
  territory: string | null;
  case_id: string | null;
}

export interface Page<Item> {
  items: Item[];
  next_cursor: string | null;
}

export interface Territory {
  id: string;
  name: string;
  time_zone: string;
}

export type PromiseState = "none" | "kept" | "warning" | "jeopardy" | "breached";

export interface Sla {
  state: PromiseState;
  due_at: string | null;
}
