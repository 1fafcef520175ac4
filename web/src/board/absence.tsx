import { signal } from "@preact/signals";
import { useState } from "preact/hooks";
import type { Engineer } from "../api/board-types";
import { asProblem, type Problem } from "../api/problem";
import { word } from "../cases/words";
import { ProblemNote } from "../design/problem";
import { instantOf } from "../i18n/zones";
import { reportAbsence } from "./commands";
import { t } from "./messages";
import { iso, shownDay, zone } from "./store";

/** Whose absence is being entered. */
export const absentee = signal<Engineer | null>(null);
const KINDS = ["sick", "vacation", "training", "other"] as const;

/** From when to when an engineer is away; in the territory's time. */
export function AbsenceForm() {
  const engineer = absentee.value;
  return engineer && <Form key={engineer.id} engineer={engineer} />;
}

function Form({ engineer }: { engineer: Engineer }) {
  const [problem, setProblem] = useState<Problem | null>(null);
  const [wrong, setWrong] = useState(false);

  async function submit(event: SubmitEvent) {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const [start, end] = ["start", "end"].map((name) => {
      const [day = "", time = ""] = String(form.get(name)).split("T");
      return instantOf(day, time.slice(0, 5), zone.value);
    }) as [number, number];
    setWrong(start >= end);
    if (start >= end) return;
    try {
      await reportAbsence(engineer.id, iso(start), iso(end), String(form.get("kind")));
      absentee.value = null;
    } catch (error) {
      setProblem(asProblem(error));
    }
  }

  return (
    <form class="panel-part absence-form" aria-label={t("absence_of", { name: engineer.name })} onSubmit={(event) => void submit(event)}>
      <h2>{t("absence_of", { name: engineer.name })}</h2>
      <label>{t("from")} <input type="datetime-local" name="start" defaultValue={`${shownDay.value}T08:00`} required autofocus /></label>
      <label>{t("to")} <input type="datetime-local" name="end" defaultValue={`${shownDay.value}T17:00`} required /></label>
      <label>{t("kind")} <select name="kind">{KINDS.map((kind) => <option key={kind} value={kind}>{word("absence", kind)}</option>)}</select></label>
      {wrong && <p class="problem" role="alert">{t("end_before_start")}</p>}
      {problem && <ProblemNote problem={problem} />}
      <div class="row">
        <button class="primary">{t("enter")}</button>
        <button type="button" onClick={() => (absentee.value = null)}>{t("cancel")}</button>
      </div>
    </form>
  );
}
