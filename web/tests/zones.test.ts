import { describe, expect, test } from "vitest";
import { boundsOf, dayOf, instantOf, isoIn, offsetMinutes, shiftDay } from "../src/i18n/zones";

const HOUR = 3_600_000;

describe("a zone with summer time", () => {
  const zone = "Europe/Berlin";

  test("has days of 23 and 25 hours", () => {
    const spring = boundsOf("2026-03-29", zone);
    const autumn = boundsOf("2026-10-25", zone);
    expect(spring.to - spring.from).toBe(23 * HOUR);
    expect(autumn.to - autumn.from).toBe(25 * HOUR);
  });

  test("moves a time in the gap to the instant after it", () => {
    expect(isoIn(instantOf("2026-03-29", "02:30", zone), zone)).toBe("2026-03-29T03:30:00+02:00");
  });

  test("takes the first of two equal times", () => {
    expect(isoIn(instantOf("2026-10-25", "02:30", zone), zone)).toBe("2026-10-25T02:30:00+02:00");
  });
});

test("a day begins at another instant in each zone", () => {
  const instant = Date.parse("2026-11-23T16:30:00Z");
  expect(dayOf(instant, "Asia/Shanghai")).toBe("2026-11-24");
  expect(dayOf(instant, "America/New_York")).toBe("2026-11-23");
});

test("offsets of half hours and before 1970 are right", () => {
  expect(offsetMinutes(Date.parse("2026-01-01T00:00:00Z"), "Asia/Kolkata")).toBe(330);
  expect(isoIn(Date.parse("2026-07-01T12:00:00Z"), "America/St_Johns")).toBe("2026-07-01T09:30:00-02:30");
});

test("days are counted across months and leap days", () => {
  expect(shiftDay("2028-02-28", 1)).toBe("2028-02-29");
  expect(shiftDay("2026-01-01", -1)).toBe("2025-12-31");
});
