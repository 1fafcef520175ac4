/** What the phone knows, and what the engineer does: every act goes into the outbox, and from there to the server. */
import { computed, signal } from "@preact/signals";
import { getIfChanged } from "../api/client";
import { onChange } from "../api/changes";
import { newId } from "../api/ids";
import { asProblem, type Problem } from "../api/problem";
import { goesOnSignedOut, renew, session } from "../app/session";
import { isoIn, shiftDay } from "../i18n/zones";
import { inTransaction, openDatabase, read, type StoreName } from "./database";
import { after, companyNow, draftOf, EMPTY_DRAFT, projected, type Draft } from "./model";
import { browserLock, Outbox, type Entry, type Kind, type NewEntry } from "./outbox";
import { keepStorage } from "./photos";
import { sendEntry } from "./send";
import type { FieldDay, FieldVisit } from "./types";

/** A day as it was last seen. */
interface KeptDay {
  user: string;
  body: FieldDay;
  etag: string | null;
  /** The phone's clock at the answer. */
  received: number;
}

export type Network = "online" | "offline" | "signed_out";

export const days = signal<readonly KeptDay[]>([]);
export const entries = signal<readonly Entry[]>([]);
export const network = signal<Network>("online");
export const lastSync = signal<number | null>(null);
export const sending = signal(false);
export const othersWaiting = signal(0);
export const loadProblem = signal<Problem | null>(null);
export const tomorrowShown = signal(false);
/** Ticks, so that minutes on screen go by. */
export const tick = signal(Date.now());
/** The phone keeps no promise to hold what waits: it may be thrown away when room is short. */
export const unsafeStorage = signal(false);
export const started = signal(false);

const RETRY_MS = 30_000;
const SYNCED = "callout.field.synced";

let database: IDBDatabase;
let outbox: Outbox;
let user = "";
let timer: ReturnType<typeof setTimeout> | undefined;
const windows = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel("callout-field");

const newest = computed(() => days.value.toSorted((a, b) => b.received - a.received)[0]);

/** The company's time now. */
export function now(): number {
  const known = newest.value;
  return known ? companyNow(known.body.clock, known.received, Date.now()) : Date.now();
}

export const zone = computed(() => newest.value?.body.time_zone ?? "UTC");
const today = computed(() => (tick.value, isoIn(now(), zone.value).slice(0, 10)));
export const shownDay = computed(() => (tomorrowShown.value ? shiftDay(today.value, 1) : today.value));
/** The day on screen; without it, the last one that was seen. */
export const day = computed(() => days.value.find(({ body }) => body.day === shownDay.value) ?? (tomorrowShown.value ? undefined : newest.value));
export const isOld = computed(() => day.value !== undefined && day.value.body.day !== shownDay.value);
export const visits = computed<FieldVisit[]>(() => projected(day.value?.body.visits ?? [], entries.value));
export const waiting = computed(() => entries.value.filter((entry) => !entry.refusal));
export const refused = computed(() => entries.value.filter((entry) => entry.refusal));

/** Begins for the signed-in engineer. Returns how to stop. */
export function startField(): () => void {
  user = session.value!.user.id;
  goesOnSignedOut.value = true;
  const stops: (() => void)[] = [];
  let over = false;
  void open().then(() => {
    if (over) return;
    const again = () => void sync(true);
    addEventListener("online", again);
    const offline = () => (network.value = "offline");
    addEventListener("offline", offline);
    const seen = () => document.visibilityState === "visible" && void sync();
    document.addEventListener("visibilitychange", seen);
    const clock = setInterval(() => (tick.value = Date.now()), 15_000);
    const unlisten = onChange(() => void sync(), () => void sync());
    if (windows) windows.onmessage = () => void refresh();
    stops.push(unlisten, () => clearInterval(clock), () => removeEventListener("online", again),
      () => removeEventListener("offline", offline), () => document.removeEventListener("visibilitychange", seen));
    void sync(true);
  });
  return () => {
    over = true;
    goesOnSignedOut.value = false;
    clearTimeout(timer);
    started.value = false;
    for (const stop of stops) stop();
  };
}

