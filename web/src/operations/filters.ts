/** The list's filters as the address bar holds them: the same names as the API's query parameters. Pure. */
import type { Drill } from "../api/case-types";

/** Filters whose choices are counted: their name in the query, and among the counts. */
export const FACETS = [
  ["sla", "sla"], ["waiting", "waiting"], ["responsible", "responsible"], ["clock", "clocks"],
  ["state", "states"], ["severity", "severities"], ["kind", "kinds"],
] as const;
export type Facet = (typeof FACETS)[number][0];

/** Filters that only a figure, a chart or a saved view sets; each is shown as a chip that can be taken off. */
export const DRILLED = [
  "model", "error_code", "engineer", "promise", "first_time",
  "opened_from", "opened_to", "promise_from", "promise_to", "visited_from", "visited_to", "solved_from", "solved_to",
] as const;
const FLAGS = ["overdue", "closed"] as const;
const NAMES: readonly string[] = ["territory", "text", "sort", ...FLAGS, ...FACETS.map(([name]) => name), ...DRILLED];
const BOOLEANS: readonly string[] = [...FLAGS, "first_time"];
const LISTS: readonly string[] = ["territory", ...FACETS.map(([name]) => name)];

/** The filters in a query; what is none of them is left out. */
export function filtersIn(query: URLSearchParams): URLSearchParams {
  const found = new URLSearchParams();
  for (const [name, value] of query) if (NAMES.includes(name) && value) found.append(name, value);
  return found;
}

/** Whether anything beside territory, text and order restricts the list. */
export const isFiltered = (query: URLSearchParams): boolean =>
  [...filtersIn(query).keys()].some((name) => !["territory", "text", "sort"].includes(name));

/** The query with a choice of a facet added, or taken off where it was chosen. */
export function toggled(query: URLSearchParams, name: string, value: string): URLSearchParams {
  const next = new URLSearchParams(query);
  const chosen = next.getAll(name);
  next.delete(name);
  const after = chosen.includes(value) ? chosen.filter((each) => each !== value) : [...chosen, value];
  for (const each of after) next.append(name, each);
  return next;
}

/** The query with one filter set; empty takes it off. */
export function withValue(query: URLSearchParams, name: string, value: string): URLSearchParams {
  const next = new URLSearchParams(query);
  value ? next.set(name, value) : next.delete(name);
  return next;
}

/** The query without a drilled filter, and without the other end of its span. */
export function withoutDrilled(query: URLSearchParams, name: string): URLSearchParams {
  const next = new URLSearchParams(query);
  const stem = name.replace(/_(from|to)$/, "");
  for (const each of [name, `${stem}_from`, `${stem}_to`]) next.delete(each);
  return next;
}

/** The address that lists what is behind a figure or a bar. */
export function drillPath(drill: Drill): string {
  const query = new URLSearchParams();
  for (const [name, values] of Object.entries(drill)) for (const value of values) query.append(name, value);
  return `/operations?${query.toString()}`;
}

/** What a saved view keeps of a query. */
export function viewOf(query: URLSearchParams): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const name of new Set(filtersIn(query).keys())) {
    const values = query.getAll(name);
    found[name] = LISTS.includes(name) ? values : BOOLEANS.includes(name) ? values[0] === "true" : values[0];
  }
  return found;
}

/** The query of a saved view. */
export function queryOf(view: Record<string, unknown>): URLSearchParams {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(view))
    for (const one of Array.isArray(value) ? value : [value]) if (one !== null && one !== undefined) query.append(name, String(one));
  return filtersIn(query);
}
