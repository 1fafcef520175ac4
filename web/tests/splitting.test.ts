import { describe, expect, test } from "vitest";
import { Company, DAY } from "../fixture/company";
import type { SplitConsequence } from "../src/api/board-types";
import type { VisitLine } from "../src/api/case-types";
import { Problem } from "../src/api/problem";
import { labelOf } from "../src/board/bars";
import { t as board } from "../src/board/messages";
import { viewOf } from "../src/board/model";
import { halves, isPossible, refusalOf, REFUSALS, wasTold, withPart } from "../src/board/splitting";
import { partOf } from "../src/cases/parts";

const split = (first_minutes: number, second_minutes: number) => ({ first_minutes, second_minutes, second_parts: [] });

describe("what is asked for", () => {
  test.each([[360, 180, 180], [90, 45, 45], [75, 45, 30], [20, 10, 10], [5, 5, 5]])("%i minutes begin as %i and %i", (whole, first, second) => {
    expect(halves(whole)).toEqual(split(first, second));
  });

  test("a part lasts 5 minutes to 12 hours", () => {
    expect([[5, 720], [4, 60], [60, 721], [60, NaN], [60, 7.5]].map(([a, b]) => isPossible(split(a!, b!)))).toEqual([true, false, false, false, false]);
  });

  test("parts go to the second visit only when they are ticked", () => {
    const both = withPart(withPart(split(60, 60), "A", true), "B", true);
    expect(both.second_parts).toEqual(["A", "B"]);
    expect(withPart(withPart(both, "A", true), "B", false).second_parts).toEqual(["A"]);
  });
});

describe("what is told", () => {
  test("each refusal has words in both languages", () => {
    for (const code of REFUSALS) {
      expect(refusalOf(new Problem(409, code, "", [], {}))).toBe(code);
      for (const language of ["en", "zh-CN"] as const) expect(board.all[language][`split_${code}`]).toBeTruthy();
    }
    expect(refusalOf(new Problem(503, "unavailable", "", [], {}))).toBeUndefined();
  });

  test("whoever was offered the place or has accepted it is told", () => {
    const place = (state: string) => ({ gives_up: { engineer_id: "E-1", arrival: "", finish: "", state } }) as SplitConsequence;
    expect(["planned", "offered", "confirmed"].map((state) => wasTold(place(state)))).toEqual([null, "offered", "confirmed"]);
    expect(wasTold({ ...place("x"), gives_up: null })).toBeNull();
  });
});

describe("where both are seen", () => {
  test("a bar says which part it is, and knows the other", () => {
    const company = new Company();
    const [first, second] = company.stops;
    first!.other_part = { visit_id: second!.visit_id, number: 1 };
    const bars = viewOf(company.board(`${DAY}T00:00:00+08:00`, `${DAY}T23:59:00+08:00`)).bars;
    const bar = bars.find((each) => each.visitId === first!.visit_id)!;
    expect(bar.otherPart).toEqual({ visit_id: second!.visit_id, number: 1 });
    expect(labelOf(bar, "Li", "Asia/Shanghai")).toMatch(/Part 1 of 2$/);
    expect(labelOf(bars.find((each) => each.visitId === second!.visit_id)!, "Li", "Asia/Shanghai")).not.toMatch(/Part/);
  });

  test("a case knows the two parts among its visits", () => {
    const visit = (id: string, after: string | null = null) => ({ id, after_visit_id: after }) as VisitLine;
    const all = [visit("V1"), visit("V2", "V1"), visit("V3")];
    expect(all.map((each) => partOf(each, all))).toEqual([1, 2, null]);
  });
});
