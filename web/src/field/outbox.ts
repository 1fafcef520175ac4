/**
 * What the engineer did and the server does not know yet. Every act is on the disk, with its moment and its key,
 * before the page goes on; it leaves only when the server has taken it, or when the engineer throws it away.
 */
import { answered, inTransaction, read, type StoreName } from "./database";

export const COMMANDS = ["accept", "decline", "depart", "arrive", "finish"] as const;
export type CommandName = (typeof COMMANDS)[number];
export type Kind = CommandName | "photo" | "signature";

/** Why the server did not take an act. */
export interface Refusal {
  status: number;
  code: string;
  detail: string;
  fields: readonly { field: string; rule: string }[];
  /** The state in which the visit is, where the server names it. */
  visitState: string | null;
}

export interface Entry {
  /** Acts are sent in this order. */
  id: number;
  /** The Idempotency-Key: sent twice, it counts once. */
  key: string;
  /** Whose act it is; nobody else sends it. */
  user: string;
  visit: string;
  kind: Kind;
  /** When the engineer acted, in the company's time. */
  at: string;
  body: Record<string, unknown>;
  /** Of a photo or signature; the bytes lie apart. */
  file: { type: string; size: number } | null;
  tries: number;
  /** Not before this moment of the phone's clock. */
  notBefore: number;
  refusal: Refusal | null;
}

export type NewEntry = Pick<Entry, "key" | "user" | "visit" | "kind" | "at" | "body"> & { file?: { type: string; bytes: ArrayBuffer } };

/** What became of sending one act. */
export type Verdict =
  | { is: "done" }
  | { is: "refused"; refusal: Refusal }
  /** Not now, for this visit. */
  | { is: "later"; seconds?: number }
  /** Nothing can be sent at all. */
  | { is: "offline" }
  | { is: "signed_out" };

export type Send = (entry: Entry, bytes: ArrayBuffer | null) => Promise<Verdict>;
/** Runs one at a time over all windows of the browser. */
export type Lock = <Result>(work: () => Promise<Result>) => Promise<Result>;

export interface Drained {
  stopped: "offline" | "signed_out" | null;
  /** When the next act may be tried again. */
  wakeAt: number | null;
}

const LONGEST_PAUSE_S = 300;

export class Outbox {
  constructor(
    private readonly database: IDBDatabase,
    private readonly lock: Lock,
    /** Called in the transaction in which an act is over, to change what the page knows of the visit. */
    private readonly settle: (entry: Entry, store: (name: StoreName) => IDBObjectStore) => Promise<void> = async () => undefined,
  ) {}

  /** Keeps acts, all or none; throws a `StorageFullError` when the phone has no room. `also` belongs to it. */
  async add(entries: readonly NewEntry[], also: (store: (name: StoreName) => IDBObjectStore) => void = () => undefined): Promise<void> {
    await inTransaction(this.database, ["outbox", "files", "drafts"], async (store) => {
      for (const { file, ...entry } of entries) {
        const kept = file ? { type: file.type, size: file.bytes.byteLength } : null;
        store("outbox").add({ ...entry, file: kept, tries: 0, notBefore: 0, refusal: null });
        if (file) store("files").put(file.bytes, entry.key);
      }
      also(store);
    });
  }

  /** A user's acts that are not over, in order. */
  async list(user: string): Promise<Entry[]> {
    const all = (await read(this.database, "outbox", (store) => store.getAll())) as Entry[];
    return all.filter((entry) => entry.user === user);
  }

  /** How many acts of others wait in this browser. */
  async ofOthers(user: string): Promise<number> {
    const all = (await read(this.database, "outbox", (store) => store.getAll())) as Entry[];
    return all.filter((entry) => entry.user !== user).length;
  }

  async bytes(key: string): Promise<ArrayBuffer | null> {
    return ((await read(this.database, "files", (store) => store.get(key))) as ArrayBuffer | undefined) ?? null;
  }

