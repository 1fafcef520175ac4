import { describe, expect, test } from "vitest";
import { Company, DAY } from "../fixture/company";
import type { Board, DraftChange } from "../src/api/board-types";
import { calledName, changedByOthers, filtered, NO_FILTERS, swapped, viewOf, worstFirst } from "../src/board/model";

const board = (company = new Company()): Board => company.board(`${DAY}T00:00:00+08:00`, `${DAY}T23:59:00+08:00`);
const at = (time: string) => new Date(`${DAY}T${time}:00+08:00`).toISOString();

describe("the draft over the plan", () => {
  test("moves a bar, keeps its length and shows where it was", () => {
    const company = new Company();
    const stop = company.stops.find((each) => each.movable)!;
    company.add([{ visit_id: stop.visit_id, engineer_id: "E-9", arrival: at("15:00") }]);
    const bar = viewOf(board(company)).bars.find((each) => each.visitId === stop.visit_id)!;
    expect([bar.engineerId, bar.drafted, bar.published?.engineer_id]).toEqual(["E-9", true, stop.engineer_id]);
    expect(bar.finish - bar.arrival).toBe(Date.parse(stop.finish) - Date.parse(stop.arrival));
  });

  test("gives an unplanned visit a bar and takes it from the list", () => {
    const company = new Company();
    const { visit_id: id } = company.unplanned[0]!;
    company.add([{ visit_id: id, engineer_id: "E-1", arrival: at("16:00") }]);
    const view = viewOf(board(company));
    expect(view.bars.filter((bar) => bar.visitId === id).map((bar) => bar.published)).toEqual([null]);
    expect(view.unplanned.map((visit) => visit.visit_id)).not.toContain(id);
  });

  test("leaves only the published place of what goes off the plan", () => {
    const company = new Company();
    const id = company.stops[5]!.visit_id;
    company.add([{ visit_id: id, engineer_id: null, arrival: null }]);
    const view = viewOf(board(company));
    expect(view.leaving.map((bar) => bar.visitId)).toEqual([id]);
    expect(view.bars.some((bar) => bar.visitId === id)).toBe(false);
  });

  test("a move under way counts over the draft", () => {
    const company = new Company();
    const id = company.stops[5]!.visit_id;
    company.add([{ visit_id: id, engineer_id: "E-2", arrival: at("10:00") }]);
    const view = viewOf(board(company), null, [{ visit_id: id, engineer_id: "E-3", arrival: at("11:00") }]);
    expect(view.bars.find((bar) => bar.visitId === id)?.engineerId).toBe("E-3");
  });

  test("shows who else moves, and the travel to the new place", () => {
    const company = new Company();
    const [first, second] = company.stops.filter((each) => each.movable) as [typeof company.stops[0], typeof company.stops[0]];
    company.add([{ visit_id: first.visit_id, engineer_id: "E-2", arrival: at("15:00") }]);
    const drafted = {
      ...company.consequence([]),
      others: [{ visit_id: second.visit_id, engineer_id: second.engineer_id, from_arrival: second.arrival, to_arrival: at("16:10") }],
      routes: [{ engineer_id: "E-2", stops: [{ visit_id: first.visit_id, arrival: at("15:00"), finish: at("16:00"), travel_seconds: 777 }] }],
    };
    const bars = new Map(viewOf(board(company), drafted).bars.map((bar) => [bar.visitId, bar]));
    expect(bars.get(second.visit_id)).toMatchObject({ arrival: Date.parse(at("16:10")), drafted: true });
    expect(bars.get(first.visit_id)?.travelSeconds).toBe(777);
  });

  test("numbers each row in the order of arrival", () => {
    const company = new Company();
    const last = company.stops.findLast((stop) => stop.engineer_id === "E-1")!;
    company.add([{ visit_id: last.visit_id, engineer_id: "E-1", arrival: at("06:00") }]);
    const row = viewOf(board(company)).bars.filter((bar) => bar.engineerId === "E-1");
    expect(row.find((bar) => bar.visitId === last.visit_id)?.number).toBe(1);
    expect(row.map((bar) => bar.number).sort()).toEqual(row.map((_, index) => index + 1));
  });
});

test("the worst comes first, and what is due sooner before what is due later", () => {
  const order = worstFirst(new Company().unplanned).map((visit) => visit.sla.state);
  expect(order).toEqual(["breached", "jeopardy", "jeopardy", "warning", "kept", "kept", "none"]);
});

test("filters keep an engineer's whole row when a word fits one of its visits", () => {
  const view = viewOf(board());
  const bar = view.bars[0]!;
  const found = filtered(view, { ...NO_FILTERS, text: bar.caseId });
  expect(found.engineers.map(({ id }) => id)).toEqual([bar.engineerId]);
  expect(found.bars.length).toBe(view.bars.filter((each) => each.engineerId === bar.engineerId).length);
});

test("a promise filter leaves only rows and bars of that state", () => {
  const found = filtered(viewOf(board()), { ...NO_FILTERS, promise: "breached" });
  expect(new Set(found.bars.map((bar) => bar.promise))).toEqual(new Set(["breached"]));
  expect(found.engineers.length).toBe(new Set(found.bars.map((bar) => bar.engineerId)).size);
});

test("swapping gives each visit the other's engineer and arrival", () => {
  const [a, b] = viewOf(board()).bars as [never, never];
  const [first, second] = swapped(a, b, String);
  expect([first?.visit_id, first?.engineer_id, first?.arrival]).toEqual([(a as { visitId: string }).visitId, (b as { engineerId: string }).engineerId, String((b as { arrival: number }).arrival)]);
  expect(second?.visit_id).toBe((b as { visitId: string }).visitId);
});

test("only what others changed is told, not one's own and not what was known", () => {
  const change = (visit: string, by: string): DraftChange => ({
    visit_id: visit, case_id: visit, from: null, to: null, pin: null, made_by: `dispatcher:${by}`, made_at: at("09:00"), stale: false,
  });
  const before = { version: 1, changes: [change("A", "U-2")] };
  const after = { version: 3, changes: [change("A", "U-2"), change("B", "U-1"), change("C", "U-2")] };
  expect(changedByOthers(before, after, "U-1").map((each) => each.visit_id)).toEqual(["C"]);
});

test("who acted is called by name, and whoever is no user by the id", () => {
  const people = { "dispatcher:U-7": "Anna Berg" };
  expect(calledName("dispatcher:U-7", people)).toBe("Anna Berg");
  expect(calledName("dispatcher:api", people)).toBe("api");
  expect(calledName("", people)).toBe("");
});
