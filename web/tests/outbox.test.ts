import "fake-indexeddb/auto";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { answered, openDatabase, read, StorageFullError } from "../src/field/database";
import { Outbox, type Entry, type Kind, type Lock, type NewEntry, type Send, type Verdict } from "../src/field/outbox";

const ME = "engineer-1";
const DONE: Verdict = { is: "done" };
const REFUSED: Verdict = { is: "refused", refusal: { status: 409, code: "wrong_state", detail: "It is done.", fields: [], visitState: "done" } };

let database: IDBDatabase;
let outbox: Outbox;
let number = 0;

/** What the browser's locks do: one after the other, whoever asks. */
function oneAtATime(): Lock {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = last.then(work);
    last = mine.catch(() => undefined);
    return mine;
  };
}

const open = () => openDatabase(`test-${number}`);

beforeEach(async () => {
  number += 1;
  database = await open();
  outbox = new Outbox(database, oneAtATime());
});

afterEach(() => {
  vi.restoreAllMocks();
  database.close();
});

let keys = 0;
function entry(visit: string, kind: Kind, more: Partial<NewEntry> = {}): NewEntry {
  return { key: `k${++keys}`, user: ME, visit, kind, at: "2026-11-25T09:00:00+01:00", body: {}, ...more };
}

const photo = (visit: string, text = "picture"): NewEntry =>
  entry(visit, "photo", { file: { type: "image/jpeg", bytes: new TextEncoder().encode(text).buffer as ArrayBuffer } });

/** A server that notes what it gets and answers as told. */
function server(answer: (entry: Entry) => Verdict = () => DONE): Send & { got: string[] } {
  const got: string[] = [];
  return Object.assign(async (sent: Entry, bytes: ArrayBuffer | null) => {
    got.push(`${sent.visit} ${sent.kind}${bytes ? ` ${new TextDecoder().decode(bytes)}` : ""}`);
    return answer(sent);
  }, { got });
}

const left = async () => (await outbox.list(ME)).map(({ visit, kind }) => `${visit} ${kind}`);

test("acts of a visit are sent in the order in which they were done, files among them", async () => {
  for (const each of [entry("V1", "depart"), entry("V1", "arrive"), photo("V1"), entry("V1", "finish")]) await outbox.add([each]);
  const to = server();

  expect(await outbox.drain(ME, to)).toEqual({ stopped: null, wakeAt: null });

  expect(to.got).toEqual(["V1 depart", "V1 arrive", "V1 photo picture", "V1 finish"]);
  expect(await left()).toEqual([]);
  expect(await answered(database.transaction("files").objectStore("files").count())).toBe(0);
});

test("without a network everything stays, with its moment and its key, also when the page is opened anew", async () => {
  const act = entry("V1", "arrive");
  await outbox.add([act, photo("V1", "kept")]);
  const down = server(() => ({ is: "offline" }));

  expect(await outbox.drain(ME, down)).toEqual({ stopped: "offline", wakeAt: null });
  expect(down.got).toEqual(["V1 arrive"]);

  database.close();
  database = await open();
  outbox = new Outbox(database, oneAtATime());
  const sent: Entry[] = [];
  const up = server((each) => (sent.push(each), DONE));
  await outbox.drain(ME, up);
  expect(sent[0]).toMatchObject({ key: act.key, at: act.at });
  expect(up.got).toEqual(["V1 arrive", "V1 photo kept"]);
});

test("an act whose answer was lost is sent again under the same key", async () => {
  await outbox.add([entry("V1", "finish")]);
  const used: string[] = [];
  const verdicts: Verdict[] = [{ is: "offline" }, DONE];
  const send = server((each) => (used.push(each.key), verdicts.shift()!));

  await outbox.drain(ME, send);
  await outbox.drain(ME, send);

  expect(used).toHaveLength(2);
  expect(new Set(used).size).toBe(1);
});

test("what the server cannot take now holds its own visit alone, and is tried again after longer and longer pauses", async () => {
  await outbox.add([entry("V1", "depart"), entry("V2", "depart"), entry("V1", "arrive")]);
  const busy = server(({ visit }) => (visit === "V1" ? { is: "later" } : DONE));

  expect(await outbox.drain(ME, busy, () => 0)).toEqual({ stopped: null, wakeAt: 0 });
  expect(busy.got).toEqual(["V1 depart", "V2 depart"]);

  const [first] = await outbox.list(ME);
  expect(first).toMatchObject({ tries: 1, notBefore: 2_000 });
  await outbox.drain(ME, busy, () => 1_999);
  expect(busy.got).toHaveLength(2);
  await outbox.drain(ME, busy, () => 2_000);
  expect((await outbox.list(ME))[0]).toMatchObject({ tries: 2, notBefore: 6_000 });

  await outbox.hurry(ME);
  const up = server();
  await outbox.drain(ME, up, () => 2_001);
  expect(up.got).toEqual(["V1 depart", "V1 arrive"]);
});

