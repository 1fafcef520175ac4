import { expect, test } from "vitest";
import { lasting, panned, snapped, ticks, workingHours, zoomed } from "../src/board/axis";

const HOUR = 3_600_000;
const over = { from: 0, to: 10 * HOUR };

test("places are shares of the stretch in view", () => {
  expect(lasting(HOUR, 3 * HOUR, over)).toEqual({ left: "10%", width: "20%" });
});

test("arrivals are whole five minutes", () => {
  expect(snapped(13 * HOUR + 52 * 60_000 + 40_000)).toBe(13 * HOUR + 55 * 60_000);
});

test("zooming keeps what is under the pointer, and stops at two hours", () => {
  const closer = zoomed(over, 0.5, 0.2);
  expect(closer).toEqual({ from: HOUR, to: 6 * HOUR });
  expect(zoomed(closer, 0.01).to - zoomed(closer, 0.01).from).toBe(2 * HOUR);
});

test("moving through the day keeps the length", () => {
  expect(panned(over, 0.5)).toEqual({ from: 5 * HOUR, to: 15 * HOUR });
});

test("a day begins to be shown at half past six of its own zone", () => {
  expect(new Date(workingHours("2026-11-25", "Asia/Shanghai").from).toISOString()).toBe("2026-11-24T22:30:00.000Z");
});

test("labels are whole hours since midnight, and closer when less is in view", () => {
  expect(ticks({ from: 1.5 * HOUR, to: 4.5 * HOUR + HOUR * 6 }, 0)[0]).toBe(2 * HOUR);
  expect(ticks({ from: 0, to: HOUR }, 0)).toEqual([0, 0.25, 0.5, 0.75, 1].map((n) => n * HOUR));
});
