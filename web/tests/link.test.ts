import { expect, test } from "vitest";
import { Problem, unreachable } from "../src/api/problem";
import { pauseAfter } from "../src/link/pace";
import { fitted } from "../src/link/photo";
import { wordsFor } from "../src/link/problem";
import { takeToken } from "../src/link/token";
import { windowsOf } from "../src/link/windows";

function browser(hash: string, kept: Record<string, string> = {}) {
  const shown: string[] = [];
  const storage = { getItem: (key: string) => kept[key] ?? null, setItem: (key: string, value: string) => void (kept[key] = value) };
  const history = { replaceState: (_: unknown, __: string, url: string) => void shown.push(url) };
  return { take: () => takeToken({ hash, pathname: "/link", search: "" }, history, storage), shown, kept };
}

test("the token leaves the address bar and survives a reload", () => {
  const first = browser("#L-1.99.abc");
  expect(first.take()).toBe("L-1.99.abc");
  expect(first.shown).toEqual(["/link"]);
  const reloaded = browser("", first.kept);
  expect(reloaded.take()).toBe("L-1.99.abc");
  expect(reloaded.shown).toEqual([]);
});

test("another link in the same window takes the place of the first", () => {
  const first = browser("#old");
  first.take();
  expect(browser("#new", first.kept).take()).toBe("new");
  expect(browser("", first.kept).take()).toBe("new");
});

test("without a token there is none", () => expect(browser("").take()).toBeNull());

test("the page asks more often while somebody is on the way, and never again when the link opens nothing", () => {
  const visit = (live: boolean) => ({ visit: { live } as never });
  expect(pauseAfter(visit(true), null)!).toBeLessThan(pauseAfter(visit(false), null)!);
  expect(pauseAfter(null, new Problem(401, "link_refused", ""))).toBeNull();
  expect(pauseAfter(null, "no_token")).toBeNull();
  expect(pauseAfter(visit(true), unreachable())).not.toBeNull();
});

test("a photo keeps its shape and is never made larger", () => {
  expect(fitted(4000, 3000)).toEqual({ width: 2000, height: 1500 });
  expect(fitted(3000, 4000)).toEqual({ width: 1500, height: 2000 });
  expect(fitted(640, 480)).toEqual({ width: 640, height: 480 });
  expect(fitted(9000, 1)).toEqual({ width: 2000, height: 1 });
});

test("proposed times are in the time of the place, sorted, each once, and none is over", () => {
  const now = Date.parse("2026-11-25T13:00:00+01:00");
  const found = windowsOf(
    [
      { day: "2026-11-26", part: "afternoon" },
      { day: "2026-11-25", part: "morning" },
      { day: "2026-11-25", part: "afternoon" },
      { day: "2026-11-26", part: "afternoon" },
      { day: "", part: "morning" },
    ],
    "Europe/Berlin",
    now,
  );
  expect(found).toEqual([
    { start: "2026-11-25T12:00:00+01:00", end: "2026-11-25T17:00:00+01:00" },
    { start: "2026-11-26T12:00:00+01:00", end: "2026-11-26T17:00:00+01:00" },
  ]);
});

test("a file that cannot be kept, by its kind or by its content, is told with what can be sent", () => {
  for (const status of [415, 422]) {
    const problem = new Problem(status, "", "");
    expect(wordsFor(problem, "file").todo).toBe("Send a photo (JPEG, PNG, WebP) or a PDF.");
  }
});
