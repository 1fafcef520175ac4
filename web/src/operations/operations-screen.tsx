/** Operations: what is about to break its promise, why, and who must act. */
import { signal } from "@preact/signals";
import { useEffect, useMemo, useState } from "preact/hooks";
import { get } from "../api/client";
import type { Figures } from "../api/case-types";
import { asProblem, type Problem } from "../api/problem";
import type { Page, Territory } from "../api/types";
import { useKeys } from "../app/keys";
import { location, navigate } from "../app/router";
import { sayProblem } from "../app/toasts";
import { Icon } from "../design/icons";
import { ProblemNote } from "../design/problem";
import { Ageing } from "./ageing";
import { ChartsView } from "./charts";
import { Chips } from "./chips";
import { FigureStrip } from "./figures";
import { filtersIn, isFiltered, withValue } from "./filters";
import { CaseTable, NothingFits, openSelected, step } from "./list";
import { t } from "./messages";
import { CaseList } from "./store";
import { Views } from "./views";
import "./operations.css";

const TABS = ["list", "ageing", "charts"] as const;
const FIGURES_MS = 10_000;

/** Changes the filters and keeps the tab; choosing a filter leads back to the list. */
export function go(query: URLSearchParams, tab = ""): void {
  const next = filtersIn(query);
  if (tab && tab !== "list") next.set("tab", tab);
  const text = next.toString();
  navigate(location.value.path + (text ? `?${text}` : ""), true);
}

export default function OperationsScreen() {
  const { query } = location.value;
  const tab = TABS.find((one) => one === query.get("tab")) ?? "list";
  const { figures, problem, read } = useFigures(query.getAll("territory").join("&territory="));
  const list = useMemo(() => new CaseList(read), []);
  const filters = filtersIn(query).toString();
  useEffect(() => list.follow(), []);
  useEffect(() => void list.open(new URLSearchParams(filters)), [filters]);
  useListKeys(list, () => tab === "list");
  return (
    <main class="operations">
      {figures && <FigureStrip figures={figures} />}
      {!figures && problem && <ProblemNote problem={problem} onAgain={read} />}
      <div class="operations-bar">
        <div class="segments" role="tablist">
          {TABS.map((one) => <button key={one} role="tab" aria-selected={tab === one} aria-pressed={tab === one} onClick={() => go(query, one)}>{t(one)}</button>)}
        </div>
        <TerritoryChoice onChange={(id) => go(withValue(query, "territory", id), tab)} />
        {tab === "list" && <Search query={query} onChange={go} />}
        {tab === "list" && <OrderChoice query={query} />}
        <span class="spacer" />
        {tab === "list" && <span class="muted">{list.counts.value && t("cases", { count: list.counts.value.total })}</span>}
        {tab === "list" && <a class="button" href={`/api/operations/cases.csv?${filters}`} download title={t("export_csv_hint")}><Icon name="down" /> {t("export_csv")}</a>}
      </div>
      {tab === "list" && (
        <>
          <div class="chip-bar"><Chips list={list} onChange={go} /><Views onOpen={go} /></div>
          {list.problem.value && <ProblemNote problem={list.problem.value} onAgain={() => void list.open(query)} />}
          <CaseTable list={list} empty={<NothingFits filtered={isFiltered(query) || query.has("text")} onClear={() => go(new URLSearchParams())} />} />
        </>
      )}
      {tab === "ageing" && <div class="operations-page"><Ageing query={query.getAll("territory").map((id) => `territory=${encodeURIComponent(id)}`).join("&")} /></div>}
      {tab === "charts" && <div class="operations-page"><ChartsView territory={query.get("territory") ?? ""} /></div>}
    </main>
  );
}

/** The five figures, read again with the list but not more often than needed. */
function useFigures(territory: string) {
  const [figures, setFigures] = useState<Figures | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const state = useMemo(() => ({ at: 0, territory }), []);
  state.territory = territory;
  const load = () => {
    state.at = Date.now();
    get<Figures>(`/operations${state.territory ? `?territory=${state.territory}` : ""}`).then(
      (found) => (setFigures(found), setProblem(null)),
      (error: unknown) => setProblem(asProblem(error)),
    );
  };
  useEffect(load, [territory]);
  return { figures, problem, read: () => void (Date.now() - state.at > FIGURES_MS && load()) };
}

export function useListKeys(list: CaseList, active: () => boolean): void {
  useKeys([
    { key: "j", label: t("key_next"), run: () => active() && step(list, 1) },
    { key: "k", label: t("key_previous"), run: () => active() && step(list, -1) },
    { key: "Enter", label: t("key_open"), run: () => active() && openSelected(list) },
    { key: "/", label: t("key_search"), run: () => document.getElementById("case-search")?.focus() },
    { key: "n", label: t("key_settle"), run: () => active() && void list.settle() },
  ]);
}

export function Search({ query, onChange }: { query: URLSearchParams; onChange: (query: URLSearchParams) => void }) {
  const later = useMemo(() => ({ timer: undefined as ReturnType<typeof setTimeout> | undefined }), []);
  const change = (text: string, pause: number) => {
    clearTimeout(later.timer);
    later.timer = setTimeout(() => onChange(withValue(location.value.query, "text", text.trim())), pause);
  };
  useEffect(() => () => clearTimeout(later.timer), []);
  return (
    <input id="case-search" type="search" class="search" defaultValue={query.get("text") ?? ""} aria-label={t("search")} placeholder={t("search")}
      onInput={(event) => change(event.currentTarget.value, 250)}
      onKeyDown={(event) => event.key === "Enter" && (change(event.currentTarget.value, 0), event.currentTarget.blur())} />
  );
}

function OrderChoice({ query }: { query: URLSearchParams }) {
  const sort = query.get("sort") ?? "hurts";
  return (
    <select aria-label={t("order")} value={sort} onChange={(event) => go(withValue(query, "sort", event.currentTarget.value === "hurts" ? "" : event.currentTarget.value))}>
      <option value="hurts">{t("order_hurts")}</option>
      <option value="opened">{t("order_opened")}</option>
    </select>
  );
}

const territories = signal<Territory[] | null>(null);

function TerritoryChoice({ onChange }: { onChange: (id: string) => void }) {
  useEffect(() => {
    if (!territories.value) get<Page<Territory>>("/territories").then((page) => (territories.value = page.items), sayProblem);
  }, []);
  const known = territories.value ?? [];
  if (known.length < 2) return null;
  return (
    <select aria-label={t("territory")} value={location.value.query.get("territory") ?? ""} onChange={(event) => onChange(event.currentTarget.value)}>
      <option value="">{t("all_territories")}</option>
      {known.map(({ id, name }) => <option key={id} value={id}>{name}</option>)}
    </select>
  );
}
