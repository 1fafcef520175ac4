/** The dense list: one line per case, the one that hurts first on top. */
import { useEffect, useRef } from "preact/hooks";
import type { CaseLine } from "../api/case-types";
import { t as shell } from "../app/messages";
import { followLink, navigate } from "../app/router";
import { causeText } from "../cases/cause";
import { SlaMark } from "../cases/sla-mark";
import { longSpan } from "../cases/told";
import { word } from "../cases/words";
import { Empty } from "../design/empty";
import { Icon } from "../design/icons";
import { dateTime, zoneNote } from "../i18n/format";
import { t } from "./messages";
import { secondsToGo, stepped } from "./model";
import type { CaseList } from "./store";

const COLUMNS = ["promise", "when", "cause", "step", "who", "due", "case", "about", "age"] as const;

export const casePath = (id: string): string => `/cases/${encodeURIComponent(id)}`;

export function CaseTable({ list, empty }: { list: CaseList; empty: preact.ComponentChildren }) {
  const { rows, gone } = list.shown.value;
  const now = Date.now() + list.ahead.value;
  if (rows.length === 0 && !list.loaded.value) return <p class="centre muted">{shell("loading")}</p>;
  return (
    <div class="case-table-frame" onPointerEnter={() => (list.pointing.value = true)} onPointerLeave={() => (list.news.value || gone.size ? void list.settle() : (list.pointing.value = false))}>
      <News list={list} />
      <div class="case-table" role="table" aria-label={t("list")} aria-rowcount={list.counts.value?.total ?? -1}>
        <div class="case-row case-head" role="row">
          {COLUMNS.map((column) => <span key={column} role="columnheader" class={`c-${column}`}>{t(`col_${column}`)}</span>)}
        </div>
        {rows.map((line) => <Row key={line.id} line={line} now={now} gone={gone.has(line.id)} list={list} />)}
        {rows.length === 0 && empty}
        <End list={list} />
      </div>
    </div>
  );
}

/** Steps through the rows and keeps the chosen one in view. */
export function step(list: CaseList, by: 1 | -1): void {
  list.selected.value = stepped(list.shown.value.rows, list.selected.value, by);
  queueMicrotask(() => document.getElementById(`row-${list.selected.value}`)?.scrollIntoView({ block: "nearest" }));
}

export const openSelected = (list: CaseList): void => void (list.selected.value && navigate(casePath(list.selected.value)));

/** What came while the list held still. */
function News({ list }: { list: CaseList }) {
  const { arrived } = list.shown.value;
  if (!list.news.value) return null;
  return (
    <button class="news" onClick={() => void list.settle()}>
      <Icon name="up" /> {arrived ? t("arrived", { count: arrived }) : t("moved")}
    </button>
  );
}

function Row({ line, now, gone, list }: { line: CaseLine; now: number; gone: boolean; list: CaseList }) {
  const chosen = list.selected.value === line.id;
  const cause = line.cause ? causeText(line.cause, line.time_zone) : "";
  return (
    <div
      id={`row-${line.id}`}
      class={`case-row${gone ? " case-gone" : ""}`}
      role="row"
      aria-current={chosen ? "true" : undefined}
      onClick={(event) => {
        if ((event.target as Element).closest("a") || getSelection()?.toString()) return;
        navigate(casePath(line.id));
      }}
    >
      <span role="cell" class="c-promise"><Promise line={line} /></span>
      <span role="cell" class="c-when number"><ToGo line={line} now={now} /></span>
      <span role="cell" class="c-cause clip" title={cause}>{cause}</span>
      <span role="cell" class="c-step clip">{word("step", line.next_step) || word("state", line.state)}</span>
      <span role="cell" class="c-who clip">{word("role", line.responsible)}</span>
      <span role="cell" class={`c-due${line.overdue ? " overdue" : ""}`}>{line.due_at && <Moment at={line.due_at} zone={line.time_zone} overdue={line.overdue} />}</span>
      <span role="cell" class="c-case"><a href={casePath(line.id)} onClick={followLink} onFocus={() => (list.selected.value = line.id)}>{line.id}</a></span>
      <span role="cell" class="c-about clip" title={line.symptom}>
        {line.severity === "safety" && <b class="safety"><Icon name="alert" /> {word("severity", "safety")} </b>}
        {line.product_model && <b>{line.product_model} </b>}{line.symptom}<span class="muted">{line.neighbourhood && ` · ${line.neighbourhood}`}</span>
      </span>
      <span role="cell" class="c-age number">{longSpan(line.age_seconds)}</span>
    </div>
  );
}

function Promise({ line }: { line: CaseLine }) {
  const clock = word("clock", line.clock);
  return <SlaMark state={line.sla}>{clock ? `${clock} · ${word("sla", line.sla)}` : word("sla", line.sla)}</SlaMark>;
}

function ToGo({ line, now }: { line: CaseLine; now: number }) {
  const seconds = line.closed_at ? null : secondsToGo(line, now);
  if (seconds === null) return <span class="muted">{t("no_clock")}</span>;
  return seconds < 0 ? <b>{t("over", { span: longSpan(seconds) })}</b> : <>{t("to_go", { span: longSpan(seconds) })}</>;
}

/** A moment in the case's zone, which is named where it differs from the reader's. */
export function Moment({ at, zone, overdue }: { at: string; zone: string; overdue?: boolean }) {
  const note = zoneNote(at, zone);
  return <>{overdue && <Icon name="alert" />}{dateTime(at, zone)}{note && <span class="muted small"> {note}</span>}</>;
}

/** The end of what is loaded: coming into view asks for more. */
function End({ list }: { list: CaseList }) {
  const end = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const watch = new IntersectionObserver((seen) => seen.some((one) => one.isIntersecting) && void list.more(), { rootMargin: "600px" });
    watch.observe(end.current!);
    return () => watch.disconnect();
  }, [list, list.shown.value.rows.length]);
  return <div ref={end} class="end muted small">{list.shown.value.rows.length > 20 && list.atEnd ? t("end_of_list") : ""}</div>;
}

export function NothingFits({ onClear, filtered }: { onClear: () => void; filtered: boolean }) {
  if (!filtered) return <Empty title={t("nothing_open")} hint={t("nothing_open_hint")} />;
  return <Empty title={t("nothing_fits")}><button onClick={onClear}>{t("clear")}</button></Empty>;
}
