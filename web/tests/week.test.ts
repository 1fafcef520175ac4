import { expect, test } from "vitest";
import { daysFrom, mondayOf, stretchesOn } from "../src/admin/calendar/week";
import { isoIn } from "../src/i18n/zones";

const ZONE = "Europe/Berlin";
const hours = (engineer: Parameters<typeof stretchesOn>[0], day: string) =>
  stretchesOn(engineer, day, ZONE).map(({ kind, start, end }) => [kind, isoIn(start, ZONE).slice(11, 16), isoIn(end, ZONE).slice(11, 16)]);

test("a week begins on Monday", () => {
  expect(mondayOf("2026-11-25")).toBe("2026-11-23");
  expect(mondayOf("2026-11-23")).toBe("2026-11-23");
  expect(mondayOf("2026-11-29")).toBe("2026-11-23");
  expect(daysFrom("2026-11-23").at(-1)).toBe("2026-11-29");
});

test("a night shift is part of both days, an absence stands in order beside the shift", () => {
  const shift = (start: string, end: string) => ({ start, end }) as never;
  const engineer = {
    shifts: [shift("2026-11-24T08:00:00+01:00", "2026-11-24T17:00:00+01:00"), shift("2026-11-25T22:00:00+01:00", "2026-11-26T06:00:00+01:00")],
    absences: [{ start: "2026-11-24T07:00:00+01:00", end: "2026-11-24T12:00:00+01:00", kind: "sick" }],
  };
  expect(hours(engineer, "2026-11-24")).toEqual([["absence", "07:00", "12:00"], ["shift", "08:00", "17:00"]]);
  expect(hours(engineer, "2026-11-25")).toEqual([["shift", "22:00", "00:00"]]);
  expect(hours(engineer, "2026-11-26")).toEqual([["shift", "00:00", "06:00"]]);
  expect(hours(engineer, "2026-11-27")).toEqual([]);
});
