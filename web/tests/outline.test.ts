import { expect, test } from "vitest";
import { added, circle, middles, moved, removed } from "../src/admin/outline";
import type { Corner } from "../src/admin/types";

const square: Corner[] = [[0, 0], [0, 2], [2, 2], [2, 0]];

test("corners are moved, added behind another, and removed down to three", () => {
  expect(moved(square, 1, [0.5, 2.5])[1]).toEqual([0.5, 2.5]);
  expect(added(square, 3, [1, 0])).toEqual([...square, [1, 0]]);
  expect(added(square, 0, [0, 1])[1]).toEqual([0, 1]);
  expect(removed(square, 0)).toEqual(square.slice(1));
  expect(removed(square.slice(1), 0)).toHaveLength(3);
});

test("each side has its middle, the last one back to the first corner", () =>
  expect(middles(square)).toEqual([[0, 1], [1, 2], [2, 1], [1, 0]]));

test("a circle has its radius to the north and to the east, also far from the equator", () => {
  const corners = circle(60, 10, 50);
  expect(corners[0]![0] - 60).toBeCloseTo(50 / 111.2, 5);
  expect((corners[3]![1] - 10) * 111.2 * Math.cos(Math.PI / 3)).toBeCloseTo(50, 2);
});
