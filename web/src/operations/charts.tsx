/** Shapes that say more than a number; every bar leads to its cases. */
import { useEffect, useState } from "preact/hooks";
import { get } from "../api/client";
import type { Bar, Charts } from "../api/case-types";
import { asProblem, type Problem } from "../api/problem";
import { t as shell } from "../app/messages";
import { Empty } from "../design/empty";
import { ProblemNote } from "../design/problem";
import { share } from "../i18n/format";
import { drillPath } from "./filters";
import { ColumnChart, RankChart, type Column } from "./drawing";
import { t } from "./messages";

const PERIODS = [7, 14, 28, 92];

export function ChartsView({ territory }: { territory: string }) {
  const [days, setDays] = useState(14);
  const [charts, setCharts] = useState<Charts | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const load = (stop?: AbortSignal) => {
    setProblem(null);
    const here = territory ? `&territory=${encodeURIComponent(territory)}` : "";
    get<Charts>(`/operations/charts?days=${days}${here}`, stop).then(setCharts, (error: unknown) => stop?.aborted || setProblem(asProblem(error)));
  };
  useEffect(() => {
    const stop = new AbortController();
    load(stop.signal);
    return () => stop.abort();
  }, [days, territory]);
  if (problem) return <ProblemNote problem={problem} onAgain={() => load()} />;
  if (!charts) return <p class="centre muted">{shell("loading")}</p>;
  return (
    <>
      <div class="row chart-period" role="group" aria-label={t("period")}>
        {PERIODS.map((period) => <button key={period} class="chip" aria-pressed={days === period} onClick={() => setDays(period)}>{t("days", { days: period })}</button>)}
        <span class="muted small">{t("zone", { zone: charts.time_zone })}</span>
      </div>
      <div class="charts"><All charts={charts} /></div>
    </>
  );
}

function All({ charts }: { charts: Charts }) {
  const series = (key: string, look: "ink" | "soft" | "kept" | "missed") => ({ key, look, name: t(`value_${key}` as "value_kept") });
  const more = (...keys: string[]) => keys.map((key) => ({ key, name: t(`value_${key}` as "value_kept") }));
  const byDay = (bars: Bar[]) => columns(bars, ({ key }) => dayLabel(key));
  const nothing = [charts.promises, charts.backlog, charts.load, charts.faults].every((bars) => bars.every(({ values }) => Object.values(values).every((value) => !value)));
  if (nothing) return <Empty title={t("no_data")} hint={t("no_data_hint")} />;
  return (
    <>
      <ColumnChart title={t("promises_per_day")} series={[series("kept", "kept"), series("missed", "missed")]} columns={byDay(charts.promises)} />
      <ColumnChart title={t("first_time_fix")} series={[series("first_time", "ink"), series("later", "soft")]} columns={byDay(charts.first_time_fix)} />
      <ColumnChart title={t("backlog")} series={[series("open", "ink")]} columns={columns(charts.backlog, ({ key }) => key.replace(" d", "").replace(" +", "+"))} />
      <ColumnChart title={t("travel")} series={[series("share", "ink")]} columns={byDay(charts.travel)} more={more("travel_hours", "work_hours")} tell={share} top={1} />
      <RankChart title={t("load")} series={[series("share", "ink")]} columns={columns(charts.load, ({ label, key }) => label || key)} more={more("booked_hours", "shift_hours", "visits")} tell={share} top={1} />
      <RankChart title={t("faults")} series={[series("cases", "ink")]} columns={columns(charts.faults, ({ key }) => key)} />
    </>
  );
}

function columns(bars: Bar[], label: (bar: Bar) => string): Column[] {
  return bars.map((bar) => ({
    key: bar.key,
    label: label(bar),
    values: bar.values,
    links: Object.fromEntries(Object.entries(bar.cases).map(([name, drill]) => [name, drillPath(drill)])),
  }));
}

/** 25.11. is the same to everybody who reads day and month: `11-25` of the ISO day, without the year. */
const dayLabel = (day: string): string => day.slice(5);
