/** The list of open cases as it stays readable while it changes. Pure. */
import type { CaseLine } from "../api/case-types";

/** What the list shows, and what it holds back so that nothing jumps under the pointer. */
export interface Shown {
  rows: readonly CaseLine[];
  /** Rows that the server no longer lists and that stay, dimmed, until the list may move. */
  gone: ReadonlySet<string>;
  /** Fresh rows that are not shown yet. */
  arrived: number;
  /** Whether the order on screen differs from the server's. */
  moved: boolean;
}

export const NOTHING: Shown = { rows: [], gone: new Set(), arrived: 0, moved: false };

export const settled = (rows: readonly CaseLine[]): Shown => ({ ...NOTHING, rows });

/**
 * Fresh rows into shown ones.
 *
 * @param shown What is on screen.
 * @param fresh The first `fresh.length` rows as the server orders them now.
 * @param complete Whether `fresh` reaches as far down as what is shown, so that a missing row has left the list.
 * @param still Whether the list must not move: rows then change in place, new ones are counted, gone ones dimmed.
 */
export function merged(shown: Shown, fresh: readonly CaseLine[], complete: boolean, still: boolean): Shown {
  const byId = new Map(fresh.map((row) => [row.id, row]));
  if (!still) {
    const tail = complete ? [] : shown.rows.slice(fresh.length).filter(({ id }) => !byId.has(id));
    return settled([...fresh, ...tail]);
  }
  const known = new Set(shown.rows.map(({ id }) => id));
  const rows = shown.rows.map((row) => byId.get(row.id) ?? row);
  const gone = complete ? rows.filter(({ id }) => !byId.has(id)).map(({ id }) => id) : [...shown.gone].filter((id) => !byId.has(id));
  const left = fresh.filter(({ id }) => known.has(id));
  const order = rows.filter(({ id }) => byId.has(id));
  return {
    rows,
    gone: new Set(gone),
    arrived: fresh.length - left.length,
    moved: left.some((row, index) => row.id !== order[index]?.id),
  };
}

/** A further page under what is shown; a row that moved here meanwhile is not shown twice. */
export function appended(shown: Shown, page: readonly CaseLine[]): Shown {
  const known = new Set(shown.rows.map(({ id }) => id));
  return { ...shown, rows: [...shown.rows, ...page.filter(({ id }) => !known.has(id))] };
}

/** How soon it hurts: seconds to go until the promise breaks, negative when it is broken; null when no clock runs. */
export function secondsToGo(line: CaseLine, now: number): number | null {
  return line.hurts_at === null ? null : Math.round((Date.parse(line.hurts_at) - now) / 1000);
}

/** The id so many rows further down; at the ends it stays. */
export function stepped(rows: readonly CaseLine[], from: string | null, step: 1 | -1): string | null {
  if (rows.length === 0) return null;
  const at = rows.findIndex(({ id }) => id === from);
  const next = at < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + step));
  return rows[next]!.id;
}
