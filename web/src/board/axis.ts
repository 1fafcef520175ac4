/** The stretch of time in view, and where moments are on it. Places are shares of the width, so nothing is measured. */
import { signal } from "@preact/signals";
import { instantOf } from "../i18n/zones";

export interface Span {
  from: number;
  to: number;
}

const HOUR = 3_600_000;
const STEP_MS = 5 * 60_000;
const SHORTEST = 2 * HOUR;
const LONGEST = 26 * HOUR;
const FIRST_VIEW = { begins: "06:30", hours: 13 };

export const span = signal<Span>({ from: 0, to: 1 });

/** What is in view of a day at first: its usual hours of work, and some before and after. */
export function workingHours(day: string, zone: string): Span {
  const from = instantOf(day, FIRST_VIEW.begins, zone);
  return { from, to: from + FIRST_VIEW.hours * HOUR };
}

/** Where a moment is, in percent of the width. */
export const percent = (at: number, { from, to }: Span): number => ((at - from) / (to - from)) * 100;

/** The style of something that lasts from one moment to another. */
export function lasting(start: number, end: number, over: Span): { left: string; width: string } {
  const left = percent(start, over);
  return { left: `${left}%`, width: `${percent(end, over) - left}%` };
}

/** To the nearest five minutes: nobody promises 13:52. */
export const snapped = (instant: number): number => Math.round(instant / STEP_MS) * STEP_MS;

/** The same stretch with another length; what is at `share` of the width stays there. */
export function zoomed({ from, to }: Span, factor: number, share = 0.5): Span {
  const length = Math.min(Math.max((to - from) * factor, SHORTEST), LONGEST);
  const start = from + (to - from - length) * share;
  return { from: start, to: start + length };
}

/** The same stretch, later by a share of its length. */
export function panned({ from, to }: Span, share: number): Span {
  const by = (to - from) * share;
  return { from: from + by, to: to + by };
}

/** Moments to label: whole steps since the day's midnight, as many as fit. */
export function ticks(over: Span, midnight: number): number[] {
  const hours = (over.to - over.from) / HOUR;
  const step = (hours <= 3 ? 0.25 : hours <= 7 ? 0.5 : hours <= 15 ? 1 : 2) * HOUR;
  const first = midnight + Math.ceil((over.from - midnight) / step) * step;
  return Array.from({ length: Math.max(0, Math.floor((over.to - first) / step) + 1) }, (_, index) => first + index * step);
}
