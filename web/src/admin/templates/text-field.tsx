import { useRef } from "preact/hooks";
import type { FieldProblem } from "../../api/problem";
import { t } from "./messages";
import { ownText, ruleFor, withText, type Part, type Settings, type Template } from "./model";

interface Props {
  part: Part;
  template: Template;
  settings: Settings;
  problems: readonly FieldProblem[];
  disabled: boolean;
  onEdit: (next: Settings) => void;
}

const LONGEST: Record<Part, number> = { subject: 200, body: 4000, sms: 300 };
const ROWS: Record<Part, number> = { subject: 1, body: 9, sms: 3 };

/** One text of a message, with the names that it may use, and the way back to the built-in one. */
export function TextField({ part, template, settings, problems, disabled, onEdit }: Props) {
  const area = useRef<HTMLTextAreaElement>(null);
  const own = ownText(settings, template, part);
  const rule = ruleFor(problems, template, part);
  const set = (text: string | null) => onEdit(withText(settings, template, part, text));

  function insert(name: string) {
    const field = area.current;
    if (!field) return;
    field.setRangeText(`\${${name}}`, field.selectionStart, field.selectionEnd, "end");
    field.focus();
    set(field.value);
  }

  return (
    <div class="template-text">
      <label>
        {t(part)}
        <textarea ref={area} rows={ROWS[part]} maxLength={LONGEST[part]} disabled={disabled} value={own ?? template[part]}
          aria-invalid={rule ? true : undefined} aria-describedby={rule ? `rule-${part}` : undefined}
          onInput={(event) => set(event.currentTarget.value)} />
      </label>
      {rule && <p class="policy-wrong" id={`rule-${part}`} role="alert">{rule}</p>}
      {!disabled && (
        <div class="words">
          {template.names.map((name) => (
            <button key={name} type="button" class="word" aria-label={`${t("insert", { name })}, ${t(part)}`} onClick={() => insert(name)}>{name}</button>
          ))}
          {own !== null && <button type="button" class="link small" onClick={() => set(null)}>{t("reset")}</button>}
        </div>
      )}
    </div>
  );
}
