/** What the board shows, worked out from what is published and what is drafted. Pure. */
import type { Board, Consequence, Draft, DraftChange, Engineer, Move, OtherPart, Place, Stop, Unplanned } from "../api/board-types";
import type { PromiseState } from "../api/types";

/** One bar in an engineer's row. */
export interface Bar {
  visitId: string;
  caseId: string;
  engineerId: string;
  arrival: number;
  finish: number;
  travelSeconds: number;
  /** Place in the order of the engineer's day, from 1. */
  number: number;
  place: string;
  symptom: string;
  latitude: number;
  longitude: number;
  promise: PromiseState;
  dueAt: string | null;
  hasParts: boolean;
  pinned: boolean;
  /** Whether planning may move it; a person may move whatever has not started. */
  movable: boolean;
  fixedBecause: string | null;
  started: boolean;
  /** Only drafted, not published. */
  drafted: boolean;
  /** The place that the published plan has for it, where the draft has another. */
  published: Place | null;
  /** The other visit of the job, if that is split into two. */
  otherPart: OtherPart | null;
}

export interface View {
  engineers: Engineer[];
  bars: Bar[];
  /** Visits that the draft takes off the plan: only their published places remain. */
  leaving: Bar[];
  unplanned: Unplanned[];
}

export interface Filters {
  text: string;
  skill: string;
  promise: PromiseState | "";
}

export const NO_FILTERS: Filters = { text: "", skill: "", promise: "" };
const WORST: readonly PromiseState[] = ["breached", "jeopardy", "warning", "kept", "none"];
const STARTED = new Set(["started", "done"]);

/**
 * The board with its draft, and moves under way, laid over what is published.
 *
 * @param drafted What the draft does, once that is known: travel to the new places, and who else moves.
 */
export function viewOf(board: Board, drafted: Consequence | null = null, pending: readonly Move[] = []): View {
  const targets = targetsOf(board, drafted, pending);
  const travel = new Map((drafted?.routes ?? []).flatMap(({ stops }) => stops.map((stop) => [stop.visit_id, stop.travel_seconds])));
  const planned = new Map(board.stops.map((stop) => [stop.visit_id, stop]));
  const waiting = new Map(board.unplanned.map((visit) => [visit.visit_id, visit]));
  const bars: Bar[] = [];
  const leaving: Bar[] = [];
  for (const stop of board.stops) {
    const target = targets.get(stop.visit_id);
    const bar = barOfStop(stop);
    if (target === null) leaving.push({ ...bar, drafted: true });
    else if (target) bars.push(moved(bar, target, placeOf(stop)));
    else bars.push(bar);
  }
  for (const [visitId, target] of targets) {
    const visit = waiting.get(visitId);
    if (target && visit && !planned.has(visitId)) bars.push(moved(barOfUnplanned(visit), target, null));
  }
  for (const bar of bars) bar.travelSeconds = travel.get(bar.visitId) ?? bar.travelSeconds;
  number(bars);
  const unplanned = board.unplanned.filter((visit) => !targets.get(visit.visit_id));
  return { engineers: board.engineers, bars, leaving, unplanned: worstFirst(unplanned) };
}

/** Only what the filters leave: rows by skill and text, bars that match; rows without a matching bar stay as places. */
export function filtered(view: View, filters: Filters): View {
  const text = filters.text.trim().toLowerCase();
  const hasSkill = (engineer: Engineer) => !filters.skill || engineer.skills.some(({ skill }) => skill === filters.skill);
  const says = (...words: string[]) => words.some((word) => word.toLowerCase().includes(text));
  const fits = (bar: Bar) => !filters.promise || bar.promise === filters.promise;
  const bars = view.bars.filter(fits);
  const byRow = Map.groupBy(bars, (bar) => bar.engineerId);
  const engineers = view.engineers.filter((engineer) => {
    const own = byRow.get(engineer.id) ?? [];
    if (!hasSkill(engineer) || (filters.promise && own.length === 0)) return false;
    return !text || says(engineer.name) || own.some((bar) => says(bar.caseId, bar.place, bar.symptom));
  });
  const shown = new Set(engineers.map(({ id }) => id));
  return {
    engineers,
    bars: bars.filter((bar) => shown.has(bar.engineerId)),
    leaving: view.leaving.filter((bar) => shown.has(bar.engineerId) && fits(bar)),
    unplanned: view.unplanned.filter(
      (visit) =>
        (!filters.promise || visit.sla.state === filters.promise) &&
        (!filters.skill || filters.skill in visit.skills) &&
        (!text || says(visit.case_id, visit.neighbourhood, visit.symptom)),
    ),
  };
}

/** Breached before in jeopardy and so on; then by priority, then by what is due first, then by age. */
export function worstFirst(visits: readonly Unplanned[]): Unplanned[] {
  const due = (visit: Unplanned) => Date.parse(visit.sla.due_at ?? visit.resolve_due ?? "9999-01-01T00:00:00Z");
  return [...visits].sort(
    (a, b) =>
      WORST.indexOf(a.sla.state) - WORST.indexOf(b.sla.state) ||
      due(a) - due(b) ||
      a.priority - b.priority ||
      Date.parse(a.requested_at) - Date.parse(b.requested_at),
  );
}

