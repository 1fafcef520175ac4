import { expect, test } from "vitest";
import { rangeText, type Checklist, type Item } from "../src/api/checklist-types";
import { freshId, newItem, newList, moved, sameLists, withKind } from "../src/admin/checklists/model";
import { answersOf, answerTo, isOutOfRange, isUnreadable, missingOf } from "../src/field/checks";
import { checksOf } from "../src/cases/commands";
import { answerText } from "../src/cases/checklist";
import { draftOf, EMPTY_DRAFT, gaps, reportOf } from "../src/field/model";
import type { FieldDay } from "../src/field/types";

const words = (text: string) => ({ en: text, "zh-CN": text });
const item = (id: string, more: Partial<Item> = {}): Item =>
  ({ id, kind: "tick", label: words(id), required: true, unit: "", lowest: null, highest: null, options: [], ...more });
const SHUT = item("shut");
const PRESSURE = item("pressure", { kind: "value", unit: "bar", lowest: 1.5, highest: 2.5 });
const LEAK = item("leak", { kind: "choice", required: false, options: [{ id: "tight", label: words("Tight") }, { id: "leaks", label: words("Leaks") }] });
const LIST: Checklist = { id: "gas", name: words("Gas"), kinds: [], product_models: [], skills: [], items: [SHUT, PRESSURE, LEAK] };
const DAY = { visits: [], van: [], catalogue: [] } as unknown as FieldDay;

test("a value may be typed as people write it, and anything else is no number", () => {
  expect(["2,1", " 2.1 ", "−18", "-0.5", "3"].map((text) => answerTo(PRESSURE, text))).toEqual(["2.1", "2.1", "-18", "-0.5", "3"]);
  expect(["", "two", "1e3", "2.1 bar", "1,2,3", "Infinity"].map((text) => answerTo(PRESSURE, text))).toEqual([null, null, null, null, null, null]);
  expect([isUnreadable(PRESSURE, "two"), isUnreadable(PRESSURE, " "), isUnreadable(PRESSURE, "2"), isUnreadable(SHUT, "two")]).toEqual([true, false, false, false]);
});

test("a value outside of its range is marked, its limits are not", () => {
  expect(["1.5", "2,5", "1.49", "2.51"].map((text) => isOutOfRange(PRESSURE, text))).toEqual([false, false, true, true]);
  expect(isOutOfRange({ ...PRESSURE, lowest: null, highest: -18 }, "−17")).toBe(true);
  expect(isOutOfRange({ ...PRESSURE, lowest: null, highest: null }, "900")).toBe(false);
});

test("a range is told as far as it goes", () => {
  const ranges = [[1.5, 2.5], [4, null], [null, -18], [-30, -18], [null, null]] as const;
  expect(ranges.map(([lowest, highest]) => rangeText({ unit: "bar", lowest, highest }))).toEqual(["1.5–2.5 bar", "≥ 4 bar", "≤ −18 bar", "−30–−18 bar", ""]);
});

test("required items are missed where the work was done, and only there", () => {
  const answers = { pressure: "9", leak: "perhaps" };
  expect(missingOf(LIST, answers).map(({ id }) => id)).toEqual(["shut"]);
  const asked = (outcome: "fixed" | "partially_fixed" | "unsafe" | "beyond_repair", checks: Record<string, string> = answers) =>
    gaps({ ...EMPTY_DRAFT, outcome, work_done: "x", unsigned: true, checks }, DAY, LIST);
  expect([asked("fixed"), asked("partially_fixed"), asked("unsafe"), asked("beyond_repair")]).toEqual([["check"], ["check"], [], []]);
  expect(asked("unsafe", { pressure: "high" })).toEqual(["check_value"]);
  expect(gaps({ ...EMPTY_DRAFT, outcome: "no_access", work_done: "x", checks: { pressure: "high" } }, DAY, LIST)).toEqual([]);
  expect(asked("fixed", { shut: "done", pressure: "2,1" })).toEqual([]);
  expect(missingOf(null, {})).toEqual([]);
});

test("a report carries every answer that fits, whatever its outcome, and a refused one brings them back", () => {
  const draft = { ...EMPTY_DRAFT, outcome: "unsafe" as const, work_done: "x", checks: { shut: "done", pressure: "2,1", leak: "", gone: "done" } };
  const report = reportOf(draft, 5, LIST);
  expect(report.checklist).toEqual([{ item: "shut", answer: "done" }, { item: "pressure", answer: "2.1" }]);
  expect(draftOf(report).checks).toEqual({ shut: "done", pressure: "2.1" });
  expect(answersOf(null, draft.checks)).toEqual([]);
});

test("a new list has an id of its own and one item to fill in", () => {
  const made = newList([LIST, { ...LIST, id: "list-2" }]);
  expect([made.id, made.items.map(({ id }) => id), made.name]).toEqual(["list-3", ["item-1"], { en: "", "zh-CN": "" }]);
  expect(freshId("item", [{ id: "item-7" }, { id: "item-x" }])).toBe("item-8");
});

test("an item keeps of its words what fits another kind, and nothing else", () => {
  const choice = withKind(PRESSURE, "choice");
  expect(choice).toMatchObject({ id: "pressure", kind: "choice", label: words("pressure"), unit: "", lowest: null, highest: null });
  expect(choice.options.map(({ id }) => id)).toEqual(["option-1", "option-2"]);
  expect(withKind(LEAK, "tick")).toEqual({ ...newItem([]), id: "leak", label: LEAK.label, required: false });
  expect(withKind(LEAK, "choice")).toBe(LEAK);
});

test("the order can be changed within its ends", () => {
  expect(moved(["a", "b", "c"], 1, -1)).toEqual(["b", "a", "c"]);
  expect(moved(["a", "b", "c"], 1, 1)).toEqual(["a", "c", "b"]);
  expect(moved(["a", "b"], 0, -1)).toEqual(["a", "b"]);
  expect(sameLists([LIST], [{ ...LIST }])).toBe(true);
  expect(sameLists([LIST], [{ ...LIST, skills: ["gas"] }])).toBe(false);
});

test("the office reads an answer in words, and whether a missing one was required", () => {
  const line = (given: Item, answer: string | null, choice: ReturnType<typeof words> | null = null) =>
    answerText({ ...given, item: given.id, answer, choice, out_of_range: false });
  expect([line(SHUT, "done"), line(PRESSURE, "2.8"), line(LEAK, "tight", words("Tight")), line(SHUT, null), line(LEAK, null)])
    .toEqual(["done", "2.8 bar", "Tight", "no answer", "left out"]);
});

test("whoever reports in the office sends the answers of the form's own fields alone", () => {
  const entered: [string, string][] = [["outcome", "fixed"], ["checklist.shut", "done"], ["checklist.pressure", " 2,1 "], ["checklist.leak", ""]];
  expect(checksOf(entered)).toEqual([{ item: "shut", answer: "done" }, { item: "pressure", answer: "2.1" }]);
});
