/** What the day is, given what the server last said and what the engineer has done since. Pure. */
import type { Checklist } from "../api/checklist-types";
import { answersOf, isUnreadable, missingOf, type Answers } from "./checks";
import type { CommandName, Entry, Refusal } from "./outbox";
import type { FieldDay, FieldVisit, Outcome, PartUse, Reading, VisitState } from "./types";

/** Where a command takes a visit. */
const LEADS_TO: Partial<Record<CommandName, VisitState>> = { accept: "confirmed", depart: "en_route", arrive: "on_site", finish: "done" };
const ORDER: readonly VisitState[] = ["requested", "booked", "offered", "confirmed", "en_route", "on_site", "done"];

export type Step = "accept" | "depart" | "arrive" | "finish";
const STEPS: Partial<Record<VisitState, Step>> = {
  booked: "accept", offered: "accept", confirmed: "depart", en_route: "arrive", on_site: "finish",
};

/** The one thing that comes next. */
export const nextStep = (visit: FieldVisit): Step | null => STEPS[visit.state] ?? null;

/** Whether the engineer may still say no. */
export const mayDecline = (visit: FieldVisit): boolean => ["booked", "offered", "confirmed"].includes(visit.state);

/** A visit after a command; null when it is no longer the engineer's. */
export function after(visit: FieldVisit, kind: Entry["kind"], at: string): FieldVisit | null {
  switch (kind) {
    case "decline": return null;
    case "accept": return { ...visit, state: "confirmed" };
    case "depart": return { ...visit, state: "en_route", departed_at: at };
    case "arrive": return { ...visit, state: "on_site", arrived_at: at };
    case "finish": return { ...visit, state: "done", finished_at: at };
    default: return visit;
  }
}

/** The visits as they are once everything that waits has arrived. */
export function projected(visits: readonly FieldVisit[], entries: readonly Entry[]): FieldVisit[] {
  return visits.flatMap((visit) => {
    let now: FieldVisit | null = visit;
    for (const entry of entries) {
      if (entry.visit !== visit.id || entry.refusal || !now) continue;
      const target: VisitState | undefined = LEADS_TO[entry.kind as CommandName];
      // The answer may have been lost: a visit never goes back.
      if (target && rank(target) <= rank(now.state)) continue;
      now = after(now, entry.kind, entry.at);
    }
    return now ? [now] : [];
  });
}

/** The stop that counts now: one that has begun, otherwise the first in route order that is not over. */
export function nextStop(visits: readonly FieldVisit[]): FieldVisit | undefined {
  return visits.find(({ state }) => state === "en_route" || state === "on_site") ?? visits.find((visit) => nextStep(visit) !== null);
}

/** Whether a refused command is no matter: the visit is where it should lead, or further. */
export function isThereAlready(kind: Entry["kind"], refusal: Refusal): boolean {
  const target = kind === "finish" ? undefined : LEADS_TO[kind as CommandName];
  return refusal.code === "wrong_state" && target !== undefined && rank(refusal.visitState as VisitState) >= rank(target);
}

const rank = (state: VisitState): number => ORDER.indexOf(state);

/** The report while it is being written. */
export interface Draft {
  outcome: Outcome | null;
  work_done: string;
  readings: Reading[];
  /** Answers to the visit's checklist. */
  checks: Answers;
  used: PartUse[];
  needed: PartUse[];
  /** null: from arrived till now. */
  labour: number | null;
  signature: ArrayBuffer | null;
  /** Signed for the report that the server refused; the signature itself is on its way or there. */
  signed: boolean;
  /** The customer is not there or does not sign. */
  unsigned: boolean;
  /** Keys of the photos that were taken. */
  photos: string[];
}

export const EMPTY_DRAFT: Draft = {
  outcome: null, work_done: "", readings: [], checks: {}, used: [], needed: [], labour: null, signature: null, signed: false, unsigned: false, photos: [],
};

interface Asked {
  parts: boolean;
  needed: "no" | "may" | "must";
  readings: boolean;
  /** Whether required items must be answered, because the work was done. What was answered is sent with every outcome. */
  checklist: "no" | "may" | "must";
  signature: boolean;
}

/** What a report asks for, by outcome; work done (or what stood in the way), photos and minutes always. */
export const ASKED: Record<Outcome, Asked> = {
  fixed: { parts: true, needed: "no", readings: true, checklist: "must", signature: true },
  partially_fixed: { parts: true, needed: "may", readings: true, checklist: "must", signature: true },
  part_missing: { parts: true, needed: "must", readings: true, checklist: "may", signature: true },
  no_access: { parts: false, needed: "no", readings: false, checklist: "no", signature: false },
  unsafe: { parts: false, needed: "no", readings: false, checklist: "may", signature: false },
  beyond_repair: { parts: false, needed: "no", readings: true, checklist: "may", signature: true },
};

