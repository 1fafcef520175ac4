/** An engineer's day as the API sends it (models/screens/field.py). */
import type { Checklist } from "../api/checklist-types";

export type VisitState = "requested" | "booked" | "offered" | "confirmed" | "en_route" | "on_site" | "done" | "cancelled";
export const OUTCOMES = ["fixed", "partially_fixed", "part_missing", "no_access", "unsafe", "beyond_repair"] as const;
export type Outcome = (typeof OUTCOMES)[number];
export const DECLINE_REASONS = ["overloaded", "skill", "part", "distance", "personal", "other"] as const;
export type DeclineReason = (typeof DECLINE_REASONS)[number];

export interface FieldContact {
  name: string;
  phone: string;
  address: string;
  access_notes: string;
}

export interface HistoryLine {
  visit_id: string;
  finished_at: string;
  symptom: string;
  outcome: Outcome | null;
  work_done: string;
}

export interface FieldPart {
  sku: string;
  name: string;
  quantity: number;
  source: "van" | "warehouse" | "shipment";
  /** The warehouse; empty for the own van. */
  place: string;
  state: "held" | "shipped" | "ready" | "consumed";
  ready_at: string | null;
  serialised: boolean;
  serials: string[];
}

export interface VanPart {
  sku: string;
  name: string;
  on_hand: number;
  free: number;
  serialised: boolean;
  serials: string[];
}

export interface PartName {
  sku: string;
  name: string;
  serialised: boolean;
}

export interface FieldVisit {
  id: string;
  case_id: string;
  number: number;
  /** 1 or 2 where the job is split into two visits. */
  part: 1 | 2 | null;
  state: VisitState;
  severity: "low" | "medium" | "high" | "safety";
  booking_id: string;
  arrival: string;
  finish: string;
  travel_seconds: number;
  window_start: string | null;
  window_end: string | null;
  on_site_due: string | null;
  departed_at: string | null;
  arrived_at: string | null;
  finished_at: string | null;
  outcome: Outcome | null;
  symptom: string;
  error_code: string;
  findings: string;
  product: { model_code: string; name: string; serial: string } | null;
  minutes: number;
  tools: string[];
  parts: FieldPart[];
  neighbourhood: string;
  latitude: number;
  longitude: number;
  contact: FieldContact | null;
  /** From the arrival on the one with which the work began. */
  checklist: Checklist | null;
  unsafe_before: HistoryLine[];
  history: HistoryLine[];
}

export interface FieldDay {
  engineer: { id: string; name: string };
  territory: string;
  time_zone: string;
  day: string;
  today: string;
  visits: FieldVisit[];
  van: VanPart[];
  catalogue: PartName[];
  /** The edition of the checklists; arriving tells it, so that a list at hand counts also when a newer one is made. */
  checklists: number;
  /** The company's time at the answer, and how many of its seconds pass in one. */
  clock: { now: string; speed: number };
}

export interface PartUse {
  sku: string;
  quantity: number;
  serial: string;
}

export interface Reading {
  name: string;
  value: string;
}