test("the pause that the server names is kept", async () => {
  await outbox.add([entry("V1", "depart")]);

  expect(await outbox.drain(ME, server(() => ({ is: "later", seconds: 40 })), () => 0)).toEqual({ stopped: null, wakeAt: 40_000 });
});

test("a refused act stays with its reason and holds nothing up", async () => {
  await outbox.add([entry("V1", "depart"), entry("V1", "arrive"), entry("V2", "depart")]);
  const send = server(({ kind, visit }) => (visit === "V1" && kind === "depart" ? REFUSED : DONE));

  await outbox.drain(ME, send);

  expect(send.got).toEqual(["V1 depart", "V1 arrive", "V2 depart"]);
  const [stays, ...others] = await outbox.list(ME);
  expect(others).toEqual([]);
  expect(stays!.refusal).toMatchObject({ code: "wrong_state", detail: "It is done." });
  await outbox.drain(ME, send);
  expect(send.got).toHaveLength(3);
});

test("a refused act is tried again under a new key with its file, or thrown away with it", async () => {
  await outbox.add([photo("V1", "one"), photo("V1", "two")]);
  await outbox.drain(ME, server(() => REFUSED));
  const [first, second] = await outbox.list(ME);

  await outbox.retry([first!.id], () => "new-key");
  await outbox.discard([second!.id]);

  const used: string[] = [];
  const up = server((each) => (used.push(each.key), DONE));
  await outbox.drain(ME, up);
  expect(used).toEqual(["new-key"]);
  expect(up.got).toEqual(["V1 photo one"]);
  expect(await answered(database.transaction("files").objectStore("files").count())).toBe(0);
});

test("when the phone is full nothing of an act is kept, the page is told, and older photos are still there", async () => {
  await outbox.add([photo("V1", "old")]);
  const put = IDBObjectStore.prototype.put;
  vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(function (this: IDBObjectStore, ...given) {
    if (this.name === "files") throw new DOMException("No room", "QuotaExceededError");
    return put.apply(this, given);
  });

  await expect(outbox.add([photo("V1", "new")])).rejects.toBeInstanceOf(StorageFullError);

  vi.restoreAllMocks();
  expect(await left()).toEqual(["V1 photo"]);
  const up = server();
  await outbox.drain(ME, up);
  expect(up.got).toEqual(["V1 photo old"]);
});

test("two windows send every act once", async () => {
  const lock = oneAtATime();
  const second = await open();
  const windows = [new Outbox(database, lock), new Outbox(second, lock)];
  await windows[0]!.add([entry("V1", "depart"), entry("V1", "arrive")]);
  await windows[1]!.add([entry("V2", "depart")]);
  const slow = server();
  const send: Send = async (sent, bytes) => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    return slow(sent, bytes);
  };

  await Promise.all(windows.map((each) => each.drain(ME, send)));

  expect(slow.got).toEqual(["V1 depart", "V1 arrive", "V2 depart"]);
  second.close();
});

test("an ended session stops the sending, and another user never sends what is not theirs", async () => {
  await outbox.add([entry("V1", "depart")]);

  expect(await outbox.drain(ME, server(() => ({ is: "signed_out" })))).toEqual({ stopped: "signed_out", wakeAt: null });
  const other = server();
  await outbox.drain("engineer-2", other);
  expect(other.got).toEqual([]);
  expect(await outbox.ofOthers("engineer-2")).toBe(1);

  const mine = server();
  await outbox.drain(ME, mine);
  expect(mine.got).toEqual(["V1 depart"]);
});

test("what the page knows of a visit changes together with the act that is over, or not at all", async () => {
  outbox = new Outbox(database, oneAtATime(), async ({ visit }, store) => void store("days").put("settled", visit));
  await outbox.add([entry("V1", "depart")]);

  await outbox.drain(ME, server());

  expect(await read(database, "days", (store) => store.get("V1"))).toBe("settled");
  expect(await left()).toEqual([]);
});
