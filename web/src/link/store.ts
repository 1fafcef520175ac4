/** What the page knows, how it stays current, and the commands of the customer. */
import { signal } from "@preact/signals";
import { command, get } from "../api/client";
import { asProblem, type Problem } from "../api/problem";
import { language, nearest, type Language } from "../i18n/language";
import { pauseAfter } from "./pace";
import type { CustomerView } from "./types";

export const view = signal<CustomerView | null>(null);
/** Why nothing, or nothing newer, is shown. */
export const problem = signal<Problem | "no_token" | null>(null);
/** When the view was asked for: what is shown without a network is of then. */
export const seenAt = signal(0);
/** What was done last, in words. */
export const done = signal("");

let chosen: Language | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;
let asking = 0;

/** Begins with a token at hand, or says that there is none. */
export function start(hasToken: boolean): void {
  view.value = null;
  done.value = "";
  problem.value = hasToken ? null : "no_token";
  document.addEventListener("visibilitychange", wake);
  addEventListener("online", wake);
  if (hasToken) void load();
}

/** Asks where things stand. Only the newest answer counts. */
export async function load(): Promise<void> {
  clearTimeout(timer);
  const mine = ++asking;
  try {
    const answer = await get<CustomerView>(`/link${chosen ? `?language=${chosen}` : ""}`);
    if (mine !== asking) return;
    enter(answer);
  } catch (error) {
    if (mine !== asking) return;
    problem.value = asProblem(error);
    if (problem.value.status === 401) view.value = null;
  }
  schedule();
}

/** Shows the page in another language from now on. */
export function chooseLinkLanguage(next: Language): void {
  chosen = next;
  speak(next);
  if (view.value) void load();
}

/** Gives a command, then shows where things stand after it. Throws a `Problem`. */
export async function tell(what: string, body: unknown, said: string): Promise<void> {
  try {
    await command(`/link/${what}?language=${language.value}`, body);
    done.value = said;
  } finally {
    // Also after a refusal: it means that things stand otherwise than this page shows.
    await load();
  }
}

function enter(answer: CustomerView): void {
  if (!chosen) speak(nearest([answer.language]));
  view.value = answer;
  problem.value = null;
  seenAt.value = Date.now();
}

function speak(next: Language): void {
  language.value = next;
  document.documentElement.lang = next;
}

function schedule(): void {
  const pause = pauseAfter(view.value, problem.value);
  if (pause !== null && !document.hidden) timer = setTimeout(() => void load(), pause);
}

/** A phone that comes out of the pocket shows the newest at once. */
function wake(): void {
  if (!document.hidden && pauseAfter(view.value, problem.value) !== null) void load();
}
