import { expect, test } from "vitest";
import { byEngineer, lateFirst, serialsIn, type HeldPart } from "../src/stock/model";

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
