import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { becauseText, type Because } from "../src/explain/because";
import { t } from "../src/explain/because-words";
import { eventText } from "../src/cases/timeline-model";
import type { Entry } from "../src/api/case-types";
import { language, LANGUAGES } from "../src/i18n/language";

const before = language.value;
afterEach(() => (language.value = before));
beforeEach(() => (language.value = "en"));

const RECORDED = "The recorded text about E040.";
const knows = { zone: "Asia/Shanghai", engineer: (id: string) => (id === "E041" ? "Wang Fang" : id) };
/** Everything that a sentence can name; each code takes what it needs. */
const facts = {
  text: "客户要求 as asked", engineer: "E040", decline: "overloaded", absence: "sick", state: "en_route", count: 3, sku: "WP08-FAN", to: "WH-NORTH",
  plan: "HH-NORTH-P12", first: "C-1-V1", second: "C-1-V2", free: 0, rule: "order", skill: "gas", needed: 3, level: 1,
  day: "2026-11-30", tool: "winch", key: "E-9",
};
const because = (code: string, more: Partial<Because> = {}): Because => ({ code, facts, visit: null, why_not: null, ...more });
const told = (...each: Because[]) => becauseText(each, RECORDED, knows, { E040: "Li Wei" });
/** Python's list is held against these keys by tests/unit/domain/test_because.py. */
const CODES = Object.keys(t.all.en).filter((key) => key.startsWith("because_")).map((key) => key.slice("because_".length));

describe.each(LANGUAGES)("in %s", (tongue) => {
  beforeEach(() => (language.value = tongue));

  test.each(CODES)("%s is told with all its facts", (code) => {
    const text = told(because(code));
    expect(text).not.toBe(RECORDED);
    expect(text).not.toMatch(/[{}_]|undefined|overloaded|\bsick\b|E040/);
    if (code !== "words") expect(/[\u4e00-\u9fff]/.test(text)).toBe(tongue === "zh-CN");
  });

  test("what is not known here, or lacks a fact, is shown as it was recorded", () => {
    expect(told()).toBe(RECORDED);
    expect(becauseText(undefined, RECORDED, knows)).toBe(RECORDED);
    expect(told(because("moon_phase"))).toBe(RECORDED);
    expect(told(because("split"), because("moon_phase"))).toBe(RECORDED);
    expect(told(because("stock_came_in", { facts: {} }))).toBe(RECORDED);
  });
});

test("several are joined, and whom each is about stands before it", () => {
  const several = [because("visit_requested", { visit: "C-1-V1" }), because("stock_came_in"), because("engineer_absent", { facts: { engineer: "E041" } })];
  expect(told(...several)).toBe("C-1-V1: visit requested; WP08-FAN came in; Wang Fang is absent");
  language.value = "zh-CN";
  expect(told(...several)).toBe("C-1-V1：请求了上门；WP08-FAN 已入库；Wang Fang 缺勤");
  expect(told(because("words"), because("follows"))).toBe("客户要求 as asked；随另一次被移动的上门调整");
});

test("why a plan has no place for a visit is told with all that it found", () => {
  const why_not = { code: "skill", sentence: RECORDED, count: 1, nearest: "E040", shortfall: 1, lacking: { gas: 3 } };
  expect(told(because("no_place", { why_not }))).toBe("Li Wei: required skill missing (gas 3); short of one level");
  language.value = "zh-CN";
  expect(told(because("no_place", { why_not, visit: "C-1-V1" }))).toBe("C-1-V1：Li Wei缺少所需技能（gas 3 级）；差 1 级");
});

test("an event tells its codes, and without any what was recorded", () => {
  const entry: Entry = {
    id: 1, kind: "booking_released", at: "2026-11-25T04:00:00Z", recorded_at: "2026-11-25T04:00:00Z", actor_role: "dispatcher", actor_id: "U-3",
    visit_id: "C-1-V1", data: { reason: "E040 is absent" }, move: null, engineer: null, checklist: null,
  };
  language.value = "zh-CN";
  expect(eventText({ ...entry, because: [because("engineer_absent")], people: { E040: "Li Wei" } }, "Asia/Shanghai")).toBe("排程已取消：Li Wei 缺勤");
  expect(eventText(entry, "Asia/Shanghai")).toBe("排程已取消：E040 is absent");
});
