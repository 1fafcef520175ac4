import { ITEM_KINDS, type Item, type ItemKind } from "../../api/checklist-types";
import type { FieldProblem } from "../../api/problem";
import { t } from "./messages";
import { newOption, replaced, ruleAt, without, withKind } from "./model";
import { WordsFields } from "./words-fields";

interface Props {
  item: Item;
  /** Counted from 1, for whoever hears the form. */
  number: number;
  path: string;
  problems: readonly FieldProblem[];
  disabled: boolean;
  onEdit: (item: Item) => void;
}

/** One item: how it is answered, its words, and whether a visit can be finished without it. */
export function ItemForm({ item, number, path, problems, disabled, onEdit }: Props) {
  const edit = (changes: Partial<Item>) => onEdit({ ...item, ...changes });
  const rule = ruleAt(problems, path);
  return (
    <fieldset class="check-item" disabled={disabled} aria-label={t("item", { number })}>
      <div class="row">
        <label>{t("answered_by")}
          <select value={item.kind} onChange={(event) => onEdit(withKind(item, event.currentTarget.value as ItemKind))}>
            {ITEM_KINDS.map((kind) => <option key={kind} value={kind}>{t(`kind_${kind}`)}</option>)}
          </select>
        </label>
        <label class="tick"><input type="checkbox" checked={item.required} onChange={(event) => edit({ required: event.currentTarget.checked })} /> {t("required")}</label>
      </div>
      <WordsFields label={t("text")} words={item.label} path={`${path}.label`} problems={problems} disabled={disabled} onEdit={(label) => edit({ label })} />
      {item.kind === "value" && (
        <div class="row">
          <label>{t("unit")}<input class="check-short" maxLength={20} value={item.unit} onInput={(event) => edit({ unit: event.currentTarget.value })} /></label>
          <label>{t("lowest")}<input class="check-short" type="number" step="any" value={item.lowest ?? ""} onInput={(event) => edit({ lowest: limitOf(event.currentTarget) })} /></label>
          <label>{t("highest")}<input class="check-short" type="number" step="any" value={item.highest ?? ""} onInput={(event) => edit({ highest: limitOf(event.currentTarget) })} /></label>
        </div>
      )}
      {item.kind === "choice" && (
        <>
          {item.options.map((option, n) => (
            <div key={option.id} class="row check-option">
              <WordsFields label={t("option", { number: n + 1 })} words={option.label} path={`${path}.options.${n}.label`} problems={problems} disabled={disabled}
                onEdit={(label) => edit({ options: replaced(item.options, n, { ...option, label }) })} />
              <button type="button" class="link" onClick={() => edit({ options: without(item.options, n) })}>{t("remove_option", { number: n + 1 })}</button>
            </div>
          ))}
          <button type="button" onClick={() => edit({ options: [...item.options, newOption(item.options)] })}>{t("add_option")}</button>
        </>
      )}
      {rule && <span class="policy-wrong" role="alert">{rule}</span>}
    </fieldset>
  );
}

const limitOf = (input: HTMLInputElement): number | null => (input.value === "" ? null : input.valueAsNumber);
