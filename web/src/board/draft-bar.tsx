/** Above the board: which territory and day, what is drafted, what is filtered. */
import { signal } from "@preact/signals";
import { t as shell } from "../app/messages";
import { may } from "../app/session";
import { sayDone, sayProblem } from "../app/toasts";
import { command } from "../api/client";
import type { PromiseState } from "../api/types";
import { Icon } from "../design/icons";
import { date, money, span, zoneNote } from "../i18n/format";
import { instantOf, shiftDay } from "../i18n/zones";
import { discard, publish, undo } from "./commands";
import { t } from "./messages";
import { skillsOf } from "./model";
import { board, drafted, filters, reload, showDay, shownDay, showTerritory, territories, territory, today, zone } from "./store";
import { wondering } from "./what-if";

export const comparing = signal(false);
const PROMISES: readonly PromiseState[] = ["breached", "jeopardy", "warning", "kept", "none"];

export function DraftBar() {
  return (
    <div class="board-bar">
      <TerritoryAndDay />
      <span class="divider" />
      <DraftSummary />
      <span class="spacer" />
      {may("draft.preview") && <button aria-pressed={wondering.value} onClick={() => (wondering.value = !wondering.value)}>{t("what_if")}</button>}
      <FilterBoxes />
    </div>
  );
}

function TerritoryAndDay() {
  const shown = shownDay.value;
  const noon = shown ? instantOf(shown, "12:00", zone.value) : 0;
  const note = shown ? zoneNote(noon, zone.value) : "";
  return (
    <>
      <select aria-label={t("territory")} value={territory.value?.id} onChange={(event) => showTerritory(event.currentTarget.value)}>
        {territories.value.map((each) => <option key={each.id} value={each.id}>{each.name}</option>)}
      </select>
      <button class="icon-button" aria-label={t("earlier")} title={t("earlier")} onClick={() => showDay(shiftDay(shown, -1))}><Icon name="chevron_left" /></button>
      <b class="shown-day">{shown && date(noon, zone.value)}</b>
      <button class="icon-button" aria-label={t("later")} title={t("later")} onClick={() => showDay(shiftDay(shown, 1))}><Icon name="chevron_right" /></button>
      <button disabled={shown === today.value} onClick={() => showDay("")}>{t("today")}</button>
      {note && <span class="muted small" title={zone.value}>{t("updated", { zone: note })}</span>}
    </>
  );
}

function DraftSummary() {
  const draft = board.value?.draft;
  const held = board.value?.held_plan;
  if (!draft?.changes.length)
    return held ? <HeldPlan id={held.id} count={held.differences} /> : <span class="muted">{t("no_draft")}</span>;
  const change = drafted.value;
  return (
    <>
      <b>{t("draft", { count: draft.changes.length })}</b>
      {change && (
        <span class="muted draft-figures">
          {span(change.travel_change_seconds, true)} {t("travel")} · {money(change.cost_change_cents, true)} {t("cost")}
          {change.promises_saved.length > 0 && ` · ${t("promises_saved")} ${change.promises_saved.length}`}
          {change.promises_lost.length > 0 && <strong> · {t("promises_lost")} {change.promises_lost.length}</strong>}
        </span>
      )}
      <button aria-pressed={comparing.value} onClick={() => (comparing.value = !comparing.value)}>{t("compare")}</button>
      {may("draft.change") && (
        <>
          <button class="icon-button" aria-label={t("undo")} title={t("undo")} onClick={() => void undo()}><Icon name="undo" /></button>
          <button class="quiet" onClick={() => void discard()}>{t("discard")}</button>
        </>
      )}
      {may("draft.publish") && <button class="primary" onClick={() => void publish(null)}>{t("publish_all")}</button>}
    </>
  );
}

function HeldPlan({ id, count }: { id: string; count: number }) {
  const approve = () =>
    command(`/plans/${encodeURIComponent(id)}/publish`).then(reload).then(() => sayDone(t("approved")), sayProblem);
  return (
    <>
      <span>{t("waits_for_approval", { count })}</span>
      {may("plan.publish") && <button onClick={() => void approve()}>{t("approve")}</button>}
    </>
  );
}

function FilterBoxes() {
  const { text, skill, promise } = filters.value;
  const change = (part: Partial<typeof filters.value>) => (filters.value = { ...filters.value, ...part });
  return (
    <>
      <input id="board-search" type="search" placeholder={t("search")} aria-label={t("search")} value={text}
        onInput={(event) => change({ text: event.currentTarget.value })} />
      <select aria-label={t("skill")} value={skill} onChange={(event) => change({ skill: event.currentTarget.value })}>
        <option value="">{t("any_skill")}</option>
        {skillsOf(board.value?.engineers ?? []).map((each) => <option key={each} value={each}>{each}</option>)}
      </select>
      <select aria-label={t("promise")} value={promise} onChange={(event) => change({ promise: event.currentTarget.value as PromiseState | "" })}>
        <option value="">{t("any_promise")}</option>
        {PROMISES.map((each) => <option key={each} value={each}>{shell(`promise_${each}`)}</option>)}
      </select>
    </>
  );
}
