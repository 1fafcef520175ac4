/**
 * The planner's explanations in the reader's language, told from their codes and facts, with names instead of ids.
 * What is not known here yet, or lacks a fact, is told in the server's own English sentence.
 */
import { dateTime, money, span } from "../i18n/format";
import type { BrokenRule, Change, Choice, Offered, Reason } from "./types";
import { t, type Told } from "./words";

/** What a screen knows beside the facts: its zone, and cases and engineers by id. */
export interface Knows {
  zone: string;
  caseOf?: (visit: string) => string | undefined;
  engineer?: (id: string) => string;
}

type Facts = Record<string, string | number | undefined>;

const BY_ENGINEER = new Set(["pin", "excluded", "skill", "tools", "shift"]);
const IN_TIME = new Set(["certificate", "window", "longest_tour", "time"]);

/** Why no engineer, or too few of them, can take a visit. */
export function reasonText(reason: Reason, knows: Knows): string {
  const { code, visits = [], until } = reason;
  const others = joined(visits.map((visit) => caseOf(visit, knows)));
  const text = tell(`reason_${code}`, variant(reason), reason.sentence, {
    who: who(reason, knows),
    only: joined((reason.only ?? []).map((id) => name(id, reason.people, knows))),
    lacking: namesOf(code, reason.lacking),
    nearest: reason.nearest ? name(reason.nearest, reason.people, knows) : undefined,
    visits: others,
  });
  if (text === reason.sentence || text.endsWith(t("end"))) return text;
  const rest: string[] = [];
  if (code === "parts" && others) rest.push(t("parts_taken_by", { visits: others }));
  if (code === "max_visits" && others) rest.push(t("held_by", { visits: others }));
  if (code === "parts" && until) rest.push(t("parts_there", { time: dateTime(until, knows.zone) }));
  const near = nearest(reason, knows);
  return [text, ...(near ? [near] : []), ...rest].join(t("clause")) + t("end");
}

/** Why an arrival window cannot be offered: the planner's first reason against it. */
export function noSlotText(reason: Reason, knows: Knows): string {
  if (reason.cause || reason.code === "others_late" || reason.code === "state") return reasonText(reason, knows);
  return tell(`slot_${reason.code}`, "", reason.sentence, {
    lacking: namesOf(reason.code, reason.lacking),
    visits: joined((reason.visits ?? []).map((visit) => caseOf(visit, knows))),
  });
}

/** A rule that a move would break. */
export function brokenText(broken: BrokenRule, knows: Knows): string {
  return tell(`broken_${broken.rule}`, broken.cause ?? "", broken.sentence || broken.rule, {
    visit: broken.visit_id ? caseOf(broken.visit_id, knows) : undefined,
    engineer: broken.engineer_id ? name(broken.engineer_id, broken.people, knows) : undefined,
    lacking: namesOf(broken.rule, broken.lacking),
    at: broken.at ? dateTime(broken.at, knows.zone) : undefined,
    agreed: broken.agreed ? dateTime(broken.agreed, knows.zone) : undefined,
  });
}

/** How a plan came to its engineer. */
export function choiceText(choice: Choice, knows: Knows): string {
  const [other] = choice.alternatives;
  return tell(`choice_${choice.code}`, "", choice.sentence, {
    engineer: choice.engineer_id ? name(choice.engineer_id, choice.people, knows) : undefined,
    other: other ? name(other.engineer_id, choice.people, knows) : undefined,
    count: choice.considered,
  });
}

/** What would give a place to a visit without one. */
export function changeText(change: Change, knows: Knows): string {
  const { amount } = change;
  return tell(`change_${change.kind}`, "", change.sentence, {
    engineer: name(change.engineer_id, change.people, knows),
    to: change.goes_to ? name(change.goes_to, change.people, knows) : undefined,
    visit: change.gives_way ? caseOf(change.gives_way, knows) : undefined,
    span: amount === undefined ? undefined : length(amount),
    count: amount,
    names: namesOf(change.kind === "sent" || change.kind === "stocked" ? "parts" : change.kind, change.names),
    warehouse: change.warehouse_id ?? undefined,
    until: change.until ? dateTime(change.until, knows.zone) : undefined,
  });
}

