/** Cases: what operations' lists, the case desk, the check before opening and the slot offers send and take. */
import type { AnsweredChecklist } from "./checklist-types";
import type { Page } from "./types";
import type { Because } from "../explain/because";
import type { Reason } from "../explain/types";

/** Where a clock stands; `kept` and `missed` are over. */
export type SlaState = "none" | "running" | "warning" | "jeopardy" | "breached" | "paused" | "kept" | "missed";

/** What stands between a case and its promise. */
export interface Cause {
  kind: string;
  sentence: string;
  until: string | null;
  seconds: number | null;
  sku: string | null;
  engineer_id: string | null;
}

export interface ClockChip {
  name: string;
  state: SlaState;
  due_at: string | null;
  predicted: string | null;
}

/** A case in operations' list, and the header of its desk. */
export interface CaseLine {
  id: string;
  state: string;
  sla: SlaState;
  /** The clock that hurts next, and when; null when none runs. */
  clock: string | null;
  hurts_at: string | null;
  seconds_to_go: number | null;
  cause: Cause | null;
  next_step: string | null;
  responsible: string;
  due_at: string | null;
  overdue: boolean;
  age_seconds: number;
  opened_at: string;
  closed_at: string | null;
  kind: string | null;
  severity: string | null;
  territory: string | null;
  time_zone: string;
  product_model: string | null;
  symptom: string;
  neighbourhood: string;
  open_visit_id: string | null;
  clocks: ClockChip[];
}

/** Every page of one walk shows the cases as they stand at `as_of`. */
export interface CasePage extends Page<CaseLine> {
  as_of: string;
}

/** The list's query parameters, as a figure or a bar names them. */
export type Drill = Record<string, string[]>;

export interface Counts {
  total: number;
  facets: Record<string, Record<string, number>>;
  as_of: string;
}

export interface Figure {
  name: "kept_today" | "jeopardy" | "breached" | "waiting_for_parts" | "oldest";
  /** A count; for `oldest` seconds. */
  value: number;
  of: number | null;
  /** The same, a day earlier at this time. */
  before: number | null;
  cases: Drill;
  case_id: string | null;
}

export interface Figures {
  as_of: string;
  time_zone: string;
  figures: Figure[];
}

export interface WaitingLine {
  waits_for: "part" | "customer" | "depot";
  since: string;
  seconds: number;
  why: string;
  who: string;
  from_: string | null;
  case: CaseLine;
}

export interface Bar {
  key: string;
  label: string;
  values: Record<string, number>;
  /** By the name of a value, the filters that list the cases behind it. */
  cases: Record<string, Drill>;
}

export interface Charts {
  as_of: string;
  time_zone: string;
  days: number;
  promises: Bar[];
  first_time_fix: Bar[];
  backlog: Bar[];
  travel: Bar[];
  load: Bar[];
  faults: Bar[];
}

export interface SavedView {
  name: string;
  query: Record<string, unknown>;
  saved_at: string;
}

/** One promise as a bar; a `used_share` of 1 is the breach. */
export interface ClockBar {
  name: string;
  state: SlaState;
  used_share: number;
  warns_at_share: number | null;
  target_seconds: number;
  started_at: string;
  stopped_at: string | null;
  warn_at: string | null;
  due_at: string | null;
  predicted: string | null;
  remedy: string;
  paused_for: string[];
}

export interface PlanMove {
  from_engineer: string | null;
  from_arrival: string | null;
  to_engineer: string | null;
  to_arrival: string | null;
  why: string;
  made_by: string;
  plan_id: string | null;
  sentence: string;
}

export interface Entry {
  id: number;
  kind: string;
  at: string;
  recorded_at: string;
  actor_role: string;
  actor_id: string;
  visit_id: string | null;
  data: Record<string, unknown>;
  move: PlanMove | null;
  /** The name of the engineer whom `data` names by id. */
  engineer: string | null;
  /** Of a finished visit. */
  checklist: AnsweredChecklist | null;
  /** The reason as codes; none where a person gave it. */
  because?: Because[];
  /** The names of the engineers whom `because` names by id. */
  people?: Record<string, string>;
}