  /** Throws acts away that the engineer no longer wants. `also` belongs to it. */
  async discard(ids: readonly number[], also: (store: (name: StoreName) => IDBObjectStore) => void = () => undefined): Promise<void> {
    await this.lock(() =>
      inTransaction(this.database, ["outbox", "files", "drafts"], async (store) => {
        for (const id of ids) await remove(store, id);
        also(store);
      }),
    );
  }

  /** Tries refused acts again: the server has answered under their keys, so they get new ones. */
  async retry(ids: readonly number[], newKey: () => string): Promise<void> {
    await this.lock(() =>
      inTransaction(this.database, ["outbox", "files"], async (store) => {
        for (const id of ids) {
          const entry = (await answered(store("outbox").get(id))) as Entry | undefined;
          if (!entry?.refusal) continue;
          const bytes: unknown = entry.file ? await answered(store("files").get(entry.key)) : null;
          const key = newKey();
          if (bytes) {
            store("files").delete(entry.key);
            store("files").put(bytes, key);
          }
          store("outbox").put({ ...entry, key, refusal: null, tries: 0, notBefore: 0 });
        }
      }),
    );
  }

  /** Lets acts that wait for another try be sent at once: the network is back, or somebody pressed the button. */
  async hurry(user: string): Promise<void> {
    await this.lock(() =>
      inTransaction(this.database, ["outbox"], async (store) => {
        for (const entry of (await answered(store("outbox").getAll())) as Entry[])
          if (entry.user === user && entry.notBefore) store("outbox").put({ ...entry, notBefore: 0 });
      }),
    );
  }

  /**
   * Sends a user's acts. Those of one visit go in their order, and one that the server cannot take now holds only
   * its own visit. One that the server refuses stays with the reason and holds nothing.
   */
  drain(user: string, send: Send, now: () => number = Date.now): Promise<Drained> {
    return this.lock(async () => {
      for (;;) {
        const waiting = (await this.list(user)).filter((entry) => !entry.refusal);
        const next = firstPossible(waiting, now());
        if (!next) return { stopped: null, wakeAt: waiting.length ? Math.min(...waiting.map((entry) => entry.notBefore)) : null };
        const bytes = next.file ? await this.bytes(next.key) : null;
        const verdict = await send(next, bytes);
        if (verdict.is === "offline" || verdict.is === "signed_out") return { stopped: verdict.is, wakeAt: null };
        await this.note(next, verdict, now());
      }
    });
  }

  private async note(entry: Entry, verdict: Verdict, now: number): Promise<void> {
    await inTransaction(this.database, ["outbox", "files", "days"], async (store) => {
      if (verdict.is === "done") {
        await remove(store, entry.id);
        await this.settle(entry, store);
      } else if (verdict.is === "refused") {
        store("outbox").put({ ...entry, refusal: verdict.refusal, tries: entry.tries + 1 });
      } else if (verdict.is === "later") {
        const seconds = verdict.seconds ?? Math.min(2 ** entry.tries * 2, LONGEST_PAUSE_S);
        store("outbox").put({ ...entry, tries: entry.tries + 1, notBefore: now + seconds * 1000 });
      }
    });
  }
}

/** The oldest act whose moment has come, and before which none of its visit waits. */
function firstPossible(waiting: readonly Entry[], now: number): Entry | undefined {
  const held = new Set<string>();
  return waiting.find((entry) => {
    if (held.has(entry.visit)) return false;
    held.add(entry.visit);
    return entry.notBefore <= now;
  });
}

async function remove(store: (name: StoreName) => IDBObjectStore, id: number): Promise<void> {
  const entry = (await answered(store("outbox").get(id))) as Entry | undefined;
  if (!entry) return;
  store("outbox").delete(id);
  if (entry.file) store("files").delete(entry.key);
}

/** One window at a time, by the browser's own locks; without them keys alone keep an act from counting twice. */
export const browserLock: Lock = async (work) =>
  "locks" in navigator ? ((await navigator.locks.request("callout-field-outbox", work)) as Awaited<ReturnType<typeof work>>) : work();
