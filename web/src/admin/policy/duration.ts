/** Spans as the policy writes them: ISO 8601 without years and months, such as P1DT12H or PT30M. */

export const UNITS = { days: 86_400, hours: 3_600, minutes: 60, seconds: 1 } as const;
export type Unit = keyof typeof UNITS;

const FORM = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/;

/** Seconds of a span; NaN for what is none. */
export function secondsOf(iso: string): number {
  const found = FORM.exec(iso);
  if (!found || iso === "P" || iso.endsWith("T")) return Number.NaN;
  const [days, hours, minutes, seconds] = found.slice(1).map((part) => Number(part ?? 0)) as [number, number, number, number];
  return days * UNITS.days + hours * UNITS.hours + minutes * UNITS.minutes + seconds;
}

/** A span as the API writes it, so that an unchanged one looks unchanged. */
export function isoOf(total: number): string {
  let rest = total;
  const take = (unit: number) => {
    const count = Math.floor(rest / unit);
    rest -= count * unit;
    return count;
  };
  const [days, hours, minutes] = [take(UNITS.days), take(UNITS.hours), take(UNITS.minutes)];
  const seconds = Math.round(rest * 1e6) / 1e6;
  const time = `${hours ? `${hours}H` : ""}${minutes ? `${minutes}M` : ""}${seconds ? `${seconds}S` : ""}`;
  if (!days && !time) return "PT0S";
  return `P${days ? `${days}D` : ""}${time ? `T${time}` : ""}`;
}

/** The largest unit in which a span is a whole number; two days and more as days, so that 48 h stay 2 days. */
export function unitOf(seconds: number): Unit {
  if (seconds === 0) return "minutes";
  return (Object.keys(UNITS) as Unit[]).find((unit) => seconds % UNITS[unit] === 0) ?? "seconds";
}