async function open(): Promise<void> {
  database = await openDatabase();
  outbox = new Outbox(database, browserLock, settle);
  await forgetDaysOfOthers();
  lastSync.value = Number(localStorage.getItem(SYNCED)) || null;
  network.value = navigator.onLine ? "online" : "offline";
  await refresh();
  started.value = true;
  unsafeStorage.value = !(await keepStorage());
}

/** Reads the phone's memory again: this window or another one has changed it. */
async function refresh(): Promise<void> {
  entries.value = await outbox.list(user);
  othersWaiting.value = await outbox.ofOthers(user);
  days.value = ((await read(database, "days", (store) => store.getAll())) as KeptDay[]).filter((kept) => kept.user === user);
}

function tellWindows(): void {
  windows?.postMessage("changed");
}

/** Carries over to the kept days what the server has taken. */
async function settle(entry: Entry, store: (name: StoreName) => IDBObjectStore): Promise<void> {
  for (const kept of days.peek()) {
    if (!kept.body.visits.some(({ id }) => id === entry.visit)) continue;
    const now = kept.body.visits.flatMap((visit) => (visit.id === entry.visit ? (after(visit, entry.kind, entry.at) ?? []) : visit));
    // Without an ETag the next question brings the server's own words.
    const next = { ...kept, etag: null, body: { ...kept.body, visits: now } };
    store("days").put(next, keyOf(next));
    days.value = days.peek().map((each) => (each === kept ? next : each));
  }
}

const keyOf = (kept: KeptDay): string => `${kept.user} ${kept.body.day}`;

let running: Promise<void> | null = null;
let again = false;

/** Sends what waits, then asks for the day anew. `hurry`: acts that wait for another try go at once. */
export function sync(hurry = false): Promise<void> {
  if (running) {
    again = true;
    return running;
  }
  running = once(hurry).finally(() => {
    running = null;
    if (again) {
      again = false;
      void sync();
    }
  });
  return running;
}

async function once(hurry: boolean): Promise<void> {
  clearTimeout(timer);
  let wakeAt: number | null = null;
  sending.value = true;
  try {
    if (hurry) await outbox.hurry(user);
    // Let in without the server, or the session has ended: it must say who this is before anything is sent.
    if ((network.value === "signed_out" || !session.value?.csrf_token) && !(await isStillMe())) return;
    const drained = await outbox.drain(user, async (entry, bytes) => {
      const verdict = await sendEntry(entry, bytes);
      if (verdict.is === "signed_out" && (await isStillMe())) return sendEntry(entry, bytes);
      if (verdict.is === "done" || verdict.is === "refused") queueMicrotask(() => void refresh());
      return verdict;
    });
    wakeAt = drained.wakeAt;
    if (drained.stopped) return void (network.value = drained.stopped);
    await load();
  } finally {
    await refresh();
    tellWindows();
    sending.value = false;
    if (network.value !== "online" || wakeAt !== null)
      timer = setTimeout(() => void sync(), Math.max(1000, Math.min(RETRY_MS, (wakeAt ?? Infinity) - Date.now())));
  }
}

/** Whether the server still knows this engineer, asked when it is not known for certain. */
async function isStillMe(): Promise<boolean> {
  const found = await renew(user);
  network.value = found;
  return found === "online";
}

async function load(): Promise<void> {
  try {
    const first = await loadDay(null);
    await loadDay(shiftDay(first, 1));
    loadProblem.value = null;
    network.value = "online";
    lastSync.value = Date.now();
    localStorage.setItem(SYNCED, String(lastSync.value));
  } catch (error) {
    const problem = asProblem(error);
    if (problem.unreachable) network.value = "offline";
    else if (problem.status === 401) network.value = "signed_out";
    else loadProblem.value = problem;
  }
}

