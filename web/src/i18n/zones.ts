/** Arithmetic of time zones. An instant is a number of milliseconds; a day is `2026-11-23` in a zone. */

const MINUTE = 60_000;
const DAY = 86_400_000;
const readers = new Map<string, Intl.DateTimeFormat>();

/** Minutes that the zone's clocks are ahead of UTC at an instant. */
export function offsetMinutes(instant: number, zone: string): number {
  const part = Object.fromEntries(reader(zone).formatToParts(instant).map((p) => [p.type, Number(p.value)]));
  const local = Date.UTC(part.year!, part.month! - 1, part.day!, part.hour! % 24, part.minute!, part.second!);
  return Math.round((local - Math.floor(instant / 1000) * 1000) / MINUTE);
}

/** The day that the zone's calendars show at an instant. */
export function dayOf(instant: number, zone: string): string {
  return new Date(instant + offsetMinutes(instant, zone) * MINUTE).toISOString().slice(0, 10);
}

/** The instant at which a local time of day, `HH:MM`, comes on a day; in a gap, the first instant after it. */
export function instantOf(day: string, time: string, zone: string): number {
  const wall = Date.parse(`${day}T${time}:00Z`);
  // The offset before the change and the one after it: where both disagree, the later instant exists for certain.
  const guesses = [wall - DAY, wall + DAY].map((near) => wall - offsetMinutes(near, zone) * MINUTE);
  const fitting = guesses.find((guess) => guess + offsetMinutes(guess, zone) * MINUTE === wall);
  return fitting ?? Math.max(...guesses);
}

/** The first instant of a day and of the next one: 23 to 25 hours apart. */
export function boundsOf(day: string, zone: string): { from: number; to: number } {
  return { from: instantOf(day, "00:00", zone), to: instantOf(shiftDay(day, 1), "00:00", zone) };
}

/** The day so many days later. */
export function shiftDay(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY).toISOString().slice(0, 10);
}

/** An instant as ISO 8601 with the zone's offset, as the API takes it. */
export function isoIn(instant: number, zone: string): string {
  const minutes = offsetMinutes(instant, zone);
  const wall = new Date(instant + minutes * MINUTE).toISOString().slice(0, 19);
  const size = Math.abs(minutes);
  const two = (n: number) => String(n).padStart(2, "0");
  return `${wall}${minutes < 0 ? "-" : "+"}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

/** The zone of this browser. */
export const HERE = Intl.DateTimeFormat().resolvedOptions().timeZone;

function reader(zone: string): Intl.DateTimeFormat {
  let made = readers.get(zone);
  if (!made) {
    made = new Intl.DateTimeFormat("en-US-u-ca-iso8601-nu-latn", {
      timeZone: zone, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric",
      hour: "numeric", minute: "numeric", second: "numeric",
    });
    readers.set(zone, made);
  }
  return made;
}
