/** The checklist of a visit: to be answered with one thumb while the work goes on; every answer is on the disk at once. */
import { rangeText, type Checklist, type Item } from "../api/checklist-types";
import { Icon } from "../design/icons";
import { language } from "../i18n/language";
import { answersOf, DONE, isOutOfRange, isUnreadable, type Answers } from "./checks";
import { t } from "./messages";
import type { FieldVisit } from "./types";
import { useDraft } from "./use-draft";

interface Props {
  checklist: Checklist;
  answers: Answers;
  onChange: (answers: Answers) => void;
}

/** The list on the page of a stop: what will be asked, and from the arrival on the list itself. */
export function StopChecklist({ visit, checklist }: { visit: FieldVisit; checklist: Checklist }) {
  const [draft, change] = useDraft(visit.id);
  const name = checklist.name[language.value];
  if (visit.state !== "on_site") return <section><h2>{t("checklist")}</h2><p>{t("checks_ahead", { name, count: checklist.items.length })}</p></section>;
  return draft && <section><CheckItems checklist={checklist} answers={draft.checks} onChange={(checks) => change({ checks })} /></section>;
}

export function CheckItems({ checklist, answers, onChange }: Props) {
  const set = (item: Item, answer: string) => onChange({ ...answers, [item.id]: answer });
  const done = answersOf(checklist, answers).length;
  return (
    <fieldset class="field-form field-checks">
      <legend>{checklist.name[language.value]} · {t("checks_done", { done, count: checklist.items.length })}</legend>
      {checklist.items.map((item) => <CheckItem key={item.id} item={item} answer={answers[item.id] ?? ""} onAnswer={(answer) => set(item, answer)} />)}
    </fieldset>
  );
}

function CheckItem({ item, answer, onAnswer }: { item: Item; answer: string; onAnswer: (answer: string) => void }) {
  const label = <span>{item.label[language.value]}{!item.required && <span class="muted"> · {t("check_optional")}</span>}</span>;
  switch (item.kind) {
    case "tick":
      return (
        <label class="field-tick">
          <input type="checkbox" name={`check-${item.id}`} checked={answer === DONE} onChange={(event) => onAnswer(event.currentTarget.checked ? DONE : "")} />
          {label}
        </label>
      );
    case "choice":
      return (
        <div class="field-check" role="group" aria-label={item.label[language.value]}>
          {label}
          <div class="field-choices">
            {item.options.map((option) => (
              <button key={option.id} type="button" aria-pressed={answer === option.id} onClick={() => onAnswer(answer === option.id ? "" : option.id)}>{option.label[language.value]}</button>
            ))}
          </div>
        </div>
      );
    case "value": return <Value item={item} answer={answer} label={label} onAnswer={onAnswer} />;
  }
}

function Value({ item, answer, label, onAnswer }: { item: Item; answer: string; label: preact.ComponentChild; onAnswer: (answer: string) => void }) {
  const id = `check-${item.id}`;
  const range = rangeText(item);
  const told = isUnreadable(item, answer) ? t("check_unreadable") : isOutOfRange(item, answer) ? t("check_outside", { range }) : "";
  // Keyboards of digits have no minus on some phones.
  const positive = item.lowest !== null && item.lowest >= 0;
  return (
    <div class="field-check">
      <label>
        {label}
        <span class="field-line">
          <input name={id} inputMode={positive ? "decimal" : "text"} maxLength={20} autocomplete="off" value={answer}
            aria-describedby={`${id}-told`} onInput={(event) => onAnswer(event.currentTarget.value)} />
          {item.unit && <span>{item.unit}</span>}
        </span>
      </label>
      <p id={`${id}-told`} class={told ? "field-outside" : "muted"} aria-live="polite">{told ? <><Icon name="alert" /> {told}</> : range}</p>
    </div>
  );
}
