import type { Checklist } from "../../api/checklist-types";
import type { FieldProblem } from "../../api/problem";
import { word } from "../../cases/words";
import { ItemForm } from "./item-form";
import { t } from "./messages";
import { CASE_KINDS, linesOf, moved, newItem, replaced, ruleAt, without } from "./model";
import { WordsFields } from "./words-fields";

interface Props {
  list: Checklist;
  path: string;
  problems: readonly FieldProblem[];
  disabled: boolean;
  onEdit: (list: Checklist) => void;
}

/** One checklist: its name, the visits that it is for, its items in their order. */
export function ListForm({ list, path, problems, disabled, onEdit }: Props) {
  const edit = (changes: Partial<Checklist>) => onEdit({ ...list, ...changes });
  const toggle = (kind: string) => edit({ kinds: CASE_KINDS.filter((each) => list.kinds.includes(each) !== (each === kind)) });
  const rule = ruleAt(problems, path);
  return (
    <section class="admin-form" aria-label={list.name.en || list.id}>
      <WordsFields label={t("name")} words={list.name} path={`${path}.name`} problems={problems} disabled={disabled} onEdit={(name) => edit({ name })} />
      <fieldset disabled={disabled}>
        <legend>{t("for_visits")}</legend>
        <p class="muted small">{t("for_visits_hint")}</p>
        <div class="words" role="group" aria-label={t("kinds")}>
          <span>{t("kinds")}</span>
          {!list.kinds.length && <span class="muted">{t("every")}</span>}
          {CASE_KINDS.map((kind) => <button key={kind} type="button" class="word" aria-pressed={list.kinds.includes(kind)} onClick={() => toggle(kind)}>{word("kind", kind)}</button>)}
        </div>
        <div class="check-words">
          <label>{t("product_models")}<textarea rows={2} defaultValue={list.product_models.join("\n")} onInput={(event) => edit({ product_models: linesOf(event.currentTarget.value) })} /></label>
          <label>{t("skills")}<textarea rows={2} defaultValue={list.skills.join("\n")} onInput={(event) => edit({ skills: linesOf(event.currentTarget.value) })} /></label>
        </div>
        <p class="muted small">{t("lines_hint")}</p>
      </fieldset>
      <h2>{t("items")}</h2>
      {rule && <span class="policy-wrong" role="alert">{rule}</span>}
      <ol class="policy-rows">
        {list.items.map((item, n) => (
          <li key={item.id} class="card">
            <ItemForm item={item} number={n + 1} path={`${path}.items.${n}`} problems={problems} disabled={disabled} onEdit={(next) => edit({ items: replaced(list.items, n, next) })} />
            {!disabled && (
              <div class="row">
                <button type="button" class="link" disabled={n === 0} aria-label={t("item_up", { number: n + 1 })} onClick={() => edit({ items: moved(list.items, n, -1) })}>{t("up")}</button>
                <button type="button" class="link" disabled={n === list.items.length - 1} aria-label={t("item_down", { number: n + 1 })} onClick={() => edit({ items: moved(list.items, n, 1) })}>{t("down")}</button>
                <button type="button" class="link" aria-label={t("item_remove", { number: n + 1 })} onClick={() => edit({ items: without(list.items, n) })}>{t("remove")}</button>
              </div>
            )}
          </li>
        ))}
      </ol>
      {!disabled && <button type="button" onClick={() => edit({ items: [...list.items, newItem(list.items)] })}>{t("add_item")}</button>}
    </section>
  );
}