/** Fetches a day unless it has not changed; null: today. Returns the day. */
async function loadDay(wanted: string | null): Promise<string> {
  const kept = days.peek().find(({ body }) => body.day === (wanted ?? today.peek()));
  const answer = await getIfChanged<FieldDay>(`/field/day${wanted ? `?day=${wanted}` : ""}`, kept?.etag ?? null);
  if (!answer) return kept!.body.day;
  const next: KeptDay = { user, body: answer.body, etag: answer.etag, received: Date.now() };
  const known = days.peek().filter(({ body }) => body.day !== next.body.day);
  // Days that are over hold names and addresses that nobody needs any more.
  const over = known.filter(({ body }) => body.day < next.body.today);
  await inTransaction(database, ["days"], async (store) => {
    for (const each of over) store("days").delete(keyOf(each));
    store("days").put(next, keyOf(next));
  });
  days.value = [...known.filter((each) => !over.includes(each)), next];
  return next.body.day;
}

async function forgetDaysOfOthers(): Promise<void> {
  await inTransaction(database, ["days"], async (store) => {
    const cursor = store("days").openCursor();
    await new Promise<void>((resolve, reject) => {
      cursor.onerror = () => reject(cursor.error ?? new Error("unreadable"));
      cursor.onsuccess = () => {
        const at = cursor.result;
        if (!at) return resolve();
        if ((at.value as KeptDay).user !== user) at.delete();
        at.continue();
      };
    });
  });
}

// --- what the engineer does ----------------------------------------------------------------------------------

/** An act that happens now. Returns as soon as it is on the disk; throws a `StorageFullError` if it is not. */
export async function act(visit: string, kind: Kind, body: Record<string, unknown> = {}): Promise<void> {
  await keep([entryOf(visit, kind, body)]);
}

/** Keeps a photo. Returns its key. */
export async function keepPhoto(visit: string, bytes: ArrayBuffer): Promise<string> {
  const entry = { ...entryOf(visit, "photo", {}), file: { type: "image/jpeg", bytes } };
  await keep([entry]);
  return entry.key;
}

/** The report and its signature, together, in place of the draft. */
export async function finish(visit: string, report: Record<string, unknown>, signature: ArrayBuffer | null): Promise<void> {
  const signed = signature ? [{ ...entryOf(visit, "signature", {}), file: { type: "image/png", bytes: signature } }] : [];
  await keep([...signed, entryOf(visit, "finish", report)], (store) => store("drafts").delete(draftKey(visit)));
}

const entryOf = (visit: string, kind: Kind, body: Record<string, unknown>): NewEntry => ({
  key: newId(), user, visit, kind, body, at: isoIn(now(), zone.peek()),
});

async function keep(acts: readonly NewEntry[], also?: (store: (name: StoreName) => IDBObjectStore) => void): Promise<void> {
  await outbox.add(acts, also);
  await refresh();
  tellWindows();
  void sync();
}

export async function retry(ids: readonly number[]): Promise<void> {
  await outbox.retry(ids, newId);
  await refresh();
  void sync();
}

export async function discard(ids: readonly number[]): Promise<void> {
  await outbox.discard(ids);
  await refresh();
  tellWindows();
  void sync();
}

/** Opens a refused report again, with everything that was in it. */
export async function reopen(entry: Entry): Promise<void> {
  const draft = draftOf(entry.body);
  await outbox.discard([entry.id], (store) => store("drafts").put(draft, draftKey(entry.visit)));
  await refresh();
  void sync();
}

export const bytesOf = (key: string): Promise<ArrayBuffer | null> => outbox.bytes(key);

const draftKey = (visit: string): string => `${user} ${visit}`;

export async function draftFor(visit: string): Promise<Draft> {
  return ((await read(database, "drafts", (store) => store.get(draftKey(visit)))) as Draft | undefined) ?? EMPTY_DRAFT;
}

/** Keeps a half-written report. */
export async function saveDraft(visit: string, draft: Draft): Promise<void> {
  await inTransaction(database, ["drafts"], async (store) => void store("drafts").put(draft, draftKey(visit)));
}
