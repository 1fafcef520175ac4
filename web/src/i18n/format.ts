/** Times, spans, money and shares as the reader's language writes them; times always in a named zone. */
import { language } from "./language";
import { HERE, offsetMinutes } from "./zones";

type Moment = string | number;
const made = new Map<string, Intl.DateTimeFormat>();

/** 09:35 */
export function time(at: Moment, zone: string): string {
  return format(at, zone, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}

/** Mon 23 Nov */
export function date(at: Moment, zone: string): string {
  return format(at, zone, { weekday: "short", day: "numeric", month: "short" });
}

/** Mon 23 Nov, 09:35 */
export function dateTime(at: Moment, zone: string): string {
  return `${date(at, zone)} ${time(at, zone)}`;
}

/** The zone's short name, where its clocks differ from the reader's; otherwise nothing. */
export function zoneNote(at: Moment, zone: string): string {
  const instant = instantOf(at);
  if (offsetMinutes(instant, zone) === offsetMinutes(instant, HERE)) return "";
  const parts = formatter(zone, { timeZoneName: "short", hour: "numeric" }).formatToParts(instant);
  return parts.find((part) => part.type === "timeZoneName")?.value ?? zone;
}

/** 1 h 05, 25 min; with `signed`, +25 min or −5 min. */
export function span(seconds: number, signed = false): string {
  const minutes = Math.round(Math.abs(seconds) / 60);
  const zh = language.value === "zh-CN";
  const [h, min] = zh ? ["小时", "分钟"] : ["h", "min"];
  const hours = Math.floor(minutes / 60);
  const rest = String(minutes % 60);
  const gap = zh ? "" : " ";
  const text = hours ? `${hours}${gap}${h} ${rest.padStart(2, "0")}` : `${rest}${gap}${min}`;
  return sign(seconds, signed && minutes > 0) + text;
}

/** Money in the record's currency unit, from cents. */
export function money(cents: number, signed = false): string {
  const units = new Intl.NumberFormat(language.value, { maximumFractionDigits: 0 }).format(Math.abs(cents) / 100);
  return sign(cents, signed && Math.round(cents / 100) !== 0) + units;
}

/** 92 % */
export function share(part: number): string {
  return new Intl.NumberFormat(language.value, { style: "percent", maximumFractionDigits: 0 }).format(part);
}

/** Milliseconds since the epoch. */
export function instantOf(at: Moment): number {
  return typeof at === "number" ? at : Date.parse(at);
}

function sign(value: number, signed: boolean): string {
  if (value < 0) return "−";
  return signed && value > 0 ? "+" : "";
}

function format(at: Moment, zone: string, options: Intl.DateTimeFormatOptions): string {
  return formatter(zone, options).format(instantOf(at));
}

function formatter(zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  // British English writes the day before the month; the words are the same.
  const locale = language.value === "en" ? "en-GB" : language.value;
  const key = locale + zone + JSON.stringify(options);
  let formatter = made.get(key);
  if (!formatter) made.set(key, (formatter = new Intl.DateTimeFormat(locale, { ...options, timeZone: zone })));
  return formatter;
}
