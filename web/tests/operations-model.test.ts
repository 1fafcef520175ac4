import { describe, expect, test } from "vitest";
import type { CaseLine } from "../src/api/case-types";
import { inUnits, longSpan } from "../src/cases/told";
import { language } from "../src/i18n/language";
import { niceTop } from "../src/operations/drawing";
import { drillPath, filtersIn, isFiltered, queryOf, toggled, viewOf, withoutDrilled, withValue } from "../src/operations/filters";
import { appended, merged, secondsToGo, settled, stepped } from "../src/operations/model";

const row = (id: string, more: Partial<CaseLine> = {}): CaseLine => ({ id, sla: "running", hurts_at: null, ...more }) as CaseLine;
const ids = (rows: readonly CaseLine[]) => rows.map(({ id }) => id).join(" ");

describe("merging fresh rows while somebody points at the list", () => {
  const shown = settled([row("A"), row("B"), row("C")]);

  test("rows change in place and keep their order; new ones are counted, not shown", () => {
    const fresh = [row("N"), row("C", { sla: "breached" }), row("A"), row("B")];
    const next = merged(shown, fresh, true, true);
    expect(ids(next.rows)).toBe("A B C");
    expect(next.rows[2]!.sla).toBe("breached");
    expect(next.arrived).toBe(1);
    expect(next.moved).toBe(true);
  });

  test("a row that left stays, marked, until the list may move", () => {
    const next = merged(shown, [row("A"), row("C")], true, true);
    expect(ids(next.rows)).toBe("A B C");
    expect([...next.gone]).toEqual(["B"]);
    expect(next.moved).toBe(false);
    expect(ids(merged(next, [row("A"), row("C")], true, false).rows)).toBe("A C");
  });

  test("a row that came back is not marked any more", () => {
    const without = merged(shown, [row("A"), row("C")], true, true);
    expect(merged(without, [row("A"), row("B"), row("C")], true, true).gone.size).toBe(0);
  });

  test("rows beyond what was read again are not taken for gone", () => {
    expect(merged(shown, [row("A"), row("B")], false, true).gone.size).toBe(0);
    expect(ids(merged(shown, [row("B"), row("A")], false, false).rows)).toBe("B A C");
  });

  test("a row that moved up from below what was read again is shown once", () => {
    expect(ids(merged(shown, [row("C"), row("A")], false, false).rows)).toBe("C A");
  });

  test("a page adds no row twice", () => {
    expect(ids(appended(shown, [row("C"), row("D")]).rows)).toBe("A B C D");
  });
});

test("how soon it hurts is negative when it is over, and null when no clock runs", () => {
  const now = Date.parse("2026-11-25T10:00:00Z");
  expect(secondsToGo(row("A", { hurts_at: "2026-11-25T10:30:00+00:00" }), now)).toBe(1800);
  expect(secondsToGo(row("A", { hurts_at: "2026-11-25T10:00:00+01:00" }), now)).toBe(-3600);
  expect(secondsToGo(row("A"), now)).toBeNull();
});

test("long spans are told in their two largest units, in the reader's language", () => {
  expect(inUnits(59)).toEqual([[0, "minute"]]);
  expect(inUnits(-3660)).toEqual([[1, "hour"], [1, "minute"]]);
  expect(inUnits(12 * 3600 + 900)).toEqual([[12, "hour"]]);
  expect(inUnits(2 * 86_400 + 3 * 3600 + 59 * 60)).toEqual([[2, "day"], [3, "hour"]]);
  expect(inUnits(40 * 86_400 + 3 * 3600)).toEqual([[40, "day"]]);
  language.value = "en";
  expect(longSpan(2 * 86_400 + 3 * 3600)).toBe("2 d 3 h");
  language.value = "zh-CN";
  expect(longSpan(5400)).toBe("1小时 30分钟");
  language.value = "en";
});

test("keys step through the rows and stop at the ends", () => {
  const rows = [row("A"), row("B")];
  expect(stepped(rows, null, 1)).toBe("A");
  expect(stepped(rows, null, -1)).toBe("B");
  expect(stepped(rows, "A", 1)).toBe("B");
  expect(stepped(rows, "B", 1)).toBe("B");
  expect(stepped([], "B", 1)).toBeNull();
});

describe("filters", () => {
  test("only what the API knows is taken from the address", () => {
    const found = filtersIn(new URLSearchParams("sla=breached&sla=warning&tab=charts&text=&unknown=1"));
    expect(found.toString()).toBe("sla=breached&sla=warning");
  });

  test("a choice is added and taken off again, the others stay", () => {
    const once = toggled(new URLSearchParams("sla=warning&text=fan"), "sla", "breached");
    expect(once.getAll("sla")).toEqual(["warning", "breached"]);
    expect(toggled(once, "sla", "warning").toString()).toBe("text=fan&sla=breached");
  });

  test("taking off one end of a span takes off the other", () => {
    const query = new URLSearchParams("promise=kept&promise_from=a&promise_to=b&model=WP");
    expect(withoutDrilled(query, "promise_from").toString()).toBe("promise=kept&model=WP");
    expect(withoutDrilled(query, "promise").toString()).toBe("model=WP");
    expect(withoutDrilled(query, "model").get("promise_to")).toBe("b");
  });

  test("a view keeps lists, flags and words as the API takes them, and gives back the same query", () => {
    const query = new URLSearchParams("sla=breached&sla=jeopardy&overdue=true&first_time=false&text=fan&tab=list");
    const view = viewOf(query);
    expect(view).toEqual({ sla: ["breached", "jeopardy"], overdue: true, first_time: false, text: "fan" });
    expect(queryOf(view).toString()).toBe("sla=breached&sla=jeopardy&overdue=true&first_time=false&text=fan");
  });

  test("territory, text and order alone do not count as filters", () => {
    expect(isFiltered(new URLSearchParams("territory=T&text=fan&sort=opened"))).toBe(false);
    expect(isFiltered(withValue(new URLSearchParams(), "overdue", "true"))).toBe(true);
  });

  test("a figure leads to the list of its cases", () => {
    expect(drillPath({ sla: ["breached"], territory: ["A B"] })).toBe("/operations?sla=breached&territory=A+B");
  });
});

test("a chart's top is a round number not below the highest bar, and whole at the half", () => {
  for (const value of [0, 1, 2, 3, 9, 11, 47, 99, 101, 4999]) {
    const top = niceTop(value);
    expect(top).toBeGreaterThanOrEqual(value);
    expect(top).toBeLessThanOrEqual(Math.max(2, value * 2));
    if (value < 10) expect(Number.isInteger(top / 2) || top === 5).toBe(true);
  }
});
