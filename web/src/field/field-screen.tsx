/** The engineer's day on a phone: the next stop, one button that is always the next step, and what waits to be sent. */
import { useEffect } from "preact/hooks";
import { session } from "../app/session";
import { ProblemNote } from "../design/problem";
import { Empty } from "../design/empty";
import { date } from "../i18n/format";
import { FinishForm } from "./finish-form";
import { t } from "./messages";
import { nextStop } from "./model";
import { registerWorker } from "./register";
import { Refusals } from "./refusals";
import { day, isOld, loadProblem, shownDay, started, startField, tomorrowShown, visits, zone } from "./store";
import { Stop } from "./stop";
import { StopList } from "./stop-list";
import { Strip } from "./strip";
import { chosen, reporting } from "./view";
import "./field.css";

export default function FieldScreen() {
  const user = session.value?.user.id;
  useEffect(startField, [user]);
  useEffect(registerWorker, []);
  const visit = visits.value.find(({ id }) => id === reporting.value);
  return (
    <div class="field">
      <Strip />
      {visit?.state === "on_site" ? <FinishForm key={visit.id} visit={visit} /> : <Day />}
    </div>
  );
}

function Day() {
  const current = visits.value.find(({ id }) => id === chosen.value) ?? nextStop(visits.value);
  return (
    <main class="field-day">
      <Refusals />
      <div class="field-days" role="group">
        <button aria-pressed={!tomorrowShown.value} onClick={() => show(false)}>{t("today")}</button>
        <button aria-pressed={tomorrowShown.value} onClick={() => show(true)}>{t("tomorrow")}</button>
      </div>
      {loadProblem.value && <><p>{t("load_failed")}</p><ProblemNote problem={loadProblem.value} /></>}
      {isOld.value && <p class="field-note" role="status">{t("old_day", { day: date(`${day.value!.body.day}T12:00:00Z`, "UTC") })}</p>}
      {!started.value ? null : !day.value ? (
        <Empty title={t("not_loaded")} hint={t("not_loaded_hint")} />
      ) : visits.value.length === 0 ? (
        <Empty title={t("no_visits")} hint={t("no_visits_hint")} />
      ) : (
        <>
          {current ? <Stop key={current.id} visit={current} /> : <p class="field-all-done">{t("all_done")}</p>}
          <StopList current={current?.id ?? null} />
        </>
      )}
      <p class="muted field-date">{date(`${shownDay.value}T12:00:00Z`, "UTC")} · {zone.value}</p>
    </main>
  );
}

function show(tomorrow: boolean): void {
  tomorrowShown.value = tomorrow;
  chosen.value = null;
}
