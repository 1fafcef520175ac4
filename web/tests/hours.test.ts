import { expect, test } from "vitest";
import { addedTo, firstWrong, likeMonday, weekText } from "../src/admin/stores/hours";
import { centsIn, priceOf } from "../src/admin/stores/price";
import type { OpenStretch } from "../src/admin/types";
import { language } from "../src/i18n/language";

const on = (weekday: number, opens = "07:00:00", closes = "18:00:00"): OpenStretch => ({ weekday, opens, closes });

test("days with the same hours are told together, a closed day between them apart", () => {
  expect(weekText([on(0), on(1), on(2), on(4), on(5, "08:00:00", "12:00:00")])).toBe("Mon–Wed 07:00–18:00, Fri 07:00–18:00, Sat 08:00–12:00");
  expect(weekText([on(6, "08:00:00", "12:00:00"), on(6, "13:00:00", "00:00:00")])).toBe("Sun 08:00–12:00 13:00–00:00");
  expect(weekText([])).toBe("");
});

test("days are named in the reader's language", () => {
  language.value = "zh-CN";
  expect(weekText([on(0), on(1)])).toBe("周一–周二 07:00–18:00");
  language.value = "en";
});

test("a day's first hours are the usual ones, the next begin where the last end", () => {
  const first = addedTo([on(3)], 1);
  expect(first).toEqual([{ weekday: 1, opens: "08:00", closes: "17:00" }, on(3)]);
  expect(addedTo(first, 1)[1]).toEqual({ weekday: 1, opens: "17:00", closes: "00:00" });
});

test("working days become as Monday is, the weekend stays", () => {
  expect(likeMonday([on(0), on(2, "09:00:00"), on(5)]).map(({ weekday, opens }) => [weekday, opens])).toEqual(
    [[0, "07:00:00"], [1, "07:00:00"], [2, "07:00:00"], [3, "07:00:00"], [4, "07:00:00"], [5, "07:00:00"]],
  );
  expect(likeMonday([on(2), on(5)])).toEqual([on(5)]);
});

test("an end before the beginning and an overlap are found, midnight at the end is neither", () => {
  expect(firstWrong([on(0), on(4, "18:00", "06:00")])).toEqual({ weekday: 4, why: "order" });
  expect(firstWrong([on(2, "12:00", "17:00"), on(2, "08:00", "12:30")])).toEqual({ weekday: 2, why: "overlap" });
  expect(firstWrong([on(2, "12:00", "00:00"), on(2, "08:00", "12:00"), on(3)])).toBeNull();
});

test("prices are read with a point or a comma, and rounding makes no other price", () => {
  expect(["49", "49.5", "49,50", "1.15"].map(centsIn)).toEqual([4900, 4950, 4950, 115]);
  expect(priceOf(4905)).toBe("49.05");
});
