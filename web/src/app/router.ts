/** The address bar: one signal with the path, and links that change it without loading the page anew. */
import { signal } from "@preact/signals";

export interface Location {
  path: string;
  query: URLSearchParams;
}

export const location = signal<Location>(read());

export const startRouter = (): void => addEventListener("popstate", () => (location.value = read()));

/** Goes to another address inside the console. `replace` leaves no step to go back to. */
export function navigate(to: string, replace = false): void {
  if (to === window.location.pathname + window.location.search) return;
  history[replace ? "replaceState" : "pushState"](null, "", to);
  location.value = read();
}

/** For onClick of a plain link: modified clicks keep their usual meaning. */
export function followLink(event: MouseEvent): void {
  const link = event.currentTarget as HTMLAnchorElement;
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  navigate(link.pathname + link.search);
}

/** Changes part of the query and keeps the rest; an empty value removes its name. */
export function setQuery(changes: Record<string, string>): void {
  const query = new URLSearchParams(location.value.query);
  for (const [name, value] of Object.entries(changes)) value ? query.set(name, value) : query.delete(name);
  const text = query.toString();
  navigate(location.value.path + (text ? `?${text}` : ""), true);
}

function read(): Location {
  if (typeof window === "undefined") return { path: "/", query: new URLSearchParams() };
  return { path: window.location.pathname, query: new URLSearchParams(window.location.search) };
}
