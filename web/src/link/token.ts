/** The token of the customer's link: taken out of the address, kept for this window alone. */

const KEPT = "callout.link";

/**
 * The token that the page was opened with, or that a reload left behind; null without one.
 *
 * It leaves the address bar at once, so that neither a screenshot, a referrer nor the history shows it, and lies in
 * the session storage until the window is closed, so that a reload still works.
 */
export function takeToken(
  location: Pick<Location, "hash" | "pathname" | "search">,
  history: Pick<History, "replaceState">,
  storage: Pick<Storage, "getItem" | "setItem">,
): string | null {
  const given = location.hash.replace(/^#/, "").trim();
  if (!given) return storage.getItem(KEPT);
  storage.setItem(KEPT, given);
  history.replaceState(null, "", location.pathname + location.search);
  return given;
}
