/** One timeline of everything: what happened to the case, and what was told. Pure. */
import type { Entry, Message, PlanMove } from "../api/case-types";
import { dateTime } from "../i18n/format";
import { becauseText } from "../explain/because";
import { t, type CaseText } from "./messages";
import { word } from "./words";

export const FILTERS = ["all", "case", "plan", "visit", "parts", "promise", "note", "messages"] as const;
export type Filter = (typeof FILTERS)[number];

/**
 * What the plan and the case record beside the visit's own event, which says the same and more: `booked` with what
 * moved and why, `finished` with the outcome, and so on.
 */
const ECHOES = new Set([
  "booking_made", "booking_moved", "visit_booked", "visit_offered", "visit_confirmed", "visit_en_route", "visit_on_site", "visit_done",
]);

/** One line of the timeline. */
export type Line = { at: string; key: string } & ({ entry: Entry } | { message: Message });

/**
 * Events and messages, the newest first.
 *
 * @param more Whether older events exist: messages from before the oldest shown event then wait for them.
 */
export function timelineOf(entries: readonly Entry[], messages: readonly Message[], filter: Filter, more: boolean): Line[] {
  const events: Line[] = filter === "messages" ? [] : entries.filter(({ kind }) => !ECHOES.has(kind)).map((entry) => ({ at: entry.at, key: `e${entry.id}`, entry }));
  const told = filter === "all" || filter === "messages" ? messages : [];
  const oldest = more && filter === "all" ? Math.min(...entries.map(({ recorded_at }) => Date.parse(recorded_at))) : -Infinity;
  const sent: Line[] = told
    .map((message) => ({ at: message.sent_at ?? message.created_at, key: `m${message.id}`, message }))
    .filter(({ at }) => Date.parse(at) >= oldest);
  return [...events, ...sent].sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
}

/** What an event says, in the reader's language. */
export function eventText(entry: Entry, zone: string): string {
  const data = entry.data as Record<string, string>;
  if (entry.move) return moveText(entry.move, zone);
  const key = `event_${entry.kind}`;
  if (!(key in t.all.en)) return t("event_unknown", { kind: entry.kind.replaceAll("_", " ") });
  const values: Record<string, string> = {
    missing: (data.missing ?? "").split(", ").map((field) => word("field", field)).join(", "),
    kind: word("kind", data.case_kind),
    severity: word("severity", data.severity),
    decision: word("decision", data.decision),
    outcome: word("outcome", data.outcome),
    engineer: entry.engineer ?? data.engineer ?? "",
    sku: data.sku ?? "",
    state: word("part", data.state),
    rung: word("role", data.rung),
    subject: word("clock", data.subject) === data.subject?.replaceAll("_", " ") ? word("step", data.subject) : word("clock", data.subject),
    reason: reasonOf(entry, data.reason ?? "", zone),
    text: data.text ?? "",
    first: String(data.first_minutes ?? ""),
    second: String(data.second_minutes ?? ""),
    satisfaction: String(data.satisfaction ?? ""),
    comment: data.comment ?? "",
    windows: (data.windows ?? "").split("; ").filter(Boolean).map((span) => spanText(span, zone)).join(", "),
    note: data.note ?? "",
    window: data.start ? windowText(data.start, data.end ?? data.start, zone) : "",
  };
  return t(key as CaseText, values).trim();
}

/** An ISO 8601 interval as the reader writes it. */
function spanText(interval: string, zone: string): string {
  const [start, end] = interval.split("/") as [string, string];
  return windowText(start, end, zone);
}

function reasonOf(entry: Entry, recorded: string, zone: string): string {
  if (entry.kind.startsWith("clocks_")) return word("pause", recorded);
  return entry.kind === "declined" ? word("decline", recorded) : whyText(entry, recorded, zone);
}

/** Why it happened: told from the codes, or as it was recorded. */
export function whyText({ because, people }: Entry, recorded: string, zone: string): string {
  return becauseText(because, recorded, { zone }, people);
}

/** What a plan change moved; why it did is beside it. */
export function moveText(move: PlanMove, zone: string): string {
  const place = (engineer: string | null, at: string | null) => (engineer && at ? t("moved_place", { engineer, time: dateTime(at, zone) }) : (engineer ?? ""));
  const from = place(move.from_engineer, move.from_arrival);
  const to = place(move.to_engineer, move.to_arrival);
  if (!to) return t("moved_off", { from });
  return from ? t("moved_from", { from, to }) : t("moved_booked", { to });
}

/** Mon 23 Nov 09:00–11:00 */
export function windowText(start: string, end: string, zone: string): string {
  const [from, to] = [dateTime(start, zone), dateTime(end, zone)];
  const [day, hour] = [from.slice(0, from.lastIndexOf(" ")), to.slice(to.lastIndexOf(" ") + 1)];
  return to.startsWith(day) ? `${from}–${hour}` : `${from} – ${to}`;
}

export interface PauseSpan {
  from: number;
  to: number;
}

/** When clocks stood still, as the events say it; an open pause lasts until now. */
export function pausesOf(entries: readonly Entry[], now: number): PauseSpan[] {
  const found: PauseSpan[] = [];
  const open = new Map<unknown, number>();
  for (const { kind, at, data } of [...entries].sort((a, b) => a.id - b.id)) {
    if (kind === "clocks_paused") open.set(data.reason, open.get(data.reason) ?? Date.parse(at));
    if (kind === "clocks_resumed" && open.has(data.reason)) {
      found.push({ from: open.get(data.reason)!, to: Date.parse(at) });
      open.delete(data.reason);
    }
  }
  return [...found, ...[...open.values()].map((from) => ({ from, to: now }))];
}
