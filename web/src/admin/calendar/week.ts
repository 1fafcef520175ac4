/** A week of shifts and absences, cut into local days. */
import type { Engineer } from "../../api/board-types";
import { boundsOf, shiftDay } from "../../i18n/zones";

export interface Stretch {
  kind: "shift" | "absence";
  /** Within the day, in milliseconds since the epoch. */
  start: number;
  end: number;
  /** Of an absence: sick, vacation, training, other. */
  why: string;
}

/** The Monday on or before a day, `2026-11-23`. */
export function mondayOf(day: string): string {
  const weekday = (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7;
  return shiftDay(day, -weekday);
}

export const daysFrom = (monday: string): string[] => Array.from({ length: 7 }, (_, n) => shiftDay(monday, n));

/** What an engineer has on a local day, the earliest first; what goes over midnight is part of both days. */
export function stretchesOn(engineer: Pick<Engineer, "shifts" | "absences">, day: string, zone: string): Stretch[] {
  const { from, to } = boundsOf(day, zone);
  const all: Stretch[] = [
    ...engineer.shifts.map((shift): Stretch => ({ kind: "shift", start: Date.parse(shift.start), end: Date.parse(shift.end), why: "" })),
    ...engineer.absences.map((away): Stretch => ({ kind: "absence", start: Date.parse(away.start), end: Date.parse(away.end), why: away.kind })),
  ];
  return all
    .filter(({ start, end }) => start < to && end > from)
    .map((each) => ({ ...each, start: Math.max(each.start, from), end: Math.min(each.end, to) }))
    .sort((a, b) => a.start - b.start);
}
