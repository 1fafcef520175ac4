import type { Problem } from "../api/problem";
import type { CustomerView } from "./types";

const LIVE = 10_000;
const USUAL = 45_000;
const LATER = 20_000;

/** Milliseconds until the page asks again; null when asking again cannot help. */
export function pauseAfter(view: Pick<CustomerView, "visit"> | null, problem: Problem | "no_token" | null): number | null {
  if (problem === "no_token" || problem?.status === 401) return null;
  if (problem) return LATER;
  return view?.visit?.live ? LIVE : USUAL;
}
