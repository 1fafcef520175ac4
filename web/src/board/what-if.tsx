/** What if: an engineer were ill, or overtime were allowed. The planner answers with moves; nobody is moved. */
import { signal } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Trial } from "../api/board-types";
import { command, get } from "../api/client";
import { asProblem, type Problem } from "../api/problem";
import { ProblemNote } from "../design/problem";
import { time } from "../i18n/format";
import { instantOf } from "../i18n/zones";
import { preview } from "./commands";
import { becauseText, reasonText } from "./explained";
import { t } from "./messages";
import { barsById, board, engineerName, iso, shownDay, territory, zone } from "./store";

/** Whether the question is being asked. */
export const wondering = signal(false);

const LOOK_EVERY_MS = 700;
const trials = () => `/territories/${encodeURIComponent(territory.value!.id)}/trials`;

export function WhatIf() {
  const [trial, setTrial] = useState<Trial | null>(null);
  const [title, setTitle] = useState("");
  const [problem, setProblem] = useState<Problem | null>(null);
  const running = useRef<string | null>(null);

  // Who leaves the panel does not want the answer any more.
  useEffect(() => () => void (running.current && cancel(running.current)), []);

  useEffect(() => {
    running.current = trial?.state === "running" ? trial.id : null;
    if (!running.current) return;
    const path = `${trials()}/${running.current}`;
    const timer = setTimeout(() => get<Trial>(path).then(heed, (error: unknown) => setProblem(asProblem(error))), LOOK_EVERY_MS);
    return () => clearTimeout(timer);
  }, [trial]);

  function heed(found: Trial): void {
    setTrial(found);
    if (found.state === "done" && found.moves.length) preview(movesOf(found), title);
  }

  async function ask(body: Record<string, unknown>, words: string): Promise<void> {
    setTitle(words);
    try {
      setTrial(await command<Trial>(trials(), body));
      setProblem(null);
    } catch (error) {
      setProblem(asProblem(error));
    }
  }

  return (
    <section class="panel-part what-if" aria-label={t("what_if")}>
      <h2>{t("what_if")}</h2>
      {trial?.state === "running"
        ? <Waiting trial={trial} onCancel={() => void cancel(trial.id).then(() => setTrial({ ...trial, state: "cancelled" }))} />
        : <Question onAsk={(body, words) => void ask(body, words)} />}
      {problem && <ProblemNote problem={problem} />}
      {trial && trial.state !== "running" && <Answer trial={trial} title={title} />}
    </section>
  );
}

function Question({ onAsk }: { onAsk: (body: Record<string, unknown>, words: string) => void }) {
  const [wrong, setWrong] = useState(false);
  const engineers = board.value?.engineers ?? [];

  function submit(event: SubmitEvent): void {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const engineer = String(form.get("engineer"));
    const minutes = Number(form.get("overtime"));
    const [start, end] = ["start", "end"].map((name) => {
      const [day = "", clock = ""] = String(form.get(name)).split("T");
      return instantOf(day, clock.slice(0, 5), zone.value);
    }) as [number, number];
    setWrong(Boolean(engineer) && start >= end);
    if (engineer ? start >= end : !minutes) return;
    const words = [engineer && t("what_if_absent", { engineer: engineerName(engineer) }), minutes > 0 && t("what_if_overtime", { minutes })];
    onAsk(
      {
        ...(engineer ? { absences: [{ engineer_id: engineer, start: iso(start), end: iso(end) }] } : {}),
        ...(minutes ? { overtime_minutes: minutes } : {}),
      },
      words.filter(Boolean).join(", "),
    );
  }

  return (
    <form onSubmit={submit}>
      <label>{t("what_if_who")} <select name="engineer" autofocus>
        <option value="">{t("what_if_nobody")}</option>
        {engineers.map(({ id, name }) => <option key={id} value={id}>{name}</option>)}
      </select></label>
      <label>{t("from")} <input type="datetime-local" name="start" defaultValue={`${shownDay.value}T00:00`} required /></label>
      <label>{t("to")} <input type="datetime-local" name="end" defaultValue={`${shownDay.value}T23:59`} required /></label>
      <label>{t("what_if_extra")} <select name="overtime">
        <option value="">{t("what_if_as_agreed")}</option>
        {[30, 60, 120, 180].map((minutes) => <option key={minutes} value={minutes}>{t("minutes", { minutes })}</option>)}
      </select></label>
      {wrong && <p class="problem" role="alert">{t("end_before_start")}</p>}
      <p class="muted small">{t("what_if_hint")}</p>
      <div class="row">
        <button class="primary">{t("what_if_ask")}</button>
        <button type="button" onClick={() => (wondering.value = false)}>{t("close")}</button>
      </div>
    </form>
  );
}

/** The search ends within its budget; loading, and another plan that is being made, come on top of it. */
function Waiting({ trial, onCancel }: { trial: Trial; onCancel: () => void }) {
  const share = Math.min(0.95, trial.seconds / (trial.budget_seconds + 2));
  return (
    <div role="status">
      <p>{t("what_if_searching")}</p>
      <progress value={share} max={1} aria-label={t("what_if_searching")} />
      <div class="row"><button onClick={onCancel}>{t("cancel")}</button></div>
    </div>
  );
}

function Answer({ trial, title }: { trial: Trial; title: string }) {
  if (trial.state === "cancelled") return <p class="muted" role="status">{t("what_if_cancelled")}</p>;
  if (trial.state === "failed") return <p class="problem" role="alert">{t("what_if_failed", { why: becauseText(trial.because, trial.reason) })}</p>;
  return (
    <div role="status">
      <h3>{title}</h3>
      {trial.moves.length === 0 && <p>{t("what_if_nothing")}</p>}
      <ul>
        {trial.moves.map((move) => {
          const name = barsById.value.get(move.visit_id)?.caseId ?? move.visit_id;
          const to = move.engineer && move.arrival ? `${engineerName(move.engineer)}, ${time(move.arrival, zone.value)}` : t("off_plan");
          return <li key={move.visit_id}><b>{name}</b> → {to}</li>;
        })}
      </ul>
      {trial.left_out.length > 0 && <h4>{t("what_if_left_out", { count: trial.left_out.length })}</h4>}
      <ul>
        {trial.left_out.map(({ visit, reasons }) => <li key={visit}><b>{barsById.value.get(visit)?.caseId ?? visit}</b> <span class="muted">{reasons[0] && reasonText(reasons[0])}</span></li>)}
      </ul>
      {trial.moves.length > 0 && <div class="row"><button onClick={() => preview(movesOf(trial), title)}>{t("what_if_show")}</button></div>}
    </div>
  );
}

const movesOf = (trial: Trial) =>
  trial.moves.map(({ visit_id, engineer, arrival }) => ({ visit_id, engineer_id: engineer, arrival }));

const cancel = (id: string): Promise<unknown> =>
  command(`${trials()}/${id}`, undefined, { method: "DELETE" }).catch(() => undefined);
