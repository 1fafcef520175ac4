/** Who is signed in here, and what they may do. */
import { signal } from "@preact/signals";
import { listen, stopListening } from "../api/changes";
import { ask, command, get, useCsrfToken, whenSignedOut } from "../api/client";
import { Problem } from "../api/problem";
import type { Session } from "../api/types";
import { followAccount } from "../i18n/language";

/** undefined: not asked yet; null: nobody. */
export const session = signal<Session | null | undefined>(undefined);

export const may = (permission: string): boolean => session.value?.permissions.includes(permission) ?? false;

/** Finds out who is signed in. Throws a `Problem` when the server cannot be reached. */
export async function resume(): Promise<void> {
  whenSignedOut(() => enter(null));
  try {
    enter(await get<Session>("/session"));
  } catch (problem) {
    if (!(problem instanceof Problem) || problem.status !== 401) throw problem;
    enter(null);
  }
}

export async function signIn(email: string, password: string): Promise<void> {
  enter(await ask<Session>("/session", { email, password }));
}

export async function signOut(): Promise<void> {
  await command("/session", undefined, { method: "DELETE" });
  enter(null);
}

function enter(next: Session | null): void {
  useCsrfToken(next?.csrf_token ?? null);
  if (next) followAccount(next.user.language);
  session.value = next;
  if (next) listen();
  else stopListening();
}
