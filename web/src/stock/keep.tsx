/** Units are moved, written off or counted. What the server finds wrong stands at its field. */
import { useState } from "preact/hooks";
import { command } from "../api/client";
import { asProblem, Problem } from "../api/problem";
import { sayDone } from "../app/toasts";
import { ProblemNote } from "../design/problem";
import { t } from "./messages";
import { REASONS, request, type Act, type StockLine, type StockPlace } from "./model";

const FIELDS = ["location", "sku", "to", "quantity", "counted", "reason", "serials", "note"];

interface Given {
  act: Act;
  places: readonly StockPlace[];
  /** The line of the list that the keeper chose; the form begins with it. */
  chosen: StockLine | null;
  onDone: () => void;
}

export function Keep({ act, places, chosen, onDone }: Given) {
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const [place, setPlace] = useState(chosen?.location ?? places[0]?.id ?? "");
  const note = (name: string) => {
    const found = problem?.fields.find(({ field }) => field === name || field.endsWith(`.${name}`));
    return found && <span class="field-problem" role="alert">{found.rule}</span>;
  };

  async function send(form: HTMLFormElement, release: boolean) {
    if (busy) return;
    const given = new FormData(form);
    const text = (name: string) => String(given.get(name) ?? "").trim();
    const { path, body } = request(act, text, release);
    setBusy(true);
    setProblem(null);
    try {
      await command(path, body);
      sayDone(t(`${act}_done`, { quantity: text("quantity"), sku: text("sku"), location: text("location") }));
      restore(form);
      onDone();
    } catch (error) {
      setProblem(inOurWords(asProblem(error)));
    }
    setBusy(false);
  }

  const mayRelease = problem?.code === "stock_reserved" && act !== "transfer";
  return (
    <form class="card stock-receive" aria-label={t(act)} onInput={() => setProblem(null)} onSubmit={(event) => (event.preventDefault(), void send(event.currentTarget, false))}>
      <h2>{t(act)}</h2>
      <label>{t("location")}<select name="location" required value={place} onChange={(event) => setPlace(event.currentTarget.value)}>{places.map(option)}</select>{note("location")}</label>
      <label>{t("sku")}<input name="sku" required maxLength={60} autocomplete="off" defaultValue={chosen?.sku ?? ""} />{note("sku")}</label>
      {act === "transfer" && <label>{t("to")}<select name="to" required>{places.filter(({ id }) => id !== place).map(option)}</select>{note("to")}</label>}
      {act === "count" && chosen && <p class="muted small" role="status">{t("on_record", { location: chosen.location, sku: chosen.sku, on_hand: chosen.on_hand, reserved: chosen.reserved, sent: chosen.sent })}</p>}
      <label>
        {t(act === "count" ? "counted" : "quantity")}
        <input name="quantity" type="number" min={act === "count" ? 0 : 1} required defaultValue={act === "count" ? "" : "1"} aria-description={act === "count" ? t("counted_hint") : undefined} />
        {note("quantity")}{note("counted")}
        {act === "count" && <span class="muted small">{t("counted_hint")}</span>}
      </label>
      {act === "write_off" && <label>{t("reason")}<select name="reason" required>{REASONS.map((each) => <option key={each} value={each}>{t(each)}</option>)}</select>{note("reason")}</label>}
      {(!chosen || chosen.serialised) && <label>{t("serials")}<textarea name="serials" rows={2} aria-description={t("serials_hint")} />{note("serials")}<span class="muted small">{t("serials_hint")}</span></label>}
      <label>{t("note")}<input name="note" maxLength={200} required={act === "write_off"} autocomplete="off" />{note("note")}</label>
      {problem && !FIELDS.some(note) && <ProblemNote problem={problem} />}
      {mayRelease && <button type="button" disabled={busy} onClick={(event) => void send(event.currentTarget.form!, true)}>{t("release")}</button>}
      <button class="primary" disabled={busy || !places.length}>{t(`${act}_save`)}</button>
    </form>
  );
}

/** The next act is often at the same place with the same part; what was said of this one goes. */
function restore(form: HTMLFormElement) {
  for (const field of form.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>("input, textarea")) if (field.name !== "sku") field.value = field.defaultValue;
}

const option = ({ id, name }: StockPlace) => <option key={id} value={id}>{name} · {id}</option>;

/** The same problem in the reader's language, where it says what visits hold. */
function inOurWords(problem: Problem): Problem {
  if (problem.code !== "stock_reserved") return problem;
  const [location, sku, free, held] = ["location", "sku", "free", "held"].map((name) => String(problem.facts[name])) as [string, string, string, string];
  return new Problem(problem.status, problem.code, t("held_for", { location, sku, free, held }), [], problem.facts);
}
