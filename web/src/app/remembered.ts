/**
 * What this browser keeps of an engineer, so that the phone opens without a network: who it was and what the screens
 * may offer. No password, no token. Signing out takes all of it away; what waits to be sent stays for the same user.
 */
import type { Session } from "../api/types";
import { DATABASE, inTransaction, openDatabase } from "../field/database";

const STORED = "callout.remembered";
/** The service worker's caches; src/field/worker.ts names them. */
const CACHES = "callout-field-";

export function remember(session: Session): void {
  const { user, permissions, tile_url } = session;
  if (user.engineer_id) localStorage.setItem(STORED, JSON.stringify({ user, permissions, tile_url }));
  else localStorage.removeItem(STORED);
}

/** The engineer who was last signed in here; the empty token sends nothing. */
export function remembered(): Session | null {
  const stored = localStorage.getItem(STORED);
  return stored ? { ...(JSON.parse(stored) as Omit<Session, "csrf_token">), csrf_token: "" } : null;
}

export async function forget(): Promise<void> {
  if (!localStorage.getItem(STORED)) return;
  localStorage.removeItem(STORED);
  const workers = (await navigator.serviceWorker?.getRegistrations()) ?? [];
  await Promise.all(workers.map((worker) => worker.unregister()));
  const names = "caches" in window ? await caches.keys() : [];
  await Promise.all(names.filter((name) => name.startsWith(CACHES)).map((name) => caches.delete(name)));
  const database = await openDatabase(DATABASE);
  await inTransaction(database, ["days"], async (store) => void store("days").clear());
  database.close();
}
