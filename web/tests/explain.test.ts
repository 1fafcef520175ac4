import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { brokenText, changeText, choiceText, noSlotText, placeText, reasonText } from "../src/explain/explain";
import type { BrokenRule, Change, Choice, Reason } from "../src/explain/types";
import { t } from "../src/explain/words";
import { language, LANGUAGES } from "../src/i18n/language";

const before = language.value;
afterEach(() => (language.value = before));
beforeEach(() => (language.value = "en"));

const SENTENCE = "The server's own sentence about E040.";
const people = { E040: "Li Wei", E041: "Wang Fang" };
const knows = { zone: "Asia/Shanghai", caseOf: (visit: string) => (visit === "C-7-V2" ? "C-7" : undefined) };
const NOON = "2026-11-25T04:00:00Z";

/** Everything a reason can say; each code takes what it needs. */
const reason = (code: string, more: Partial<Reason> = {}): Reason => ({
  code, sentence: SENTENCE, count: 3, nearest: "E040", shortfall: 1800, visits: ["C-7-V2", "C-9-V1"], until: NOON,
  lacking: { water_level: 2 }, only: ["E041"], people, ...more,
});
const broken = (rule: string, more: Partial<BrokenRule> = {}): BrokenRule => ({
  rule, sentence: SENTENCE, visit_id: "C-7-V2", engineer_id: "E040", at: NOON, agreed: NOON, lacking: { water_level: 2 }, people, ...more,
});
const change = (kind: string, more: Partial<Change> = {}): Change => ({
  kind, sentence: SENTENCE, engineer_id: "E040", amount: 1200, until: NOON, gives_way: "C-7-V2", goes_to: "E041",
  names: { water_level: 2 }, warehouse_id: "W1", people, ...more,
});
const choice = (code: string): Choice => ({
  sentence: SENTENCE, code, considered: 4, engineer_id: "E040", alternatives: [{ engineer_id: "E041", sentence: "" }], people,
});

/** Every code that the server knows: scheduler.plan.ReasonCode, and what planning itself refuses. */
const REASONS: [string, string][] = [
  ...["skill", "certificate", "tools", "excluded", "pin", "shift", "parts", "max_visits", "window", "longest_tour", "time",
    "order", "group", "pushed_out", "possible", "state", "budget", "others_late"].map((code): [string, string] => [code, ""]),
  ["window", "passed"], ["window", "beyond"], ["parts", "sold_out"], ["order", "no_first"], ["order", "no_time"],
];
const SLOTS = ["pin", "excluded", "skill", "tools", "certificate", "shift", "parts", "max_visits", "window", "longest_tour", "time", "order", "others_late"];
/** scheduler.check.CheckRule as far as a person's move can break it, and what no timing can say. */
const BROKEN: [string, string][] = [
  ...["visit", "started", "engineer", "state", "shift", "time", "skill", "certificate", "tools", "parts", "stock", "window",
    "pin", "overtime", "break", "longest_tour", "max_visits", "opening", "order", "group"].map((rule): [string, string] => [rule, ""]),
  ["engineer", "elsewhere"], ["shift", "none"], ["parts", "nowhere"], ["tools", "nowhere"], ["window", "passed"],
  ["window", "beyond"], ["order", "no_first"], ["pin", "pinned"], ["pin", "offered"], ["pin", "confirmed"],
];
const CHANGES = ["move", "longer", "longer_tour", "more_visits", "later", "earlier", "sent", "stocked", "give_up", "unpin", "allow", "tools", "certificate", "skill"];
const CHOICES = ["only_able", "only_free", "cheapest", "not_cheapest"];

