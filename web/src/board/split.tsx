/** Splits a long job into two visits: how long each is, which parts go where, and what that does, before it is done. */
import { signal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { ask, command } from "../api/client";
import type { SplitConsequence, SplitPart, VisitDetail } from "../api/board-types";
import { asProblem, type Problem } from "../api/problem";
import { sayDone } from "../app/toasts";
import { Icon } from "../design/icons";
import { ProblemNote } from "../design/problem";
import { PromiseMark } from "../design/promise";
import { dateTime, money, time } from "../i18n/format";
import { t } from "./messages";
import { halves, isPossible, refusalOf, wasTold, withPart, type Split } from "./splitting";
import { engineerName, reload, zone } from "./store";

/** The visit that is being split. */
export const splitting = signal<VisitDetail | null>(null);
const PATIENCE_MS = 200;

export function SplitForm() {
  const detail = splitting.value;
  return detail && <Form key={detail.visit.id} detail={detail} />;
}

function Form({ detail }: { detail: VisitDetail }) {
  const [split, setSplit] = useState<Split>(() => halves(detail.minutes));
  const [told, setTold] = useState<SplitConsequence | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const path = `/visits/${encodeURIComponent(detail.visit.id)}/split`;
  const possible = isPossible(split);
  useEffect(() => {
    setTold(null);
    setProblem(null);
    if (!possible) return;
    const stop = new AbortController();
    const timer = setTimeout(() => {
      ask<SplitConsequence>(`${path}/preview`, split, stop.signal).then(setTold, (error: unknown) => stop.signal.aborted || setProblem(asProblem(error)));
    }, PATIENCE_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [path, split]);

  async function submit(event: SubmitEvent) {
    event.preventDefault();
    try {
      await command(path, split);
      splitting.value = null;
      await reload();
      sayDone(t("split_done", { case: detail.visit.case_id }));
    } catch (error) {
      setProblem(asProblem(error));
    }
  }

  const minutes = (name: "first_minutes" | "second_minutes", label: string) => (
    <label>{label} <input type="number" min="5" max="720" step="5" required value={split[name] || ""}
      onInput={({ currentTarget }) => setSplit({ ...split, [name]: currentTarget.valueAsNumber })} /></label>
  );
  return (
    <form class="panel-part split-form" aria-label={t("split_of", { case: detail.visit.case_id })} onSubmit={(event) => void submit(event)}>
      <h2>{t("split_of", { case: detail.visit.case_id })}</h2>
      <p class="muted">{t("split_hint", { minutes: detail.minutes })}</p>
      {minutes("first_minutes", t("split_first"))}
      {minutes("second_minutes", t("split_second"))}
      {detail.parts.length > 0 && (
        <fieldset>
          <legend>{t("split_parts")}</legend>
          {detail.parts.map(({ sku, quantity }) => (
            <label key={sku} class="row">
              <input type="checkbox" checked={split.second_parts.includes(sku)}
                onChange={({ currentTarget }) => setSplit(withPart(split, sku, currentTarget.checked))} />
              {t("split_part", { part: `${quantity} × ${sku}` })}
            </label>
          ))}
        </fieldset>
      )}
      {!possible && <p class="problem" role="alert">{t("split_minutes")}</p>}
      {problem && <Refused problem={problem} />}
      {possible && !problem && !told && <p class="muted" role="status">{t("asking")}</p>}
      {told && <Consequence told={told} caseId={detail.visit.case_id} />}
      <div class="row">
        <button class="primary" disabled={!told}>{t("split_do")}</button>
        <button type="button" onClick={() => (splitting.value = null)}>{t("cancel")}</button>
      </div>
    </form>
  );
}

function Refused({ problem }: { problem: Problem }) {
  const code = refusalOf(problem);
  return code ? <p class="problem" role="alert"><Icon name="alert" /> {t(`split_${code}`)}</p> : <ProblemNote problem={problem} />;
}

function Consequence({ told, caseId }: { told: SplitConsequence; caseId: string }) {
  const why = wasTold(told);
  const place = told.gives_up;
  return (
    <div class="consequence" role="status" aria-label={t("split_would")}>
      {place && <p>{t("split_gives_up", { engineer: engineerName(place.engineer_id), from: dateTime(place.arrival, zone.value), to: time(place.finish, zone.value) })}</p>}
      {why && <p><Icon name="alert" /> {t("moves_promised", { case: caseId, why: t(`fixed_${why}`) })}</p>}
      <Part title={t("part_of_two", { number: 1 })} part={told.first} />
      <Part title={t("part_of_two", { number: 2 })} part={told.second} />
      <p class="muted">{t("split_plan_decides")}</p>
    </div>
  );
}

function Part({ title, part: { minutes, parts, place } }: { title: string; part: SplitPart }) {
  const needs = [t("minutes", { minutes }), ...parts.map(({ sku, quantity }) => `${quantity} × ${sku}`)];
  return (
    <div>
      <h4>{title} <span class="muted">{needs.join(" · ")}</span></h4>
      {place ? (
        <p class="row">
          <b>{engineerName(place.engineer_id)}</b> {dateTime(place.arrival, zone.value)}–{time(place.finish, zone.value)}
          <span class="spacer" />
          <PromiseMark state={place.sla.state} />
          <span class="number">{money(place.cost_change_cents, true)}</span>
        </p>
      ) : <p><Icon name="alert" /> {t("split_no_place")}</p>}
    </div>
  );
}
