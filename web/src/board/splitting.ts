/** What is asked for when a visit is split. Pure. */
import type { SplitConsequence } from "../api/board-types";
import type { Problem } from "../api/problem";

export interface Split {
  first_minutes: number;
  second_minutes: number;
  second_parts: string[];
}

const LEAST = 5;
const MOST = 720;

/** Two halves of a visit to begin with, in whole quarters of an hour where it is long enough. */
export function halves(minutes: number): Split {
  const first = minutes >= 60 ? Math.round(minutes / 2 / 15) * 15 : Math.max(LEAST, Math.ceil(minutes / 2));
  return { first_minutes: first, second_minutes: Math.max(LEAST, minutes - first), second_parts: [] };
}

/** Whether both parts last as long as a visit may. */
export const isPossible = ({ first_minutes: first, second_minutes: second }: Split): boolean =>
  [first, second].every((minutes) => Number.isInteger(minutes) && minutes >= LEAST && minutes <= MOST);

/** The split with a part on the other visit. */
export const withPart = (split: Split, sku: string, toSecond: boolean): Split => ({
  ...split,
  second_parts: [...split.second_parts.filter((each) => each !== sku), ...(toSecond ? [sku] : [])],
});

/** Why a split is refused, where the console has words of its own for it. */
export const REFUSALS = ["visit_pinned", "already_split", "wrong_state"] as const;
export const refusalOf = (problem: Problem): (typeof REFUSALS)[number] | undefined => REFUSALS.find((code) => code === problem.code);

/** Whether somebody was told of the place that the visit would give up. */
export const wasTold = ({ gives_up: place }: SplitConsequence): "offered" | "confirmed" | null =>
  place?.state === "offered" || place?.state === "confirmed" ? place.state : null;
