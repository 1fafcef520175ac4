/** Stock: what must be picked, what is on its way, what lies where, what came and went. */
import { useEffect, useState } from "preact/hooks";
import { get } from "../api/client";
import type { Page, Territory } from "../api/types";
import { t as shell } from "../app/messages";
import { location, setQuery } from "../app/router";
import { may } from "../app/session";
import { sayProblem } from "../app/toasts";
import { Empty } from "../design/empty";
import { Icon } from "../design/icons";
import { ProblemNote } from "../design/problem";
import { dateTime } from "../i18n/format";
import { Filters } from "./filters";
import { Keep } from "./keep";
import { t } from "./messages";
import { byEngineer, lateFirst, type HeldPart, type StockLine, type StockPlace } from "./model";
import { Movements } from "./movements";
import { useLive, usePages } from "./pages";
import { Receive } from "./receive";
import "./stock.css";

const NUMBERS = new Set<string>(["quantity", "on_hand", "reserved", "free"]);
const TABS = ["picks", "expected", "stock", "movements"] as const;

export default function StockScreen() {
  const tab = TABS.find((one) => one === location.value.query.get("tab")) ?? "picks";
  const [places, setPlaces] = useState<StockPlace[]>([]);
  useEffect(() => void get<{ items: StockPlace[] }>("/stock/locations").then(({ items }) => setPlaces(items), sayProblem), []);
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
      {tab === "stock" && <Stock places={places} />}
      {tab === "movements" && <Movements places={places} />}
    </main>
  );
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

const ACTS = ["receive", "transfer", "count", "write_off"] as const;

function Stock({ places }: { places: readonly StockPlace[] }) {
  const { query } = location.value;
  const place = query.get("location") ?? "", text = query.get("text") ?? "";
  const wanted = new URLSearchParams({ ...(place && { location: place }), ...(text && { text }) }).toString();
  const { items, problem, read, more } = usePages<StockLine>("/stock", wanted);
  const acts = ACTS.filter((act) => may(`stock.${act}`));
  const [act, setAct] = useState<(typeof ACTS)[number] | undefined>(acts[0]);
  const [chosen, choose] = useState<StockLine | null>(null);
  const [territory, setTerritory] = useState("");
  useEffect(() => {
    if (may("stock.receive")) get<Page<Territory>>("/territories").then(({ items }) => setTerritory(items[0]?.id ?? ""), sayProblem);
  }, []);
  function take(line: StockLine) {
    choose(line);
    if (act === "receive") setAct(acts.find((each) => each !== "receive"));
  }
  const isChosen = (line: StockLine) => chosen?.location === line.location && chosen.sku === line.sku;
  // The form follows the list: what is on record may have changed since the line was chosen.
  const line = items?.find(isChosen) ?? chosen;
  return (
    <div class="stock-page stock-columns">
      <section aria-label={t("stock")}>
        <Filters places={places} csv={`/api/stock.csv?${wanted}`} />
        {problem && <ProblemNote problem={problem} onAgain={read} />}
        {!items && !problem && <p class="centre muted">{shell("loading")}</p>}
        {items && !items.length && <Empty title={t("no_stock")} hint={t("no_stock_hint")} />}
        {items && items.length > 0 && (
          <table class="stock-table">
            <thead><tr>{(["location", "sku", "part", "on_hand", "reserved", "free"] as const).map((name) => <th key={name} scope="col" class={NUMBERS.has(name) ? "number" : ""}>{t(name)}</th>)}</tr></thead>
            <tbody>
              {items.map((line) => (
                <tr key={`${line.location}/${line.sku}`} class={isChosen(line) ? "chosen" : ""}>
                  <td>{line.location_name} <span class="muted small">{line.location}</span></td>
                  <td>{acts.length > 1 ? <button class="link" aria-pressed={isChosen(line)} aria-label={t("choose", { sku: line.sku, location: line.location })} onClick={() => take(line)}>{line.sku}</button> : line.sku}</td>
                  <td>{line.name}</td>
                  <td class="number">{line.on_hand}</td><td class="number">{line.reserved}</td><td class="number">{line.free}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
        {more && <button onClick={() => void more().catch(sayProblem)}>{t("more")}</button>}
      </section>
      {act && (
        <section class="stock-acts" aria-label={t("acts")}>
          <div class="segments" role="group" aria-label={t("acts")}>
            {acts.map((one) => <button key={one} aria-pressed={act === one} onClick={() => setAct(one)}>{t(`${one}_short`)}</button>)}
          </div>
          {act === "receive" ? (
            <Receive places={places} territory={territory} onDone={read} />
          ) : (
            <Keep key={`${act} ${chosen?.location} ${chosen?.sku} ${places.length}`} act={act} places={places} chosen={line} onDone={read} />
          )}
        </section>
      )}
    </div>
  );
}
