/** Spans of a case's life in words. */
import { language } from "../i18n/language";

const UNITS = { en: { day: "d", hour: "h", minute: "min" }, "zh-CN": { day: "天", hour: "小时", minute: "分钟" } };

/** 2 d 3 h, 45 min */
export function longSpan(seconds: number): string {
  const gap = language.value === "zh-CN" ? "" : " ";
  return inUnits(seconds).map(([count, unit]) => `${count}${gap}${UNITS[language.value][unit]}`).join(" ");
}

/** A long span in its two largest units, as parts for the reader's language: [2, "day", 3, "hour"]. */
export function inUnits(seconds: number): [number, "day" | "hour" | "minute"][] {
  const minutes = Math.floor(Math.abs(seconds) / 60);
  const [days, hours, rest] = [Math.floor(minutes / 1440), Math.floor((minutes % 1440) / 60), minutes % 60];
  if (days) return hours && days < 10 ? [[days, "day"], [hours, "hour"]] : [[days, "day"]];
  if (hours) return rest && hours < 10 ? [[hours, "hour"], [rest, "minute"]] : [[hours, "hour"]];
  return [[rest, "minute"]];
}
