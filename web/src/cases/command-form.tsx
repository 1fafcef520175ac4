/** One command's form, in the page and not over it. */
import { useState } from "preact/hooks";
import { command } from "../api/client";
import { asProblem, type Problem } from "../api/problem";
import { sayDone } from "../app/toasts";
import { Icon } from "../design/icons";
import { ProblemNote } from "../design/problem";
import { ChecklistFields } from "./checklist-fields";
import { bodyOf, checksOf, FORMS, ruleFor, UnreadableError, type Field } from "./commands";
import { t, type CaseText } from "./messages";
import { word } from "./words";

interface Props {
  /** `/cases/C-1` or `/visits/C-1/V1`. */
  path: string;
  name: string;
  onDone: () => void;
  onClose?: () => void;
}

export function CommandForm({ path, name, onDone, onClose }: Props) {
  const fields = FORMS[name] ?? [];
  const [problem, setProblem] = useState<Problem | null>(null);
  const [unreadable, setUnreadable] = useState<UnreadableError | null>(null);
  const [decision, setDecision] = useState("on_site");
  const [busy, setBusy] = useState(false);

  async function submit(event: SubmitEvent) {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    setProblem(null);
    setUnreadable(null);
    setBusy(true);
    try {
      const body = bodyOf(fields, (field) => form.get(field) as string | null);
      await giveCommand(path, name, name === "finish" ? { ...body, checklist: checksOf(form.entries()) } : body);
      onDone();
    } catch (error) {
      if (error instanceof UnreadableError) setUnreadable(error);
      else setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  }

  return (
    <form class="command-form" aria-label={t(`cmd_${name}` as CaseText)} onSubmit={(event) => void submit(event)}>
      <h2>{t(`cmd_${name}` as CaseText)}</h2>
      <div class="command-fields">
        {fields.filter(({ when }) => !when || when === decision).map((field, index) => (
          <FieldInput key={field.name} field={field} first={index === 0} onChoice={(value) => field.name === "decision" && setDecision(value)}
            rule={unreadable?.field === field.name ? t("unreadable", { text: unreadable.text }) : problem ? ruleFor(field.name, problem.fields) : undefined} />
        ))}
      </div>
      {name === "finish" && <ChecklistFields path={path} />}
      {problem && <ProblemNote problem={problem} />}
      <div class="row">
        <button class="primary" disabled={busy}>{t("do")}</button>
        {onClose && <button type="button" onClick={onClose}>{t("close")} <kbd>Esc</kbd></button>}
      </div>
    </form>
  );
}

/** Gives a command and says that it is done. Throws a `Problem`. */
export async function giveCommand(path: string, name: string, body: Record<string, unknown> = {}): Promise<void> {
  await command(`${path}/${name}`, body);
  sayDone(t(`done_${name}` as CaseText));
}

function FieldInput({ field, first, rule, onChoice }: { field: Field; first: boolean; rule: string | undefined; onChoice: (value: string) => void }) {
  const { name, label, hint, required = false } = field;
  const id = `field-${name}`;
  const common = { id, name, required, ref: first ? focusOn : undefined, "aria-invalid": rule ? true : undefined, "aria-describedby": rule ? `${id}-rule` : undefined };
  return (
    <div class={`field field-${field.type}`}>
      <label for={field.type === "either" ? undefined : id}>{t(label)}</label>
      {field.type === "choice" && (
        <select {...common} onChange={(event) => onChoice(event.currentTarget.value)}>
          {field.values.map((value) => <option key={value} value={value}>{word(field.group, value)}</option>)}
        </select>
      )}
      {field.type === "long" && <textarea {...common} rows={3} maxLength={4000} onKeyDown={sendByKey} />}
      {field.type === "check" && <input {...common} type="checkbox" />}
      {field.type === "number" && <input {...common} type="number" min={field.least} max={field.most} defaultValue={field.start === undefined ? "" : String(field.start)} />}
      {field.type === "money" && <input {...common} inputMode="decimal" pattern="\d+([.,]\d{1,2})?" />}
      {(field.type === "text" || field.type === "levels" || field.type === "quantities") && <input {...common} maxLength={1000} />}
      {field.type === "either" && (
        <span class="row" role="radiogroup" aria-label={t(label)}>
          <label><input type="radio" name={name} value="yes" required ref={first ? focusOn : undefined} /> {t(field.yes)}</label>
          <label><input type="radio" name={name} value="no" /> {t(field.no)}</label>
        </span>
      )}
      {rule ? <Rule id={`${id}-rule`} rule={rule} /> : hint && <small class="muted">{t(hint)}</small>}
    </div>
  );
}

/** A form opened by a button takes the focus; browsers heed `autofocus` only while the page loads. */
export const focusOn = (element: HTMLElement | null): void => element?.focus();

/** What is wrong with one field. */
export function Rule({ id, rule }: { id: string; rule: string }) {
  return <small id={id} class="rule"><Icon name="alert" /> {rule}</small>;
}

/** Ctrl or Cmd with Enter sends a form from a field that takes lines. */
export function sendByKey(event: KeyboardEvent): void {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) (event.currentTarget as HTMLTextAreaElement).form?.requestSubmit();
}
