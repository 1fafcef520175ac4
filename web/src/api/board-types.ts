/** The dispatcher's board: what `/api/territories/{id}/board` and its neighbours send and take. */
import type { PromiseState, Sla } from "./types";
import type { Because } from "../explain/because";
import type { BrokenRule, Change, Choice, Reason } from "../explain/types";

export interface Shift {
  start: string;
  end: string;
  break_start: string | null;
  break_end: string | null;
  break_is_planned: boolean;
  overtime_until: string;
}

export interface Engineer {
  id: string;
  name: string;
  skills: { skill: string; level: number; expires_on: string | null }[];
  home: { latitude: number; longitude: number };
  shifts: Shift[];
  absences: { start: string; end: string; kind: string }[];
  /** Share of the shown shifts that travel and work take; null without a shift. */
  load: number | null;
}

export type Pin = "resource" | "time" | "both";

/** The other visit of a split job; `number` says which of the two this one is. */
export interface OtherPart {
  visit_id: string;
  number: 1 | 2;
}

export interface Stop {
  visit_id: string;
  case_id: string;
  number: number;
  booking_id: string;
  engineer_id: string;
  booking_state: string;
  visit_state: string;
  arrival: string;
  finish: string;
  travel_seconds: number;
  predicted_arrival: string | null;
  predicted_finish: string | null;
  window_start: string | null;
  window_end: string | null;
  severity: string;
  priority: number;
  sla: Sla;
  symptom: string;
  neighbourhood: string;
  latitude: number;
  longitude: number;
  parts: { sku: string; quantity: number; source: string; location: string; state: string }[];
  pin: Pin | null;
  movable: boolean;
  fixed_because: string | null;
  other_part: OtherPart | null;
}

export interface WarehouseStop {
  engineer_id: string;
  warehouse_id: string;
  name: string;
  start: string;
  end: string;
  latitude: number;
  longitude: number;
  parts: { sku: string; quantity: number }[];
}

export interface Unplanned {
  visit_id: string;
  case_id: string;
  severity: string;
  priority: number;
  symptom: string;
  minutes: number;
  skills: Record<string, number>;
  requested_at: string;
  resolve_due: string | null;
  sla: Sla;
  neighbourhood: string;
  latitude: number;
  longitude: number;
  reasons: Reason[];
  other_part: OtherPart | null;
}

export interface Place {
  engineer_id: string;
  arrival: string;
  finish: string;
}

export interface DraftChange {
  visit_id: string;
  case_id: string;
  from: Place | null;
  to: Place | null;
  pin: Pin | null;
  made_by: string;
  made_at: string;
  stale: boolean;
}

export interface Draft {
  version: number;
  changes: DraftChange[];
}

export interface Board {
  territory: string;
  name: string;
  time_zone: string;
  now: string;
  from: string;
  to: string;
  engineers: Engineer[];
  stops: Stop[];
  warehouse_stops: WarehouseStop[];
  unplanned: Unplanned[];
  draft_version: number;
  /** The names of those who changed the draft, by actor: `dispatcher:U-7`. */
  draft_people: Record<string, string>;
  draft: Draft | null;
  held_plan: { id: string; differences: number } | null;
  last_plan: { id: string; published_at?: string | null } | null;
}

/** An engineer and an arrival, or neither: off the plan. */
export interface Move {
  visit_id: string;
  engineer_id: string | null;
  arrival: string | null;
}

export interface Consequence {
  allowed: boolean;
  broken: BrokenRule[];
  cost_change_cents: number;
  travel_change_seconds: number;
  overtime_change_seconds: number;
  /** How late each would be kept; null while the visit has no place. */
  promises_lost: { visit_id: string; case_id: string; late_seconds: number | null }[];
  promises_saved: { visit_id: string; case_id: string; late_seconds: number | null }[];
  others: { visit_id: string; engineer_id: string; from_arrival: string; to_arrival: string }[];
  routes: { engineer_id: string; stops: { visit_id: string; arrival: string; finish: string; travel_seconds: number }[] }[];
}

export interface RankedPlace {
  engineer_id: string;
  arrival: string;
  finish: string;
  cost_change_cents: number;
  travel_change_seconds: number;
  others_late_seconds: number;
  sla: { state: PromiseState; late_seconds: number };
  sentence: string;
  drawbacks?: string[];
  people?: Record<string, string>;
}

export interface WhatIf extends Change {
  arrival: string;
}

/** A what-if question and, once it is done, its answer. */
export interface Trial {
  id: string;
  state: "running" | "done" | "cancelled" | "failed";
  seconds: number;
  budget_seconds: number;
  moves: { visit_id: string; engineer: string | null; arrival: string | null }[];
  left_out: { visit: string; reasons: Reason[] }[];
  kept: number;
  reason: string;
  because?: Because[];
}

export interface Why {
  visit_id: string;
  state: string;
  answer: string;
  choice: Choice | null;
  reasons: Reason[];
  changes: WhatIf[];
}

export interface VisitDetail {
  visit: { id: string; case_id: string; number: number; state: string; severity: string; due_at: string | null };
  symptom: string;
  product_model: string | null;
  neighbourhood: string;
  minutes: number;
  skills: Record<string, number>;
  tools: string[];
  parts: { sku: string; quantity: number }[];
  windows: { start: string; end: string }[];
  reservations: { id: string; sku: string; quantity: number; source: string; location: string; state: string; ready_at: string | null }[];
  dispatch_due: string | null;
  on_site_due: string | null;
  resolve_due: string | null;
}

/** One of the two visits that a split would make; without a place it fits nowhere as the plan stands. */
export interface SplitPart {
  visit_id: string;
  minutes: number;
  parts: { sku: string; quantity: number }[];
  place: RankedPlace | null;
}

export interface SplitConsequence {
  gives_up: { engineer_id: string; arrival: string; finish: string; state: string } | null;
  first: SplitPart;
  second: SplitPart;
}
