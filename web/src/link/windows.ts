/** The times that a customer proposes: a day and a part of it, in the time of the place. */
import { instantOf, isoIn } from "../i18n/zones";

export const PARTS = { morning: ["08:00", "12:00"], afternoon: ["12:00", "17:00"], evening: ["17:00", "20:00"] } as const;
export type PartOfDay = keyof typeof PARTS;

export interface Proposal {
  day: string;
  part: PartOfDay;
}

/** Proposals as the API takes them, each once, the earliest first; those without a day, or already over, are left out. */
export function windowsOf(proposals: readonly Proposal[], zone: string, now: number): { start: string; end: string }[] {
  const found = new Map<number, { start: string; end: string }>();
  for (const { day, part } of proposals) {
    if (!day) continue;
    const [start, end] = PARTS[part].map((time) => instantOf(day, time, zone)) as [number, number];
    if (end > now) found.set(start, { start: isoIn(start, zone), end: isoIn(end, zone) });
  }
  return [...found].sort(([a], [b]) => a - b).map(([, window]) => window);
}