describe.each(LANGUAGES)("in %s", (tongue) => {
  beforeEach(() => (language.value = tongue));

  /** Told from the catalogue, in this language, with every place filled and names instead of ids. */
  function isTold(text: string): void {
    expect(text).not.toBe(SENTENCE);
    expect(text).not.toMatch(/\{\w+\}|undefined|E04\d|-V\d/);
    expect(/[\u4e00-\u9fff]/.test(text)).toBe(tongue === "zh-CN");
  }

  test.each(REASONS)("reason %s %s", (code, cause) => isTold(reasonText(reason(code, { cause }), knows)));
  test.each(SLOTS)("no slot for %s", (code) => isTold(noSlotText(reason(code), knows)));
  test.each(BROKEN)("broken rule %s %s", (rule, cause) => isTold(brokenText(broken(rule, { cause }), knows)));
  test.each(CHANGES)("change %s", (kind) => isTold(changeText(change(kind), knows)));
  test.each(CHOICES)("choice %s", (code) => isTold(choiceText(choice(code), knows)));
  test("a place", () => isTold(placeText({
    sentence: SENTENCE, engineer_id: "E040", cost: 1250, travel: -600, late: 900, othersLate: 300,
    drawbacks: ["moved", "not_preferred", "overqualified"], people,
  }, knows)));

  test("what is not known here, or lacks a fact, is told in the server's sentence", () => {
    expect(reasonText(reason("moon_phase"), knows)).toBe(SENTENCE);
    expect(reasonText(reason("window", { cause: "unheard_of" }), knows)).toBe(SENTENCE);
    expect(reasonText({ code: "skill", sentence: SENTENCE }, knows)).toBe(SENTENCE);
    expect(noSlotText(reason("moon_phase"), knows)).toBe(SENTENCE);
    expect(brokenText(broken("moon_phase"), knows)).toBe(SENTENCE);
    expect(brokenText(broken("window", { at: null }), knows)).toBe(SENTENCE);
    expect(changeText(change("moon_phase"), knows)).toBe(SENTENCE);
    expect(changeText(change("move", { goes_to: null }), knows)).toBe(SENTENCE);
    expect(choiceText({ ...choice(""), code: undefined } as unknown as Choice, knows)).toBe(SENTENCE);
  });
});

test("every text of a code is reached by one of these codes", () => {
  const told = new Set([
    ...REASONS.map(([code, cause]) => ["reason", code, cause]), ...SLOTS.map((code) => ["slot", code]), ...CHANGES.map((kind) => ["change", kind]),
    ...BROKEN.map(([rule, cause]) => ["broken", rule, cause]), ...CHOICES.map((code) => ["choice", code]),
    ["reason", "excluded", "only"], ["reason", "shift", "none"],
  ].map((each) => each.filter(Boolean).join("_")));
  const known = Object.keys(t.all.en).filter((key) => /^(reason|slot|broken|change|choice)_/.test(key));
  expect(known.filter((key) => !told.has(key))).toEqual([]);
});

test("one engineer is named, of several the nearest is", () => {
  const skill = { lacking: { water_level: 1 }, shortfall: 1 };
  expect(reasonText(reason("skill", { ...skill, count: 1 }), knows)).toBe("Li Wei: required skill missing (water level 1); short of one level.");
  expect(reasonText(reason("skill", skill), knows)).toBe("3 engineers: required skill missing (water level 1); nearest is Li Wei, short of one level.");
  expect(reasonText(reason("time", { count: 1 }), knows)).toBe("Li Wei: no time left between other visits; 30 min short.");
  language.value = "zh-CN";
  expect(reasonText(reason("skill", { ...skill, count: 1 }), knows)).toBe("Li Wei缺少所需技能（water level 1 级）；差 1 级。");
});

test("times are those of the territory, days are counted", () => {
  expect(brokenText(broken("overtime"), knows)).toMatch(/home .*12:00, after/);
  expect(changeText(change("later", { amount: 90_000 }), knows)).toBe("It fits if the customer accepts a start 1 d 1 h 00 later.");
});

test("a name that the answer lacks is asked of the screen", () => {
  const unnamed = broken("break", { people: {} });
  expect(brokenText(unnamed, { ...knows, engineer: () => "Wu Min" })).toBe("Wu Min would have no time left for the break.");
  expect(brokenText(unnamed, knows)).toContain("E040");
});
