/**
 * The service worker of /field: keeps the page and its files, and answers with them without asking the network.
 * Whatever belongs to the API goes straight to the network: no answer of it is ever kept here.
 *
 * `__FILES__` is filled in by web/shell-files.ts: what /field needs, and a hash of it all. A new version is installed
 * beside the old one and takes over when the reader says so, or when the page is opened anew.
 */
declare const __FILES__: { version: string; files: string[] };

interface Extendable extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface Fetching extends Extendable {
  request: Request;
  respondWith(answer: Promise<Response>): void;
}
interface Scope {
  addEventListener(type: "install" | "activate", listener: (event: Extendable) => void): void;
  addEventListener(type: "fetch", listener: (event: Fetching) => void): void;
  addEventListener(type: "message", listener: (event: MessageEvent) => void): void;
  skipWaiting(): Promise<void>;
  clients: { claim(): Promise<void> };
}

const worker = self as unknown as Scope;
const PREFIX = "callout-field-";
const PAGE = "/field";
const CACHE = PREFIX + __FILES__.version;

worker.addEventListener("install", (event) => event.waitUntil(install()));
worker.addEventListener("activate", (event) => event.waitUntil(activate()));
worker.addEventListener("message", (event) => void (event.data === "take over" && worker.skipWaiting()));
worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin || pathname.startsWith("/api/")) return;
  if (request.mode === "navigate") event.respondWith(kept(PAGE, request));
  else if (__FILES__.files.includes(pathname)) event.respondWith(kept(pathname, request));
});

async function install(): Promise<void> {
  const cache = await caches.open(CACHE);
  await cache.addAll([PAGE, ...__FILES__.files].map((path) => new Request(path, { cache: "reload", credentials: "omit" })));
}

async function activate(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(PREFIX) && name !== CACHE).map((name) => caches.delete(name)));
  await worker.clients.claim();
}

async function kept(path: string, request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  return (await cache.match(path)) ?? fetch(request);
}
