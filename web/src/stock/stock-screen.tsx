/** Stock: what must be picked, what is on its way, what lies where. */
import { useEffect, useState } from "preact/hooks";
import { onChange } from "../api/changes";
import { get } from "../api/client";
import { asProblem, type Problem } from "../api/problem";
import type { Page, Territory } from "../api/types";
import { t as shell } from "../app/messages";
import { location, setQuery } from "../app/router";
import { may } from "../app/session";
import { sayProblem } from "../app/toasts";
import { Empty } from "../design/empty";
import { Icon } from "../design/icons";
import { ProblemNote } from "../design/problem";
import { dateTime } from "../i18n/format";
import { t } from "./messages";
import { byEngineer, lateFirst, type HeldPart, type StockLine, type StockPlace } from "./model";
import { Receive } from "./receive";
import "./stock.css";

const NUMBERS = new Set<string>(["quantity", "on_hand", "reserved", "free"]);
const TABS = ["picks", "expected", "stock"] as const;
/** Changes come in bursts; a list is read again once per so long. */
const BURST_MS = 1200;
const RENEW_MS = 60_000;

export default function StockScreen() {
  const tab = TABS.find((one) => one === location.value.query.get("tab")) ?? "picks";
  return (
    <main class="stock-screen">
      <div class="stock-bar">
        <div class="segments" role="tablist">
          {TABS.map((one) => <button key={one} role="tab" aria-selected={tab === one} aria-pressed={tab === one} onClick={() => setQuery({ tab: one === "picks" ? "" : one })}>{t(one)}</button>)}
        </div>
        <span class="spacer" />
        {tab === "picks" && <button onClick={() => print()}>{t("print")}</button>}
      </div>
      {tab === "picks" && <Picks />}
      {tab === "expected" && <Expected />}
      {tab === "stock" && <Stock />}
    </main>
  );
}

/** A list that is read again when stock or bookings change, and after a while: lateness comes by time alone. */
function useLive<Body>(path: string) {
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

function Picks() {
  const { body, problem, read } = useLive<{ items: HeldPart[] }>("/stock/picks");
  if (problem) return <ProblemNote problem={problem} onAgain={read} />;
  if (!body) return <p class="centre muted">{shell("loading")}</p>;
  if (!body.items.length) return <Empty title={t("no_picks")} hint={t("no_picks_hint")} />;
  return (
    <div class="stock-page">
      {byEngineer(body.items).map((group) => (
        <section key={group.engineer_id} class="pick-group" aria-label={group.engineer}>
          <h2>{group.engineer} <span class="muted small">{group.engineer_id}</span></h2>
          <Held parts={group.parts} when="arrival" />
        </section>
      ))}
    </div>
  );
}

function Expected() {
  const { body, problem, read } = useLive<{ items: HeldPart[] }>("/stock/expected");
  if (problem) return <ProblemNote problem={problem} onAgain={read} />;
  if (!body) return <p class="centre muted">{shell("loading")}</p>;
  if (!body.items.length) return <Empty title={t("no_expected")} />;
  return <div class="stock-page"><Held parts={lateFirst(body.items)} when="due" /></div>;
}

function Held({ parts, when }: { parts: readonly HeldPart[]; when: "arrival" | "due" }) {
  return (
    <table class="stock-table">
      <thead><tr>{([when, "visit", "sku", "part", "quantity", "from", "state"] as const).map((name) => <th key={name} scope="col" class={NUMBERS.has(name) ? "number" : ""}>{t(name)}</th>)}</tr></thead>
      <tbody>
        {parts.map((part) => (
          <tr key={part.reservation_id}>
            <td>{moment(when === "arrival" ? part.arrival : part.ready_at, part.time_zone)}{part.late && <b class="late"> <Icon name="alert" /> {t("late")}</b>}</td>
            <td>{part.visit_id}</td><td>{part.sku}</td><td>{part.name}</td><td class="number">{part.quantity}</td>
            <td>{part.location_name}</td><td>{t(part.state)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const moment = (at: string | null, zone: string): string => (at ? dateTime(at, zone) : "–");

const LONGEST = 200;

function Stock() {
  const { query } = location.value;
  const place = query.get("location") ?? "", text = query.get("text") ?? "";
  const wanted = new URLSearchParams({ ...(place && { location: place }), ...(text && { text }) }).toString();
  const [limit, setLimit] = useState(50);
  const { body, problem, read } = useLive<{ items: StockLine[]; next_cursor: string | null }>(`/stock?limit=${limit}&${wanted}`);
  const [rest, setRest] = useState<{ of: unknown; items: StockLine[]; cursor: string | null }>({ of: null, items: [], cursor: null });
  const [places, setPlaces] = useState<StockPlace[]>([]);
  const [territory, setTerritory] = useState("");
  useEffect(() => {
    get<{ items: StockPlace[] }>("/stock/locations").then(({ items }) => setPlaces(items), sayProblem);
    if (may("stock.receive")) get<Page<Territory>>("/territories").then(({ items }) => setTerritory(items[0]?.id ?? ""), sayProblem);
  }, []);
  // Pages further down belong to the page above them: when that is read anew, they are asked for again.
  const below = rest.of === body ? rest : { items: [], cursor: body?.next_cursor ?? null };
  const lines = [...(body?.items ?? []), ...below.items];
  async function more() {
    if (limit < LONGEST) return setLimit(LONGEST);
    const page = await get<{ items: StockLine[]; next_cursor: string | null }>(`/stock?limit=${LONGEST}&${wanted}&cursor=${encodeURIComponent(below.cursor ?? "")}`);
    setRest({ of: body, items: [...below.items, ...page.items], cursor: page.next_cursor });
  }
  return (
    <div class="stock-page stock-columns">
      <section aria-label={t("stock")}>
        <div class="stock-bar">
          <input type="search" aria-label={t("search")} placeholder={t("search")} value={text} onChange={(event) => setQuery({ text: event.currentTarget.value.trim() })} />
          <select aria-label={t("location")} value={place} onChange={(event) => setQuery({ location: event.currentTarget.value })}>
            <option value="">{t("all_locations")}</option>
            {places.map(({ id, name }) => <option key={id} value={id}>{name} · {id}</option>)}
          </select>
          <a class="button" href={`/api/stock.csv?${wanted}`} download><Icon name="down" /> {t("csv")}</a>
        </div>
        {problem && <ProblemNote problem={problem} onAgain={read} />}
        {!body && !problem && <p class="centre muted">{shell("loading")}</p>}
        {body && !lines.length && <Empty title={t("no_stock")} hint={t("no_stock_hint")} />}
        {lines.length > 0 && (
          <table class="stock-table">
            <thead><tr>{(["location", "sku", "part", "on_hand", "reserved", "free"] as const).map((name) => <th key={name} scope="col" class={NUMBERS.has(name) ? "number" : ""}>{t(name)}</th>)}</tr></thead>
            <tbody>
              {lines.map((line) => (
                <tr key={`${line.location}/${line.sku}`}>
                  <td>{line.location_name} <span class="muted small">{line.location}</span></td><td>{line.sku}</td><td>{line.name}</td>
                  <td class="number">{line.on_hand}</td><td class="number">{line.reserved}</td><td class="number">{line.free}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
        {below.cursor && <button onClick={() => void more().catch(sayProblem)}>{t("more")}</button>}
      </section>
      {may("stock.receive") && <Receive places={places} territory={territory} onDone={read} />}
    </div>
  );
}