export type Gap = "outcome" | "work_done" | "needed" | "part" | "serial" | "reading" | "check" | "check_value" | "signature" | "labour";

/** What is still missing before the report can be sent. */
export function gaps(draft: Draft, day: FieldDay, checklist: Checklist | null): Gap[] {
  const { outcome } = draft;
  if (!outcome) return ["outcome"];
  const asked = ASKED[outcome];
  const found: Gap[] = [];
  if (!draft.work_done.trim()) found.push("work_done");
  if (asked.needed === "must" && !draft.needed.some((part) => part.sku.trim())) found.push("needed");
  const lines = [...(asked.parts ? draft.used : []), ...(asked.needed === "no" ? [] : draft.needed)];
  if (lines.some((part) => !part.sku.trim())) found.push("part");
  if (asked.parts && draft.used.some((part) => part.sku.trim() && !part.serial.trim() && isSerialised(day, part.sku))) found.push("serial");
  if (asked.readings && draft.readings.some(({ name, value }) => !name.trim() !== !value.trim())) found.push("reading");
  if (asked.checklist === "must" && missingOf(checklist, draft.checks).length) found.push("check");
  if (asked.checklist !== "no" && checklist?.items.some((item) => isUnreadable(item, draft.checks[item.id]))) found.push("check_value");
  if (asked.signature && !draft.signature && !draft.signed && !draft.unsigned) found.push("signature");
  if (draft.labour !== null && !(draft.labour >= 0 && draft.labour <= 1440)) found.push("labour");
  return found;
}

/** The report as the API takes it; of the draft only what its outcome asks for. */
export function reportOf(draft: Draft, minutes: number, checklist: Checklist | null): Record<string, unknown> {
  const outcome = draft.outcome!;
  const asked = ASKED[outcome];
  return {
    outcome,
    work_done: draft.work_done.trim(),
    parts_used: (asked.parts ? draft.used : []).map(({ sku, quantity, serial }) => ({ sku: sku.trim(), quantity, serial: serial.trim() || null })),
    needed_parts: (asked.needed === "no" ? [] : draft.needed).map(({ sku, quantity }) => ({ sku: sku.trim(), quantity })),
    readings: (asked.readings ? draft.readings : []).filter(({ name }) => name.trim()).map(({ name, value }) => ({ name: name.trim(), value: value.trim() })),
    checklist: answersOf(checklist, draft.checks),
    labour_minutes: draft.labour ?? minutes,
    signed_by_customer: asked.signature && (draft.signature !== null || draft.signed),
  };
}

/** A report that the server refused, as a draft again. */
export function draftOf(body: Record<string, unknown>): Draft {
  const part = (line: { sku: string; quantity: number; serial?: string | null }): PartUse => ({ ...line, serial: line.serial ?? "" });
  return {
    outcome: body.outcome as Outcome,
    work_done: String(body.work_done ?? ""),
    readings: (body.readings as Reading[] | undefined) ?? [],
    checks: Object.fromEntries(((body.checklist as { item: string; answer: string }[] | undefined) ?? []).map(({ item, answer }) => [item, answer])),
    used: ((body.parts_used as PartUse[] | undefined) ?? []).map(part),
    needed: ((body.needed_parts as PartUse[] | undefined) ?? []).map(part),
    labour: Number(body.labour_minutes ?? 0),
    signature: null,
    signed: Boolean(body.signed_by_customer),
    unsigned: !body.signed_by_customer,
    photos: [],
  };
}

export function isSerialised(day: FieldDay, sku: string): boolean {
  return [...day.van, ...day.catalogue].find((part) => part.sku === sku.trim())?.serialised ?? false;
}

/** What a scanned or typed code means: a part's number, or the serial number of a unit that is held or in the van. */
export function partByCode(code: string, day: FieldDay, visit: FieldVisit): PartUse | null {
  const wanted = code.trim().toLowerCase();
  if (!wanted) return null;
  for (const part of [...visit.parts, ...day.van]) {
    const serial = part.serials.find((each) => each.toLowerCase() === wanted);
    if (serial) return { sku: part.sku, quantity: 1, serial };
  }
  const known = [...visit.parts, ...day.van, ...day.catalogue].find((part) => part.sku.toLowerCase() === wanted);
  return known ? { sku: known.sku, quantity: 1, serial: "" } : null;
}

/** The company's time now, by the phone's clock: how far they differ was seen when the day came. */
export function companyNow(clock: FieldDay["clock"], received: number, now: number): number {
  return Date.parse(clock.now) + (now - received) * clock.speed;
}
