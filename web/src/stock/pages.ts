/** Lists of stock that stay up to date, and are read on page by page. */
import { useEffect, useState } from "preact/hooks";
import { onChange } from "../api/changes";
import { get } from "../api/client";
import { asProblem, type Problem } from "../api/problem";

/** Changes come in bursts; a list is read again once per so long. */
const BURST_MS = 1200;
const RENEW_MS = 60_000;
const LONGEST = 200;

/** A list that is read again when stock or bookings change, and after a while: lateness comes by time alone. */
export function useLive<Body>(path: string) {
  const [body, setBody] = useState<Body | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [asked, again] = useState(0);
  useEffect(() => {
    const stop = new AbortController();
    get<Body>(path, stop.signal).then(
      (found) => (setBody(() => found), setProblem(null)),
      (error: unknown) => stop.signal.aborted || setProblem(asProblem(error)),
    );
    return () => stop.abort();
  }, [path, asked]);
  useEffect(() => {
    let burst: ReturnType<typeof setTimeout> | undefined;
    const soon = () => (burst ??= setTimeout(() => ((burst = undefined), again((n) => n + 1)), BURST_MS));
    const unlisten = onChange(({ topic }) => void ((topic === "stock" || topic === "booking") && soon()), soon);
    const renewal = setInterval(soon, RENEW_MS);
    return () => (unlisten(), clearInterval(renewal), clearTimeout(burst));
  }, []);
  return { body, problem, read: () => again((n) => n + 1) };
}

/** A live first page, and what was asked for below it. `more` is null on the last page. */
export function usePages<Item>(path: string, wanted: string) {
  const [limit, setLimit] = useState(50);
  const { body, problem, read } = useLive<{ items: Item[]; next_cursor: string | null }>(`${path}?limit=${limit}&${wanted}`);
  const [rest, setRest] = useState<{ of: unknown; items: Item[]; cursor: string | null }>({ of: null, items: [], cursor: null });
  // Pages further down belong to the page above them: when that is read anew, they are asked for again.
  const below = rest.of === body ? rest : { items: [], cursor: body?.next_cursor ?? null };
  async function more() {
    if (limit < LONGEST) return setLimit(LONGEST);
    const page = await get<{ items: Item[]; next_cursor: string | null }>(`${path}?limit=${LONGEST}&${wanted}&cursor=${encodeURIComponent(below.cursor ?? "")}`);
    setRest({ of: body, items: [...below.items, ...page.items], cursor: page.next_cursor });
  }
  return { items: body && [...body.items, ...below.items], problem, read, more: below.cursor ? more : null };
}
