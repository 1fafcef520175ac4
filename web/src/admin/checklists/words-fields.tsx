import type { Words } from "../../api/checklist-types";
import type { FieldProblem } from "../../api/problem";
import { LANGUAGE_NAMES, LANGUAGES } from "../../i18n/language";
import { ruleAt } from "./model";

interface Props {
  label: string;
  words: Words;
  path: string;
  problems: readonly FieldProblem[];
  disabled: boolean;
  onEdit: (words: Words) => void;
}

/** A text in every language, side by side. */
export function WordsFields({ label, words, path, problems, disabled, onEdit }: Props) {
  return (
    <div class="check-words">
      {LANGUAGES.map((each) => {
        const rule = ruleAt(problems, `${path}.${each}`);
        return (
          <label key={each}>
            <span>{label} <span class="muted small">{LANGUAGE_NAMES[each]}</span></span>
            <input lang={each} maxLength={200} disabled={disabled} value={words[each]} aria-invalid={rule ? true : undefined}
              onInput={(event) => onEdit({ ...words, [each]: event.currentTarget.value })} />
            {rule && <span class="policy-wrong" role="alert">{rule}</span>}
          </label>
        );
      })}
    </div>
  );
}