export type Timeline = Page<Entry>;

/** A message to somebody, and what became of it; never to which address. */
export interface Message {
  id: number;
  case_id: string;
  visit_id: string | null;
  occasion: string;
  recipient: string;
  channel: string;
  state: string;
  reason: string;
  created_at: string;
  sent_at: string | null;
  updated_at: string;
}

export interface Contact {
  customer_id: string | null;
  name: string;
  phone: string;
  email: string;
  language: string;
  address: string;
  neighbourhood: string;
  latitude: number | null;
  longitude: number | null;
}

export interface VisitLine {
  id: string;
  number: number;
  state: string;
  next_step: string | null;
  responsible: string;
  due_at: string | null;
  outcome: string | null;
  requested_at: string;
  booking: { id: string; engineer_id: string; engineer: string; arrival: string; finish: string; state: string } | null;
  /** The first part of the job that this visit is the second part of. */
  after_visit_id: string | null;
}

export interface PartLine {
  visit_id: string;
  sku: string;
  name: string;
  quantity: number;
  state: string;
  source: string | null;
  location: string | null;
  ready_at: string | null;
}

/** A photo, signature or document of a case; `width` is null for what has no picture. */
export interface CaseFile {
  id: string;
  visit_id: string | null;
  kind: string;
  media_type: string;
  size: number;
  width: number | null;
  uploaded_by_role: string;
  uploaded_at: string;
}

export interface CustomerLink {
  id: string;
  made_at: string;
  expires_at: string;
  state: string;
}

/** A link that was just made; its token is told only now. */
export interface NewCustomerLink {
  id: string;
  expires_at: string;
  token: string;
}

/** What helped in a case like this. */
export interface Hint {
  case_id: string;
  score: number;
  reasons: string[];
  symptom: string;
  error_code: string;
  solved_by: "visit" | "remote";
  done: string;
  parts: Record<string, number>;
  minutes: number | null;
  first_time: boolean;
  closed_at: string;
}

export interface RegisteredCase {
  channel: string;
  category: string | null;
  warranty: string;
  error_code: string;
  external_ref: string | null;
  installed_product_id: string | null;
  serial: string;
  contact: Contact;
  problems: { field: string; rule: string }[];
  visits: VisitLine[];
  open_visit_id: string | null;
  decision: string | null;
  quote_cents: number;
  outcome: string | null;
  repeat_of: string | null;
  reopened: number;
  satisfaction: number | null;
  closing_note: string;
  labour_cents: number;
  travel_cents: number;
  parts_cents: number;
  version: number;
}

/** A case on one screen, with what the reader may do with it now. */
export interface Desk {
  as_of: string;
  line: CaseLine;
  case: RegisteredCase;
  clocks: ClockBar[];
  timeline: Timeline;
  parts: PartLine[];
  hints: Hint[];
  commands: string[];
  visit_commands: string[];
}

/** A case that may be the same as one that is about to be opened. */
export interface Alike {
  case_id: string;
  kind: "duplicate" | "repeat";
  score: number;
  reasons: string[];
  state: string;
  symptom: string;
  error_code: string;
  product_model: string | null;
  opened_at: string;
  closed_at: string | null;
  next_step: string | null;
  due_at: string | null;
}

export interface Check {
  alike: Alike[];
  hints: Hint[];
}

export interface Opened {
  case_id: string;
  state: string;
  problems: { field: string; rule: string }[];
  is_new: boolean;
}

export interface Slot {
  start: string;
  end: string;
  engineer_id: string;
  arrival: string;
  finish: string;
  extra_cost_cents: number;
  extra_travel_seconds: number;
  late_seconds: number;
  sentence: string;
  drawbacks?: string[];
  people?: Record<string, string>;
}

export interface Hold {
  id: string;
  start: string;
  end: string;
  expires_at: string;
}

export interface Offers {
  case_id: string;
  time_zone: string;
  as_of: string;
  days: { day: string; slots: Slot[]; reason: string; why?: Reason | null }[];
  hold: Hold | null;
}
