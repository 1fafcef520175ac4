/** A week's opening hours: 0 is Monday; closing at 00:00 is midnight at the end of the day. */
import { language } from "../../i18n/language";
import type { OpenStretch } from "../types";

export const WEEKDAYS = [0, 1, 2, 3, 4, 5, 6] as const;
const WORKDAYS = [0, 1, 2, 3, 4];
const USUAL = { opens: "08:00", closes: "17:00" };
const A_MONDAY = Date.UTC(2024, 0, 1);
const DAY = 86_400_000;

/** Monday, or Mon. */
export function dayName(weekday: number, style: "long" | "short" = "long"): string {
  return new Intl.DateTimeFormat(language.value, { weekday: style, timeZone: "UTC" }).format(A_MONDAY + weekday * DAY);
}

/** 07:30, as an input of time wants it. */
export const minuteOf = (time: string): string => time.slice(0, 5);

export const onDay = (hours: readonly OpenStretch[], weekday: number): OpenStretch[] =>
  hours.filter((each) => each.weekday === weekday);

/** Mon–Fri 07:00–18:00, Sat 08:00–12:00; nothing for open around the clock. */
export function weekText(hours: readonly OpenStretch[]): string {
  const days = WEEKDAYS.map((weekday) => onDay(hours, weekday).map(({ opens, closes }) => `${minuteOf(opens)}–${minuteOf(closes)}`).join(" "));
  const groups: { from: number; to: number; text: string }[] = [];
  days.forEach((text, weekday) => {
    const last = groups.at(-1);
    if (last?.text === text && last.to === weekday - 1) last.to = weekday;
    else if (text) groups.push({ from: weekday, to: weekday, text });
  });
  const name = (weekday: number) => dayName(weekday, "short");
  return groups.map(({ from, to, text }) => `${from === to ? name(from) : `${name(from)}–${name(to)}`} ${text}`).join(", ");
}

/** One stretch more on a day: after the last one, or the usual hours. */
export function addedTo(hours: readonly OpenStretch[], weekday: number): OpenStretch[] {
  const last = onDay(hours, weekday).at(-1);
  const next = last ? { opens: minuteOf(last.closes), closes: "00:00" } : USUAL;
  return sorted([...hours, { weekday, ...next }]);
}

/** Tuesday to Friday as Monday is. */
export function likeMonday(hours: readonly OpenStretch[]): OpenStretch[] {
  const rest = hours.filter(({ weekday }) => !WORKDAYS.includes(weekday));
  const monday = onDay(hours, 0);
  return sorted([...WORKDAYS.flatMap((weekday) => monday.map((each) => ({ ...each, weekday }))), ...rest]);
}

/** The first stretch that ends before it begins, or begins before the one before it ends. */
export function firstWrong(hours: readonly OpenStretch[]): { weekday: number; why: "order" | "overlap" } | null {
  const ends = ({ closes }: OpenStretch) => (minuteOf(closes) === "00:00" ? "24:00" : minuteOf(closes));
  for (const weekday of WEEKDAYS) {
    const day = sorted(onDay(hours, weekday));
    for (const [n, each] of day.entries()) {
      if (ends(each) <= minuteOf(each.opens)) return { weekday, why: "order" };
      if (n > 0 && ends(day[n - 1]!) > minuteOf(each.opens)) return { weekday, why: "overlap" };
    }
  }
  return null;
}

function sorted(hours: readonly OpenStretch[]): OpenStretch[] {
  return [...hours].sort((a, b) => a.weekday - b.weekday || a.opens.localeCompare(b.opens));
}