/** The moves that make two visits change places: each gets the other's engineer and the other's arrival. */
export function swapped(a: Bar, b: Bar, iso: (instant: number) => string): Move[] {
  return [
    { visit_id: a.visitId, engineer_id: b.engineerId, arrival: iso(b.arrival) },
    { visit_id: b.visitId, engineer_id: a.engineerId, arrival: iso(a.arrival) },
  ];
}

/** What somebody else has changed in the draft between two versions of it. */
export function changedByOthers(before: Draft | null, after: Draft | null, me: string): DraftChange[] {
  const old = new Map((before?.changes ?? []).map((change) => [change.visit_id, JSON.stringify(change)]));
  return (after?.changes ?? []).filter(
    (change) => nameOf(change.made_by) !== me && old.get(change.visit_id) !== JSON.stringify(change),
  );
}

/** How an actor is called: the user's name, or the id of whoever is no user. */
export const calledName = (actor: string, people: Readonly<Record<string, string>>): string => people[actor] ?? nameOf(actor);

/** `dispatcher:U-7` → `U-7`: who acted, without the role. */
export const nameOf = (actor: string): string => actor.slice(actor.indexOf(":") + 1);

/** Every skill that somebody has, in alphabetical order. */
export function skillsOf(engineers: readonly Engineer[]): string[] {
  return [...new Set(engineers.flatMap((engineer) => engineer.skills.map(({ skill }) => skill)))].sort();
}

function targetsOf(board: Board, drafted: Consequence | null, pending: readonly Move[]): Map<string, Place | null> {
  const targets = new Map<string, Place | null>();
  const seconds = new Map<string, number>();
  for (const stop of board.stops) seconds.set(stop.visit_id, Date.parse(stop.finish) - Date.parse(stop.arrival));
  for (const visit of board.unplanned) seconds.set(visit.visit_id, visit.minutes * 60_000);
  for (const change of board.draft?.changes ?? []) targets.set(change.visit_id, change.to);
  for (const { visit_id, engineer_id, to_arrival } of drafted?.others ?? []) {
    const finish = new Date(Date.parse(to_arrival) + (seconds.get(visit_id) ?? 0)).toISOString();
    if (seconds.has(visit_id)) targets.set(visit_id, { engineer_id, arrival: to_arrival, finish });
  }
  for (const move of pending) {
    if (move.engineer_id === null) targets.set(move.visit_id, null);
    else if (move.arrival !== null) {
      const finish = new Date(Date.parse(move.arrival) + (seconds.get(move.visit_id) ?? 3_600_000)).toISOString();
      targets.set(move.visit_id, { engineer_id: move.engineer_id, arrival: move.arrival, finish });
    }
  }
  return targets;
}

function moved(bar: Bar, target: Place, published: Place | null): Bar {
  const [arrival, finish] = [Date.parse(target.arrival), Date.parse(target.finish)];
  const elsewhere = published && (published.engineer_id !== target.engineer_id || Date.parse(published.arrival) !== arrival);
  if (published && !elsewhere) return bar;
  // The way to the new place is known only once the draft is previewed.
  return { ...bar, engineerId: target.engineer_id, arrival, finish, travelSeconds: 0, drafted: true, published };
}

function barOfStop(stop: Stop): Bar {
  return {
    visitId: stop.visit_id,
    caseId: stop.case_id,
    engineerId: stop.engineer_id,
    arrival: Date.parse(stop.predicted_arrival ?? stop.arrival),
    finish: Date.parse(stop.predicted_finish ?? stop.finish),
    travelSeconds: stop.travel_seconds,
    number: 0,
    place: stop.neighbourhood,
    symptom: stop.symptom,
    latitude: stop.latitude,
    longitude: stop.longitude,
    promise: stop.sla.state,
    dueAt: stop.sla.due_at,
    hasParts: stop.parts.length > 0,
    pinned: stop.pin !== null,
    movable: stop.movable,
    fixedBecause: stop.fixed_because,
    started: STARTED.has(stop.fixed_because ?? ""),
    drafted: false,
    published: null,
    otherPart: stop.other_part,
  };
}

function barOfUnplanned(visit: Unplanned): Bar {
  return {
    visitId: visit.visit_id,
    caseId: visit.case_id,
    engineerId: "",
    arrival: 0,
    finish: 0,
    travelSeconds: 0,
    number: 0,
    place: visit.neighbourhood,
    symptom: visit.symptom,
    latitude: visit.latitude,
    longitude: visit.longitude,
    promise: visit.sla.state,
    dueAt: visit.sla.due_at,
    hasParts: false,
    pinned: false,
    movable: true,
    fixedBecause: null,
    started: false,
    drafted: true,
    published: null,
    otherPart: visit.other_part,
  };
}

const placeOf = (stop: Stop): Place => ({ engineer_id: stop.engineer_id, arrival: stop.arrival, finish: stop.finish });

function number(bars: Bar[]): void {
  const rows = Map.groupBy(bars, (bar) => bar.engineerId);
  for (const row of rows.values()) {
    row.sort((a, b) => a.arrival - b.arrival);
    row.forEach((bar, index) => (bar.number = index + 1));
  }
}
