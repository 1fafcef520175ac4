/** One piece of the policy as an input, made from its schema: a group, rows, a span with its unit, a number, a choice. */
import { useId, useState } from "preact/hooks";
import { isoOf, secondsOf, UNITS, unitOf, type Unit } from "./duration";
import { at, type Json, type Path } from "./document";
import { named, t } from "./messages";
import { blank, pieceOf, type Kind, type Schema } from "./schema";

export interface Form {
  root: Schema;
  document: Json;
  set: (path: Path, value: Json) => void;
  disabled: boolean;
  /** What the API refused, by path with dots. */
  wrong: ReadonlyMap<string, string>;
}

interface Props {
  form: Form;
  schema: Schema;
  path: Path;
}

export function Field({ form, schema, path }: Props) {
  const { kind, optional } = pieceOf(schema, form.root);
  const name = String(path.at(-1));
  if (kind.name === "object") return <Group form={form} path={path} title={named("f", name)} hint={named("h", name)} fields={kind.fields} />;
  if (kind.name === "rows") return <Rows form={form} path={path} item={kind.item} />;
  return <Leaf form={form} path={path} kind={kind} optional={optional} />;
}

function Group({ form, path, title, hint, fields }: { form: Form; path: Path; title: string; hint: string; fields: [string, Schema][] }) {
  return (
    <fieldset class="policy-group">
      <legend>{title}</legend>
      {hint && <p class="muted">{hint}</p>}
      <div class="policy-fields">{fields.map(([key, schema]) => <Field key={key} form={form} schema={schema} path={[...path, key]} />)}</div>
    </fieldset>
  );
}

function Rows({ form, path, item }: { form: Form; path: Path; item: Schema }) {
  const name = String(path.at(-1));
  const rows = at(form.document, path) as Json[];
  const { kind } = pieceOf(item, form.root);
  const fields = kind.name === "object" ? kind.fields : [];
  const swap = (n: number, other: number) => form.set(path, rows.map((row, k) => (k === n ? rows[other]! : k === other ? rows[n]! : row)));
  return (
    <fieldset class="policy-group">
      <legend>{named("f", name)}</legend>
      <p class="muted">{named("h", name)}</p>
      <ol class="policy-rows">
        {rows.map((_, n) => (
          <li key={n} class="card">
            <div class="policy-fields">{fields.map(([key, schema]) => <Field key={key} form={form} schema={schema} path={[...path, n, key]} />)}</div>
            {!form.disabled && (
              <div class="row">
                <button type="button" class="link" disabled={n === 0} onClick={() => swap(n, n - 1)}>{t("up")}</button>
                <button type="button" class="link" disabled={n === rows.length - 1} onClick={() => swap(n, n + 1)}>{t("down")}</button>
                <button type="button" class="link" onClick={() => form.set(path, rows.filter((_, k) => k !== n))}>{t("remove_row")}</button>
              </div>
            )}
          </li>
        ))}
      </ol>
      {!form.disabled && <button type="button" onClick={() => form.set(path, [...rows, blank(item, form.root)])}>{t("add_row")}</button>}
      <Wrong form={form} path={path} />
    </fieldset>
  );
}

function Leaf({ form, path, kind, optional }: { form: Form; path: Path; kind: Kind; optional: boolean }) {
  const id = useId();
  const name = String(path.at(-1));
  const value = at(form.document, path) ?? null;
  const set = (next: Json) => form.set(path, next);
  const hint = named("h", name);
  return (
    <div class="policy-field" data-field={path.join(".")}>
      {kind.name === "words" ? <span id={id}>{named("f", name)}</span> : <label for={id}>{named("f", name)}</label>}
      <Input id={id} kind={kind} optional={optional} value={value} set={set} disabled={form.disabled} />
      {hint && <span class="muted small">{hint}</span>}
      <Wrong form={form} path={path} />
    </div>
  );
}

interface InputProps {
  id: string;
  kind: Kind;
  optional: boolean;
  value: Json;
  set: (value: Json) => void;
  disabled: boolean;
}

function Input(props: InputProps) {
  const { id, kind, optional, value, set, disabled } = props;
  switch (kind.name) {
    case "span": return <Span {...props} />;
    case "number":
      return (
        <input id={id} type="number" disabled={disabled} min={kind.least} max={kind.most} step={kind.whole ? 1 : "any"}
          value={String(value ?? "")} onInput={(event) => set(event.currentTarget.value === "" ? null : event.currentTarget.valueAsNumber)} />
      );
    case "flag":
      return <input id={id} type="checkbox" disabled={disabled} checked={value === true} onInput={(event) => set(event.currentTarget.checked)} />;
    case "choice":
      return (
        <select id={id} disabled={disabled} value={String(value ?? "")} onInput={(event) => set(event.currentTarget.value || null)}>
          {optional && <option value="">{t("every")}</option>}
          {kind.options.map((word) => <option key={word} value={word} selected={word === value}>{named("w", word)}</option>)}
        </select>
      );
    case "words": {
      const chosen = value as string[];
      const toggle = (word: string) => set(chosen.includes(word) ? chosen.filter((each) => each !== word) : [...chosen, word].sort());
      return (
        <span class="words" role="group" aria-labelledby={id}>
          {!chosen.length && <span class="muted">{t("every")}</span>}
          {kind.options.map((word) => (
            <button key={word} type="button" class="word" disabled={disabled} aria-pressed={chosen.includes(word)} onClick={() => toggle(word)}>{named("w", word)}</button>
          ))}
        </span>
      );
    }
    default:
      return <input id={id} disabled={disabled} value={String(value ?? "")} onInput={(event) => set(event.currentTarget.value)} />;
  }
}

/** A number and its unit. Only what makes a span is passed on; nothing, where nothing may stand. */
function Span({ id, optional, value, set, disabled }: InputProps) {
  const seconds = typeof value === "string" ? secondsOf(value) : null;
  const [unit, setUnit] = useState<Unit>(seconds === null ? "hours" : unitOf(seconds));
  const shown = seconds === null ? "" : String(seconds / UNITS[unit]);
  const enter = (text: string, chosen: Unit) => {
    const count = Number(text);
    if (text === "") set(optional ? null : "PT0S");
    else if (Number.isFinite(count) && count >= 0) set(isoOf(count * UNITS[chosen]));
  };
  return (
    <span class="span">
      <input id={id} type="number" min={0} step="any" disabled={disabled} value={shown} placeholder={optional ? t("no_promise") : ""}
        onInput={(event) => enter(event.currentTarget.value, unit)} />
      <select aria-label={t(unit)} disabled={disabled} value={unit}
        onInput={(event) => {
          const next = event.currentTarget.value as Unit;
          setUnit(next);
          enter(shown, next);
        }}>
        {(Object.keys(UNITS) as Unit[]).map((each) => <option key={each} value={each} selected={each === unit}>{t(each)}</option>)}
      </select>
    </span>
  );
}

function Wrong({ form, path }: { form: Form; path: Path }) {
  const rule = form.wrong.get(path.join("."));
  return rule ? <span class="policy-wrong" role="alert">{rule}</span> : null;
}