/** What a place for a visit costs, and what speaks against it. */
export function placeText(place: Offered, knows: Knows): string {
  const text = t("place", {
    engineer: name(place.engineer_id, place.people, knows), cost: money(place.cost, true), travel: span(place.travel, true),
  });
  const notes = [
    place.late > 0 && t("place_late", { span: span(place.late) }),
    (place.othersLate ?? 0) > 0 && t("place_others_late", { span: span(place.othersLate!) }),
    ...(place.drawbacks ?? []).map((each) => `drawback_${each}` in t.all.en && t(`drawback_${each}` as Told)),
  ];
  return [text, ...notes.filter(Boolean)].join(t("list")) + t("end");
}

/** The text of a code, of one of its cases where there is such a text; the server's sentence where a fact is missing. */
function tell(code: string, cause: string, sentence: string, facts: Facts): string {
  const key = cause && `${code}_${cause}` in t.all.en ? `${code}_${cause}` : code;
  if (!(key in t.all.en) || (cause && key === code)) return sentence;
  const needed = [...t.all.en[key as Told].matchAll(/\{(\w+)\}/g)].map(([, fact]) => fact!);
  if (needed.some((fact) => facts[fact] === undefined || facts[fact] === "")) return sentence;
  return t(key as Told, facts as Record<string, string | number>);
}

function variant({ code, cause = "", count = 1, only = [] }: Reason): string {
  if (cause) return cause;
  if (code === "excluded" && only.length) return "only";
  return code === "shift" && count === 0 ? "none" : "";
}

/** The engineer by name if it is one alone, otherwise how many engineers or shifts. */
function who({ code, count = 1, nearest: one, people }: Reason, knows: Knows): string {
  if (count === 1 && one) return name(one, people, knows);
  const byEngineer = BY_ENGINEER.has(code);
  if (count === 1) return t(byEngineer ? "engineer_one" : "shift_one");
  return t(byEngineer ? "engineers" : "shifts", { count });
}

/** Who came nearest, and by how much it was missed; of one alone, only that. */
function nearest({ code, count = 1, nearest: one, shortfall, people }: Reason, knows: Knows): string | null {
  if (!one) return null;
  const engineer = name(one, people, knows);
  const prefix = count === 1 ? "" : "nearest_";
  if (code === "skill" && shortfall)
    return shortfall === 1 ? t(`${prefix}short_level_one`, { engineer }) : t(`${prefix}short_levels`, { engineer, count: shortfall });
  if (IN_TIME.has(code) && shortfall) return t(`${prefix}short`, { engineer, span: length(shortfall) });
  return prefix && t("nearest", { engineer });
}

function namesOf(code: string, names: Readonly<Record<string, number>> = {}): string | undefined {
  const parts = Object.entries(names).map(([each, amount]) => {
    if (code === "skill" || code === "certificate") return t("level", { name: readable(each), level: amount });
    return code === "parts" ? t("units", { units: amount, name: each }) : readable(each);
  });
  return joined(parts);
}

const readable = (id: string): string => id.replaceAll("_", " ");
const joined = (each: readonly string[]): string | undefined => (each.length ? each.join(t("list")) : undefined);

function name(id: string, people: Readonly<Record<string, string>> | undefined, knows: Knows): string {
  return people?.[id] ?? knows.engineer?.(id) ?? id;
}

/** The case of a visit: its id is the visit's without the visit's number. */
const caseOf = (visit: string, knows: Knows): string => knows.caseOf?.(visit) ?? visit.replace(/-V\d+$/, "");

/** A length of time; the planner may ask for days. */
function length(seconds: number): string {
  const days = Math.floor(seconds / 86_400);
  if (!days) return span(Math.ceil(seconds / 60) * 60);
  const rest = seconds - days * 86_400;
  return [t("days", { days }), ...(rest >= 60 ? [span(rest)] : [])].join(" ");
}
