/** A live list of cases: pages by scrolling, changes in place, nothing jumps while somebody points at it. */
import { batch, computed, signal } from "@preact/signals";
import { onChange } from "../api/changes";
import { get } from "../api/client";
import type { CasePage, Counts } from "../api/case-types";
import { asProblem, type Problem } from "../api/problem";
import { filtersIn } from "./filters";
import { appended, merged, NOTHING, settled, type Shown } from "./model";

const PAGE = 60;
/** The API's longest page: further down, rows are only renewed by scrolling anew. */
const LONGEST = 200;
/** Changes come in bursts; the list is read again once per so long. */
const BURST_MS = 1200;
/** Time alone breaks promises, so the list is read again even when nothing changes. */
const RENEW_MS = 30_000;

export class CaseList {
  readonly shown = signal<Shown>(NOTHING);
  readonly counts = signal<Counts | null>(null);
  readonly problem = signal<Problem | null>(null);
  readonly selected = signal<string | null>(null);
  /** Whether somebody points at the list. */
  readonly pointing = signal(false);
  /** The server's present minus this browser's clock, in milliseconds. */
  readonly ahead = signal(0);
  readonly loaded = signal(false);
  readonly news = computed(() => this.shown.value.arrived > 0 || this.shown.value.moved);
  private query = "";
  private cursor: string | null = null;
  private filling = false;
  private asked: AbortController | null = null;
  private burst: ReturnType<typeof setTimeout> | null = null;

  /** @param also What else to read again when cases change. */
  constructor(private readonly also: () => void = () => undefined) {}

  /** Whether everything is shown. */
  get atEnd(): boolean {
    return this.cursor === null;
  }

  /** Keeps the list current until the returned function is called. */
  follow(): () => void {
    const stop = onChange(
      ({ topic }) => topic !== "draft" && this.soon(),
      () => this.soon(),
    );
    const renewal = setInterval(() => this.soon(), RENEW_MS);
    return () => {
      stop();
      clearInterval(renewal);
      if (this.burst) clearTimeout(this.burst);
      this.burst = null;
      this.asked?.abort();
    };
  }

  /** Shows what a query asks for, from the top. */
  async open(query: URLSearchParams): Promise<void> {
    this.query = filtersIn(query).toString();
    this.asked?.abort();
    const asked = (this.asked = new AbortController());
    try {
      const [page] = await Promise.all([
        get<CasePage>(this.path(PAGE), asked.signal),
        get<Counts>(`/operations/counts?${this.query}`, asked.signal).then((counts) => asked.signal.aborted || (this.counts.value = counts)),
      ]);
      if (asked.signal.aborted) return;
      batch(() => {
        this.take(page);
        this.shown.value = settled(page.items);
        this.cursor = page.next_cursor;
        this.problem.value = null;
        if (!page.items.some(({ id }) => id === this.selected.value)) this.selected.value = null;
      });
    } catch (error) {
      if (!asked.signal.aborted) this.problem.value = asProblem(error);
    } finally {
      if (!asked.signal.aborted) this.loaded.value = true;
    }
  }

  /** The next page, when the end of the list comes into view. */
  async more(): Promise<void> {
    if (!this.cursor || this.filling) return;
    this.filling = true;
    const asked = this.asked;
    try {
      const page = await get<CasePage>(`${this.path(PAGE)}&cursor=${encodeURIComponent(this.cursor)}`, asked?.signal);
      if (asked !== this.asked) return;
      this.shown.value = appended(this.shown.value, page.items);
      this.cursor = page.next_cursor;
    } catch (error) {
      if (asked === this.asked && !asked?.signal.aborted) this.problem.value = asProblem(error);
    } finally {
      this.filling = false;
    }
  }

  /** Puts every row where it belongs now. */
  async settle(): Promise<void> {
    this.pointing.value = false;
    await this.renew();
  }

  private soon(): void {
    this.burst ??= setTimeout(() => {
      this.burst = null;
      void this.renew();
      this.also();
    }, BURST_MS);
  }

  private async renew(): Promise<void> {
    const asked = this.asked;
    const wanted = Math.min(LONGEST, Math.max(PAGE, this.shown.value.rows.length));
    try {
      const [page, counts] = await Promise.all([
        get<CasePage>(this.path(wanted), asked?.signal),
        get<Counts>(`/operations/counts?${this.query}`, asked?.signal),
      ]);
      if (asked !== this.asked || asked?.signal.aborted) return;
      batch(() => {
        const complete = page.next_cursor === null || this.shown.value.rows.length <= wanted;
        this.take(page);
        this.counts.value = counts;
        this.shown.value = merged(this.shown.value, page.items, complete, this.pointing.value);
        if (complete) this.cursor = page.next_cursor;
        this.problem.value = null;
      });
    } catch (error) {
      if (asked === this.asked && !asked?.signal.aborted) this.problem.value = asProblem(error);
    }
  }

  private take(page: CasePage): void {
    this.ahead.value = Date.parse(page.as_of) - Date.now();
  }

  private path(limit: number): string {
    return `/operations/cases?${this.query}${this.query ? "&" : ""}limit=${limit}`;
  }
}
