/** What needs a decision, worst first. A card can be dragged into a row. */
import type { Unplanned } from "../api/board-types";
import { may } from "../app/session";
import { Empty } from "../design/empty";
import { PromiseMark } from "../design/promise";
import { dateTime } from "../i18n/format";
import { proposeBest } from "./commands";
import { held, hold } from "./drag";
import { reasonText } from "./explained";
import { t } from "./messages";
import { NO_FILTERS } from "./model";
import { barsById, filters, hovered, selected, view, whole, zone } from "./store";

export function UnplannedList() {
  const shown = view.value?.unplanned ?? [];
  const all = whole.value?.unplanned.length ?? 0;
  return (
    <section class="unplanned" aria-label={t("unplanned")}>
      <h2>{t("unplanned")} <span class="count">{shown.length === all ? all : `${shown.length} / ${all}`}</span></h2>
      {shown.length > 0 && <ul>{shown.map((visit) => <Card key={visit.visit_id} visit={visit} />)}</ul>}
      {shown.length === 0 && (all === 0
        ? <Empty title={t("nothing_unplanned")} hint={t("nothing_unplanned_hint")} />
        : <Empty title={t("nothing_found")}><button onClick={() => (filters.value = NO_FILTERS)}>{t("clear_filters")}</button></Empty>)}
    </section>
  );
}

/** Selects the unplanned visit so many places further down, round the ends. */
export function stepUnplanned(step: 1 | -1): void {
  const shown = view.value?.unplanned ?? [];
  if (shown.length === 0) return;
  const at = shown.findIndex(({ visit_id }) => visit_id === selected.value[0]);
  const next = shown[at < 0 ? (step > 0 ? 0 : shown.length - 1) : (at + step + shown.length) % shown.length]!;
  selected.value = [next.visit_id];
  queueMicrotask(() => document.getElementById(`unplanned-${next.visit_id}`)?.scrollIntoView({ block: "nearest" }));
}

function Card({ visit }: { visit: Unplanned }) {
  const chosen = selected.value.includes(visit.visit_id);
  const [reason] = visit.reasons;
  return (
    <li
      id={`unplanned-${visit.visit_id}`}
      class={`visit-card visit-card-${visit.sla.state}`}
      aria-current={chosen ? "true" : undefined}
      onMouseEnter={() => (hovered.value = visit.visit_id)}
      onMouseLeave={() => (hovered.value = null)}
      onPointerDown={(event) => hold(event, { visitId: visit.visit_id, caseId: visit.case_id, from: null, offset: 0 })}
    >
      <button class="card-face" onClick={() => (selected.value = [visit.visit_id])}>
        <span class="row"><b>{visit.case_id}</b>{visit.other_part && <span class="tag">{t("part_of_two", { number: visit.other_part.number })}</span>}<span class="spacer" /><PromiseMark state={visit.sla.state} /></span>
        <span class="clip">{visit.symptom || visit.neighbourhood}</span>
        <span class="muted small">
          {[visit.neighbourhood, t("minutes", { minutes: visit.minutes }), ...Object.entries(visit.skills).map((skill) => skill.join(" "))].filter(Boolean).join(" · ")}
        </span>
        {visit.sla.due_at && <span class="muted small">{dateTime(visit.sla.due_at, zone.value)}</span>}
        <span class="reason">{reason ? reasonText(reason) : t("no_reason")}</span>
      </button>
      {chosen && may("draft.preview") && <button class="best" onClick={() => void proposeBest(visit.visit_id)}>{t("best_place")} <kbd>⏎</kbd></button>}
    </li>
  );
}

/** The card under the pointer while it is dragged outside of the rows or over them. */
export function HeldCard() {
  const taken = held.value;
  if (!taken || barsById.value.has(taken.visitId)) return null;
  return <div class="card drag-ghost" style={{ translate: `${taken.x + 8}px ${taken.y - 34}px` }}>{taken.caseId}</div>;
}
