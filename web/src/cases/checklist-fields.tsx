/** The visit's checklist in the office's form, for who reports in the place of an engineer whose phone is lost. */
import { useEffect, useState } from "preact/hooks";
import { get } from "../api/client";
import { rangeText, type AnsweredChecklist, type CheckLine } from "../api/checklist-types";
import { asProblem, type Problem } from "../api/problem";
import { ProblemNote } from "../design/problem";
import { language } from "../i18n/language";
import { CHECK } from "./commands";
import { t } from "./messages";

/** Fields named after the items. `path` is the visit's. */
export function ChecklistFields({ path }: { path: string }) {
  const [checklist, setChecklist] = useState<AnsweredChecklist | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  useEffect(() => {
    const stop = new AbortController();
    get<{ checklist: AnsweredChecklist | null }>(path, stop.signal)
      .then((visit) => setChecklist(visit.checklist), (error: unknown) => stop.signal.aborted || setProblem(asProblem(error)));
    return () => stop.abort();
  }, [path]);
  if (problem) return <ProblemNote problem={problem} />;
  if (!checklist) return null;
  return (
    <fieldset class="command-fields" aria-label={checklist.name[language.value]}>
      <legend>{checklist.name[language.value]}</legend>
      {checklist.lines.map((line) => <CheckField key={line.item} line={line} />)}
    </fieldset>
  );
}

function CheckField({ line }: { line: CheckLine }) {
  const name = CHECK + line.item;
  const id = `field-${name}`;
  return (
    <div class={`field field-${line.kind === "tick" ? "check" : "text"}`}>
      <label for={id}>{line.label[language.value]}{!line.required && <span class="muted"> · {t("check_optional")}</span>}</label>
      {line.kind === "tick" && <input id={id} name={name} type="checkbox" value="done" />}
      {line.kind === "value" && <input id={id} name={name} maxLength={20} aria-describedby={`${id}-range`} />}
      {line.kind === "choice" && (
        <select id={id} name={name}>
          <option value="" />
          {line.options.map((option) => <option key={option.id} value={option.id}>{option.label[language.value]}</option>)}
        </select>
      )}
      {line.kind === "value" && <small id={`${id}-range`} class="muted">{rangeText(line) || line.unit}</small>}
    </div>
  );
}
