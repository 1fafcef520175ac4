import { expect, test } from "vitest";
import { byEngineer, lateFirst, request, serialsIn, signed, type HeldPart } from "../src/stock/model";

const part = (reservation_id: string, engineer_id: string, late = false): HeldPart =>
  ({ reservation_id, engineer_id, engineer: engineer_id, late }) as HeldPart;
const ids = (parts: readonly HeldPart[]) => parts.map((one) => one.reservation_id).join(" ");

test("parts are grouped by engineer and keep their order", () => {
  const groups = byEngineer([part("1", "E1"), part("2", "E2"), part("3", "E1")]);
  expect(groups.map((group) => `${group.engineer_id}: ${ids(group.parts)}`)).toEqual(["E1: 1 3", "E2: 2"]);
  expect(byEngineer([])).toEqual([]);
});

test("late parts come first and the list given stays as it is", () => {
  const given = [part("1", "E1"), part("2", "E1", true), part("3", "E1"), part("4", "E1", true)];
  expect(ids(lateFirst(given))).toBe("2 4 1 3");
  expect(ids(given)).toBe("1 2 3 4");
});

test("serial numbers are read however they are separated", () => {
  expect(serialsIn(" A1, A2;A3\nA4，A5 ")).toEqual(["A1", "A2", "A3", "A4", "A5"]);
  expect(serialsIn(" ")).toEqual([]);
});

test("each act becomes its own request, and only what fits it is sent", () => {
  const given: Record<string, string> = { location: "W1", to: "W2", sku: "P1", quantity: "3", reason: "lost", note: "n", serials: "A B" };
  const text = (name: string) => given[name] ?? "";
  const common = { location: "W1", sku: "P1", serials: ["A", "B"], note: "n" };
  expect(request("transfer", text, true)).toEqual({ path: "/stock/transfers", body: { ...common, to: "W2", quantity: 3 } });
  expect(request("count", text, false)).toEqual({ path: "/stock/counts", body: { ...common, counted: 3, release: false } });
  expect(request("write_off", text, true)).toEqual({ path: "/stock/write-offs", body: { ...common, quantity: 3, reason: "lost", release: true } });
});

test("a change carries its sign, and none says nothing", () => {
  expect([3, -2, 0].map(signed)).toEqual(["+3", "−2", ""]);
});
