/**
 * What changed, as the server tells it. Read with fetch, not EventSource, because that one gives up for ever at
 * the first refusal and cannot name the event that it saw last.
 */
import { signal } from "@preact/signals";
import { credentials } from "./client";
import { EventReader } from "./sse";
import type { Change } from "./types";

export type Connection = "connecting" | "online" | "reconnecting" | "offline";

/** Heartbeats come every 15 s; without any sign of life for so long the line counts as dead. */
const SILENCE_MS = 40_000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;

export const connection = signal<Connection>("connecting");

type Listener = (change: Change) => void;
const listeners = new Set<Listener>();
/** Called after a gap that the server could not fill: everything on screen may be old. */
const refreshers = new Set<() => void>();
let running: AbortController | null = null;
let lastId = "";

/** Calls back for every change, and `refresh` when changes may have been missed. Returns how to stop. */
export function onChange(listener: Listener, refresh: () => void): () => void {
  listeners.add(listener);
  refreshers.add(refresh);
  return () => {
    listeners.delete(listener);
    refreshers.delete(refresh);
  };
}

/** Starts listening; once per session. */
export function listen(): void {
  if (running) return;
  running = new AbortController();
  void keepReading(running.signal);
}

/** Stops listening, at signing out. */
export function stopListening(): void {
  running?.abort();
  running = null;
  lastId = "";
  connection.value = "connecting";
}

async function keepReading(stop: AbortSignal): Promise<void> {
  let pause = FIRST_PAUSE_MS;
  while (!stop.aborted) {
    const began = Date.now();
    const answered: boolean = await readOnce(stop).catch(() => false);
    if (stop.aborted) return;
    connection.value = navigator.onLine ? "reconnecting" : "offline";
    pause = answered && Date.now() - began > LONGEST_PAUSE_MS ? FIRST_PAUSE_MS : Math.min(pause * 2, LONGEST_PAUSE_MS);
    await wait(pause, stop);
  }
}

async function readOnce(stop: AbortSignal): Promise<boolean> {
  const line = new AbortController();
  const cut = () => line.abort();
  stop.addEventListener("abort", cut);
  let watch = setTimeout(cut, SILENCE_MS);
  let answered = false;
  try {
    const headers: Record<string, string> = { Accept: "text/event-stream", ...credentials("GET") };
    if (lastId) headers["Last-Event-ID"] = lastId;
    const response = await fetch("/api/changes", { headers, signal: line.signal, credentials: "same-origin" });
    if (!response.ok || !response.body) return false;
    answered = true;
    connection.value = "online";
    const events = new EventReader();
    const chunks = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { value, done } = await chunks.read();
      if (done) return true;
      clearTimeout(watch);
      watch = setTimeout(cut, SILENCE_MS);
      for (const event of events.take(value)) pass(event.id, event.event, event.data);
    }
  } catch {
    return answered;
  } finally {
    clearTimeout(watch);
    stop.removeEventListener("abort", cut);
  }
}

function pass(id: string, event: string, data: string): void {
  if (id) lastId = id;
  // The stream begins anew: what happened before it is unknown.
  if (event === "ready" || event === "reset") for (const refresh of refreshers) refresh();
  if (event !== "change") return;
  const change = JSON.parse(data) as Change;
  for (const listener of listeners) listener(change);
}

function wait(ms: number, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      removeEventListener("online", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    addEventListener("online", done, { once: true });
    stop.addEventListener("abort", done, { once: true });
  });
}
