/** The state of the open board, and everything a dispatcher does to it. */
import { computed, signal } from "@preact/signals";
import { ask, get, getIfChanged } from "../api/client";
import type { Board, Consequence, Engineer, Move } from "../api/board-types";
import { asProblem, type Problem } from "../api/problem";
import type { Change, Page, Territory } from "../api/types";
import { may, session } from "../app/session";
import { sayDone } from "../app/toasts";
import { boundsOf, dayOf, isoIn } from "../i18n/zones";
import { t } from "./messages";
import { calledName, changedByOthers, filtered, NO_FILTERS, viewOf, type Bar, type Filters } from "./model";

export const territories = signal<readonly Territory[]>([]);
export const territory = signal<Territory | null>(null);
/** The day shown; empty: today, by the server's clock. */
export const day = signal("");
/** Whether the server has said which territories there are. */
export const opened = signal(false);
export const board = signal<Board | null>(null);
export const problem = signal<Problem | null>(null);
export const filters = signal<Filters>(NO_FILTERS);
export const selected = signal<readonly string[]>([]);
export const hovered = signal<string | null>(null);
/** What publishing the draft would do; null without a draft, or while it is being worked out. */
export const drafted = signal<Consequence | null>(null);
/** Moves that were given and not answered yet: shown as if they were in the draft. */
export const pending = signal<readonly Move[]>([]);
/** The present by the server's clock, which may be a virtual one. */
export const now = signal(0);

export const zone = computed(() => board.value?.time_zone ?? territory.value?.time_zone ?? "UTC");
export const whole = computed(() => (board.value ? viewOf(board.value, drafted.value, pending.value) : null));
export const view = computed(() => (whole.value ? filtered(whole.value, filters.value) : null));
export const barsById = computed(() => new Map<string, Bar>((whole.value?.bars ?? []).map((bar) => [bar.visitId, bar])));
export const engineersById = computed(
  () => new Map<string, Engineer>((board.value?.engineers ?? []).map((each) => [each.id, each])),
);
export const engineerName = (id: string): string => engineersById.value.get(id)?.name ?? id;
export const iso = (instant: number): string => isoIn(instant, zone.value);

let etag: string | null = null;
let asked = 0;

/** Finds the territories of the user and opens one. */
export async function open(wanted: string | null): Promise<void> {
  try {
    const { items } = await get<Page<Territory>>("/territories");
    territories.value = items;
    opened.value = true;
    const id = wanted ?? session.value?.user.territory_id;
    territory.value = items.find((each) => each.id === id) ?? items[0] ?? null;
    await reload();
  } catch (error) {
    problem.value = asProblem(error);
  }
}

/** Fetches the board of the chosen territory and day, unless what is at hand is current. */
export async function reload(): Promise<void> {
  const area = territory.value;
  if (!area) return;
  const turn = ++asked;
  // The server's clock may be a virtual one; until it is known, its day is taken to be this browser's.
  const shown = shownDay.value || dayOf(Date.now(), area.time_zone);
  const query = spanQuery(shown, area.time_zone);
  try {
    const answer = await getIfChanged<Board>(`/territories/${encodeURIComponent(area.id)}/board${query}`, etag);
    if (turn !== asked) return;
    problem.value = null;
    if (!answer) return;
    etag = answer.etag;
    tellOfOthers(answer.body);
    board.value = answer.body;
    if (shownDay.value !== shown) return await reload();
    startClock(Date.parse(answer.body.now));
    void weighDraft(area.id);
  } catch (error) {
    if (turn === asked) problem.value = asProblem(error);
  }
}

let weighed = 0;

/** Asks what publishing the draft would do. The board does without the answer. */
async function weighDraft(area: string): Promise<void> {
  const turn = ++weighed;
  if (!board.value?.draft || !may("draft.preview")) return void (drafted.value = null);
  const found = await ask<Consequence>(`/territories/${encodeURIComponent(area)}/preview`, { moves: [] }).catch(() => null);
  if (turn === weighed) drafted.value = found;
}

/** Shows another day; empty means today. */
export function showDay(next: string): void {
  day.value = next;
  etag = null;
  selected.value = [];
  void reload();
}

export function showTerritory(id: string): void {
  territory.value = territories.value.find((each) => each.id === id) ?? null;
  board.value = null;
  drafted.value = null;
  showDay("");
}

/** The day on screen, by the territory's calendar. */
export const shownDay = computed(() => day.value || (board.value ? dayOf(Date.parse(board.value.now), zone.value) : ""));
export const today = computed(() => (board.value ? dayOf(Date.parse(board.value.now), zone.value) : ""));

const MINUTE_MS = 60_000;
let clock: ReturnType<typeof setInterval> | undefined;

/** Lets the now line go on between two answers, and asks again: promises change with time alone. */
function startClock(from: number): void {
  const began = Date.now();
  now.value = from;
  clearInterval(clock);
  clock = setInterval(() => {
    now.value = from + Date.now() - began;
    void reload();
  }, MINUTE_MS);
}

/** Stops what goes on by itself, when the board is left. */
export function close(): void {
  clearInterval(clock);
  clearTimeout(due);
  etag = null;
}

const CONCERNS: ReadonlySet<Change["topic"]> = new Set(["visit", "booking", "plan", "draft", "absence", "stock", "engineer", "settings"]);
let due: ReturnType<typeof setTimeout> | undefined;

/** A change somewhere: fetch anew when it may concern this board; a burst is fetched once. */
export function heed(change: Change): void {
  if (!CONCERNS.has(change.topic)) return;
  if (change.territory !== null && change.territory !== territory.value?.id) return;
  clearTimeout(due);
  due = setTimeout(() => void reload(), 150);
}

function tellOfOthers(next: Board): void {
  const last = board.value;
  if (!last || last.territory !== next.territory) return;
  const me = session.value?.user.id ?? "";
  const found = changedByOthers(last.draft, next.draft, me);
  for (const actor of new Set(found.map((change) => change.made_by))) {
    const count = found.filter((change) => change.made_by === actor).length;
    sayDone(t("changed_by", { who: calledName(actor, next.draft_people), count }));
  }
}

function spanQuery(shown: string, timeZone: string): string {
  const { from, to } = boundsOf(shown, timeZone);
  return `?${new URLSearchParams({ from: isoIn(from, timeZone), to: isoIn(to, timeZone) })}`;
}
