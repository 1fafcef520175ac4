/** Requests to the API. Questions are GETs; commands carry the CSRF token and an idempotency key of their own. */
import { newId } from "./ids";
import { problemOf, unreachable } from "./problem";

export interface Answer<Body> {
  body: Body;
  etag: string | null;
}

interface Options {
  body?: unknown;
  /** The version that an edit is based on: sent as If-Match. */
  etag?: string | null;
  /** The version already at hand: sent as If-None-Match. */
  known?: string | null;
  key?: string;
  signal?: AbortSignal;
}

let csrfToken: string | null = null;
let onSignedOut: () => void = () => undefined;
let linkToken: string | null = null;

/** What the session gave; every later command carries it. */
export function useCsrfToken(token: string | null): void {
  csrfToken = token;
}

/** A customer's link instead of a session. */
export function useLinkToken(token: string | null): void {
  linkToken = token;
}

/** What to do when the server no longer knows this session. */
export function whenSignedOut(react: () => void): void {
  onSignedOut = react;
}

/** Asks. Throws a `Problem`. */
export async function get<Body>(path: string, signal?: AbortSignal): Promise<Body> {
  return (await request<Body>("GET", path, signal ? { signal } : {})).body;
}

/** Asks anew for something at hand; null when it has not changed. */
export async function getIfChanged<Body>(path: string, known: string | null): Promise<Answer<Body> | null> {
  const answer = await request<Body | undefined>("GET", path, { known });
  return answer.body === undefined ? null : (answer as Answer<Body>);
}

/** Asks a question that needs a body, such as a preview: nothing is stored, so no key. Throws a `Problem`. */
export async function ask<Body>(path: string, body: unknown, signal?: AbortSignal): Promise<Body> {
  return (await request<Body>("POST", path, signal ? { body, signal } : { body })).body;
}

/**
 * Gives a command. When nothing is answered it is sent twice more with the same key, so it is carried out once.
 * Throws a `Problem`.
 */
export async function command<Body>(
  path: string,
  body: unknown = {},
  options: { method?: "POST" | "PUT" | "PATCH" | "DELETE"; etag?: string | null } = {},
): Promise<Body> {
  const { method = "POST", etag = null } = options;
  const key = newId();
  for (const pause of [400, 1200]) {
    try {
      return (await request<Body>(method, path, { body, key, etag })).body;
    } catch (problem) {
      if (!(problem as { unreachable?: boolean }).unreachable) throw problem;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
  return (await request<Body>(method, path, { body, key, etag })).body;
}

/**
 * Sends once, under a key that the caller keeps for sending it again: JSON, or a file as it is. Throws a `Problem`.
 */
export async function send(path: string, key: string, body: Blob | Record<string, unknown>): Promise<void> {
  await request("POST", path, { body, key });
}

/** The headers of a request that this browser may make now. */
export function credentials(method: string): Record<string, string> {
  const headers: Record<string, string> = {};
  if (linkToken) headers.Authorization = `Link ${linkToken}`;
  if (csrfToken && method !== "GET") headers["X-CSRF-Token"] = csrfToken;
  return headers;
}

async function request<Body>(method: string, path: string, options: Options): Promise<Answer<Body>> {
  const headers = { Accept: "application/json", ...credentials(method) } as Record<string, string>;
  if (options.key) headers["Idempotency-Key"] = options.key;
  if (options.etag) headers["If-Match"] = options.etag;
  if (options.known) headers["If-None-Match"] = options.known;
  const init: RequestInit = { method, headers, credentials: "same-origin" };
  if (options.signal) init.signal = options.signal;
  if (options.body instanceof Blob) {
    headers["Content-Type"] = options.body.type;
    init.body = options.body;
  } else if (options.body !== undefined && method !== "GET") {
    headers["Content-Type"] = "application/json";
    init.body = JSON.stringify(options.body);
  }
  const response = await fetch(`/api${path}`, init).catch((error: unknown) => {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw unreachable();
  });
  if (response.status === 401) onSignedOut();
  if (response.status === 304 || response.status === 204) return { body: undefined as Body, etag: response.headers.get("ETag") };
  const body: unknown = await response.json().catch(() => null);
  if (!response.ok) throw problemOf(response.status, body);
  return { body: body as Body, etag: response.headers.get("ETag") };
}
