/** The phone's own memory: acts that wait to be sent with their files, the days last seen, half-written reports. */

export const DATABASE = "callout-field";
const STORES = { outbox: { keyPath: "id", autoIncrement: true }, files: {}, days: {}, drafts: {} } as const;
export type StoreName = keyof typeof STORES;

/** The phone has no room. Nothing was changed: what was kept before is still there. */
export class StorageFullError extends Error {}

/** Opens the memory, making it at the first time. */
export function openDatabase(name: string = DATABASE): Promise<IDBDatabase> {
  const opening = indexedDB.open(name, 1);
  opening.onupgradeneeded = () => {
    for (const [store, options] of Object.entries(STORES)) opening.result.createObjectStore(store, options);
  };
  return new Promise((resolve, reject) => {
    opening.onsuccess = () => {
      // A newer page wants to change the memory: this one lets go.
      opening.result.onversionchange = () => opening.result.close();
      resolve(opening.result);
    };
    opening.onerror = () => reject(inWords(opening.error));
    opening.onblocked = () => reject(new Error("Another window holds an older version. Close it."));
  });
}

type Stores = (name: StoreName) => IDBObjectStore;

/**
 * Does `work` in one transaction: all of it is kept, on the disk, or nothing. `work` may wait for its requests alone.
 * Throws a `StorageFullError` when there is no room.
 */
export async function inTransaction<Result>(
  database: IDBDatabase, names: readonly StoreName[], work: (store: Stores) => Promise<Result>,
): Promise<Result> {
  const transaction = database.transaction([...names], "readwrite", { durability: "strict" });
  const ended = new Promise<void>((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(inWords(transaction.error));
  });
  ended.catch(() => undefined);
  try {
    const result = await work((name) => transaction.objectStore(name));
    await ended;
    return result;
  } catch (error) {
    try {
      transaction.abort();
    } catch {
      // It has ended by itself.
    }
    throw inWords(error);
  }
}

/** Reads without changing anything. */
export function read<Result>(database: IDBDatabase, name: StoreName, ask: (store: IDBObjectStore) => IDBRequest<Result>): Promise<Result> {
  return answered(ask(database.transaction(name, "readonly").objectStore(name)));
}

export function answered<Result>(request: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(inWords(request.error));
  });
}

function inWords(error: unknown): Error {
  if ((error as { name?: string } | null)?.name === "QuotaExceededError") return new StorageFullError("The phone's storage is full.");
  return error instanceof Error ? error : new Error(String(error ?? "The transaction was given up."));
}
