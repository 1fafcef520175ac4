import { expect, test } from "vitest";
import { at, differences, rebase, withValue, type Json } from "../src/admin/policy/document";
import { isoOf, secondsOf, unitOf } from "../src/admin/policy/duration";
import { blank, pieceOf, type Schema } from "../src/admin/policy/schema";

test("spans are read and written as the API writes them", () => {
  for (const [iso, seconds] of [["PT5M", 300], ["PT2H", 7200], ["P2D", 172800], ["P1DT12H", 129600], ["PT0S", 0], ["PT2.5S", 2.5]] as const) {
    expect(secondsOf(iso)).toBe(seconds);
    expect(isoOf(seconds)).toBe(iso);
  }
  expect(isoOf(90 * 60)).toBe("PT1H30M");
  for (const wrong of ["", "P", "PT", "5M", "P1Y", "callout"]) expect(secondsOf(wrong)).toBeNaN();
});

test("a span is shown in the largest unit that keeps it whole", () => {
  expect(unitOf(172800)).toBe("days");
  expect(unitOf(129600)).toBe("hours");
  expect(unitOf(5400)).toBe("minutes");
  expect(unitOf(0)).toBe("minutes");
});

const base: Json = { warn: 0.75, promises: [{ respond: "PT1H", kinds: ["fault"] }, { respond: "PT4H", kinds: [] }], steps: { classify: "PT10M" } };
const change = (document: Json, path: (string | number)[], value: Json) => withValue(document, path, value);

test("a value is changed in a copy, and what differs is named by its path", () => {
  const mine = change(base, ["promises", 1, "respond"], "PT2H");
  expect(at(base, ["promises", 1, "respond"])).toBe("PT4H");
  expect(differences(base, mine)).toEqual([{ path: ["promises", 1, "respond"], before: "PT4H", after: "PT2H" }]);
});

test("a row more is a change of the whole list", () => {
  const mine = change(base, ["promises"], [...(at(base, ["promises"]) as Json[]), { respond: null, kinds: [] }]);
  expect(differences(base, mine).map(({ path }) => path)).toEqual([["promises"]]);
});

test("my changes are put upon theirs where they touch different things", () => {
  const mine = change(base, ["promises", 0, "respond"], "PT30M");
  const theirs = change(base, ["warn"], 0.5);
  const { document, kept, contested } = rebase(base, mine, theirs);
  expect(document).toEqual(change(theirs, ["promises", 0, "respond"], "PT30M"));
  expect(kept).toHaveLength(1);
  expect(contested).toEqual([]);
});

test("where both changed the same, theirs stays and is named", () => {
  const mine = change(change(base, ["warn"], 0.9), ["steps", "classify"], "PT5M");
  const { document, contested } = rebase(base, mine, change(base, ["warn"], 0.5));
  expect(at(document, ["warn"])).toBe(0.5);
  expect(at(document, ["steps", "classify"])).toBe("PT5M");
  expect(contested.map(({ path }) => path)).toEqual([["warn"]]);
});

test("both changed the same to the same: nothing is contested", () => {
  const same = change(base, ["warn"], 0.5);
  expect(rebase(base, same, same).contested).toEqual([]);
});

test("their other number of rows contests my change inside of a row", () => {
  const mine = change(base, ["promises", 1, "respond"], "PT2H");
  const theirs = change(base, ["promises"], [(at(base, ["promises", 0]) as Json)!]);
  expect(rebase(base, mine, theirs).contested.map(({ path }) => path)).toEqual([["promises", 1, "respond"]]);
  expect(rebase(base, mine, theirs).document).toEqual(theirs);
});

const root: Schema = {
  $defs: {
    Kind: { type: "string", enum: ["fault", "return"] },
    Rule: {
      type: "object",
      properties: {
        kinds: { type: "array", items: { $ref: "#/$defs/Kind" }, default: [] },
        warranty: { anyOf: [{ $ref: "#/$defs/Kind" }, { type: "null" }], default: null },
        respond: { anyOf: [{ type: "string", format: "duration" }, { type: "null" }], default: null },
        delay: { type: "string", format: "duration" },
      },
    },
  },
};

test("a schema says which input each piece is", () => {
  const kind = (schema: Schema) => pieceOf(schema, root);
  expect(kind({ type: "array", items: { $ref: "#/$defs/Kind" } }).kind).toEqual({ name: "words", options: ["fault", "return"] });
  expect(kind({ anyOf: [{ $ref: "#/$defs/Kind" }, { type: "null" }] })).toEqual({ kind: { name: "choice", options: ["fault", "return"] }, optional: true });
  expect(kind({ type: "array", items: { $ref: "#/$defs/Rule" } }).kind.name).toBe("rows");
  expect(kind({ type: "integer", minimum: 1, maximum: 31 }).kind).toEqual({ name: "number", whole: true, least: 1, most: 31 });
  expect(kind({ type: "string", pattern: "^(a|b)$" }).kind).toEqual({ name: "choice", options: ["a", "b"] });
  expect(() => kind({ type: "mystery" })).toThrow();
  expect(blank({ $ref: "#/$defs/Rule" }, root)).toEqual({ kinds: [], warranty: null, respond: null, delay: "PT1H" });
});
