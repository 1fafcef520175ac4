/** Who is signed in here, and what they may do. */
import { signal } from "@preact/signals";
import { listen, stopListening } from "../api/changes";
import { ask, command, get, useCsrfToken, whenSignedOut } from "../api/client";
import { Problem } from "../api/problem";
import type { Session } from "../api/types";
import { followAccount } from "../i18n/language";
import { forget, remember, remembered } from "./remembered";

/** undefined: not asked yet; null: nobody. */
export const session = signal<Session | null | undefined>(undefined);

export const may = (permission: string): boolean => session.value?.permissions.includes(permission) ?? false;

/** The open screen goes on when the session ends, and says so by itself: its reader may be in a cellar. */
export const goesOnSignedOut = signal(false);

/**
 * Finds out who is signed in. Throws a `Problem` when the server cannot be reached.
 *
 * With `offline` an engineer who was signed in here before is let in without the server: what is seen is on the
 * phone already, and nothing can be sent before the server has said who this is.
 */
export async function resume(offline: boolean): Promise<void> {
  whenSignedOut(() => goesOnSignedOut.value || enter(null));
  try {
    enter(await get<Session>("/session"));
  } catch (problem) {
    if (!(problem instanceof Problem) || problem.status !== 401) {
      const known = offline ? remembered() : null;
      if (!known) throw problem;
      return enter(known);
    }
    await forget();
    enter(null);
  }
}

/** Asks whether the server still knows a user here, and takes the session's newest token. */
export async function renew(user: string): Promise<"online" | "offline" | "signed_out"> {
  try {
    const next = await get<Session>("/session");
    if (next.user.id === user) {
      useCsrfToken(next.csrf_token);
      if (!session.value?.csrf_token) enter(next);
      return "online";
    }
    enter(next);
    return "signed_out";
  } catch (problem) {
    return problem instanceof Problem && problem.status === 401 ? "signed_out" : "offline";
  }
}

/** Shows the form that signs in, because the session has ended. */
export const askToSignIn = (): void => enter(null);

export async function signIn(email: string, password: string): Promise<void> {
  enter(await ask<Session>("/session", { email, password }));
}

/** Ends every session of the user, and begins a new one here. */
export async function changePassword(current: string, next: string): Promise<void> {
  enter(await ask<Session>("/session/password", { current_password: current, new_password: next }));
}

export async function signOut(): Promise<void> {
  await command("/session", undefined, { method: "DELETE" });
  await forget();
  enter(null);
}

/** Ends the user's sessions in every browser and on every phone, here too. */
export async function signOutEverywhere(): Promise<void> {
  await command("/session/everywhere", undefined, { method: "DELETE" });
  await forget();
  enter(null);
}

function enter(next: Session | null): void {
  useCsrfToken(next?.csrf_token || null);
  if (next) followAccount(next.user.language);
  if (next?.csrf_token) remember(next);
  session.value = next;
  if (next) listen();
  else stopListening();
}
