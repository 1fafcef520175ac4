import type { FieldProblem } from "../../api/problem";
import { LANGUAGE_NAMES, LANGUAGES } from "../../i18n/language";
import { t } from "./messages";
import type { Settings } from "./model";

interface Props {
  settings: Settings;
  problems: readonly FieldProblem[];
  disabled: boolean;
  onEdit: (next: Settings) => void;
}

const FIELDS = [
  { name: "company", type: "text" },
  { name: "link_page", type: "url" },
  { name: "currency", type: "text" },
  { name: "quiet_from", type: "time" },
  { name: "quiet_until", type: "time" },
  { name: "link_days", type: "number" },
] as const;

/** What counts for every message: name, page, currency, quiet hours. */
export function General({ settings, problems, disabled, onEdit }: Props) {
  return (
    <fieldset class="policy-group" disabled={disabled}>
      <legend>{t("general")}</legend>
      <div class="policy-fields">
        {FIELDS.map(({ name, type }) => {
          const rule = problems.find(({ field }) => field === name)?.rule;
          return (
            <label key={name} class="policy-field">
              {t(name)}
              <input {...({ type } as { type: "text" })} value={shown(settings[name])} aria-invalid={rule ? true : undefined}
                onInput={({ currentTarget: input }) => onEdit({ ...settings, [name]: type === "number" ? Number(input.value) : input.value })} />
              {rule && <span class="policy-wrong" role="alert">{rule}</span>}
            </label>
          );
        })}
        <label class="policy-field">
          {t("staff_language")}
          <select value={settings.staff_language} onChange={(event) => onEdit({ ...settings, staff_language: event.currentTarget.value })}>
            {LANGUAGES.map((each) => <option key={each} value={each}>{LANGUAGE_NAMES[each]}</option>)}
          </select>
        </label>
      </div>
      <p class="muted small">{t("quiet_hint")}</p>
    </fieldset>
  );
}

/** Times come with seconds, which nobody sets here. */
const shown = (value: string | number): string | number =>
  typeof value === "string" && /^\d\d:\d\d:00$/.test(value) ? value.slice(0, 5) : value;
