/** The answers to a visit's checklist; what is out of range or missing is said in words, and first of all in the summary. */
import { rangeText, type AnsweredChecklist, type CheckLine } from "../api/checklist-types";
import { Icon } from "../design/icons";
import { language } from "../i18n/language";
import { t } from "./messages";

export function ChecklistAnswers({ checklist }: { checklist: AnsweredChecklist }) {
  const { lines, name } = checklist;
  const answered = lines.filter(({ answer }) => answer !== null).length;
  const outside = lines.filter(({ out_of_range }) => out_of_range).length;
  return (
    <details class="checklist-answers">
      <summary>
        {t("checklist_summary", { name: name[language.value], answered, count: lines.length })}
        {outside > 0 && <strong> · <Icon name="alert" /> {t("checklist_outside", { count: outside })}</strong>}
      </summary>
      <dl>
        {lines.map((line) => (
          <div key={line.item}>
            <dt>{line.label[language.value]}</dt>
            <dd>{answerText(line)}{line.out_of_range && <strong> <Icon name="alert" /> {t("check_outside", { range: rangeText(line) })}</strong>}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

/** An answer as people read it. */
export function answerText({ kind, answer, choice, unit, required }: CheckLine): string {
  if (answer === null) return t(required ? "check_missing" : "check_left_out");
  if (kind === "tick") return t("check_done");
  return kind === "choice" ? (choice?.[language.value] ?? answer) : `${answer} ${unit}`.trim();
}
