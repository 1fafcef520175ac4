/** The draft beside the plan: what moves from where to where, by whom; all of it or some of it is published. */
import { useState } from "preact/hooks";
import type { DraftChange, Place } from "../api/board-types";
import { may, session } from "../app/session";
import { Empty } from "../design/empty";
import { Icon } from "../design/icons";
import { dateTime, time } from "../i18n/format";
import { publish } from "./commands";
import { comparing } from "./draft-bar";
import { t } from "./messages";
import { calledName, nameOf } from "./model";
import { board, engineerName, hovered, selected, shownDay, zone } from "./store";
import { dayOf } from "../i18n/zones";

export function Differences() {
  const changes = board.value?.draft?.changes ?? [];
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const chosen = changes.filter(({ visit_id }) => !left.has(visit_id)).map(({ visit_id }) => visit_id);
  const toggle = (id: string) => setLeft(left.has(id) ? new Set([...left].filter((each) => each !== id)) : new Set(left).add(id));
  return (
    <section class="panel-part differences" aria-label={t("differences")}>
      <header class="row">
        <h2>{t("differences")}</h2>
        <span class="spacer" />
        <button class="icon-button" aria-label={t("cancel")} onClick={() => (comparing.value = false)}><Icon name="close" /></button>
      </header>
      {changes.length === 0 && <Empty title={t("no_differences")} hint={t("no_differences_hint")} />}
      <ul>
        {changes.map((change) => (
          <li key={change.visit_id} onMouseEnter={() => (hovered.value = change.visit_id)} onMouseLeave={() => (hovered.value = null)}>
            <label class="row"><input type="checkbox" checked={!left.has(change.visit_id)} onChange={() => toggle(change.visit_id)} /></label>
            <button class="link" onClick={() => (selected.value = [change.visit_id])}>{change.case_id}</button>
            <div class="difference"><Difference change={change} /></div>
          </li>
        ))}
      </ul>
      {changes.length > 0 && may("draft.publish") && (
        <button class="primary" disabled={chosen.length === 0} onClick={() => void publish(chosen.length === changes.length ? null : chosen)}>
          {t("publish_some", { count: chosen.length })}
        </button>
      )}
    </section>
  );
}

function Difference({ change }: { change: DraftChange }) {
  const mine = nameOf(change.made_by) === session.value?.user.id;
  const who = mine ? t("you") : calledName(change.made_by, board.value?.draft_people ?? {});
  return (
    <>
      <div>
        <s>{change.from ? where(change.from) : t("without_place")}</s> →{" "}
        {change.to ? where(change.to) : t("off_plan")}
      </div>
      <div class="muted small">{who} · {time(change.made_at, zone.value)}</div>
      {change.stale && <div class="small"><Icon name="alert" /> {t("stale")}</div>}
    </>
  );
}

function where({ engineer_id, arrival }: Place): string {
  const sameDay = dayOf(Date.parse(arrival), zone.value) === shownDay.value;
  return `${engineerName(engineer_id)} ${sameDay ? time(arrival, zone.value) : dateTime(arrival, zone.value)}`;
}
