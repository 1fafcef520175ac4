/** Parts that came in. What the server finds wrong stands at its field. */
import { useState } from "preact/hooks";
import { command } from "../api/client";
import { asProblem, type Problem } from "../api/problem";
import { sayDone } from "../app/toasts";
import { ProblemNote } from "../design/problem";
import { t } from "./messages";
import { serialsIn, type StockPlace } from "./model";

const FIELDS = ["location", "sku", "quantity", "serials"];

export function Receive({ places, territory, onDone }: { places: readonly StockPlace[]; territory: string; onDone: () => void }) {
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const note = (name: string) => {
    const found = problem?.fields.find(({ field }) => field === name || field.endsWith(`.${name}`));
    return found && <span class="field-problem" role="alert" id={`receive-${name}`}>{found.rule}</span>;
  };

  async function submit(event: SubmitEvent) {
    event.preventDefault();
    if (busy) return;
    const form = event.currentTarget as HTMLFormElement;
    const given = new FormData(form);
    const text = (name: string) => String(given.get(name) ?? "").trim();
    const place = places.find(({ id }) => id === text("location"));
    const body = {
      territory: place?.territory ?? territory, location: text("location"), sku: text("sku"),
      quantity: Number(text("quantity")), serials: serialsIn(text("serials")),
    };
    setBusy(true);
    setProblem(null);
    try {
      await command("/stock/receipts", body);
      sayDone(t("received", { quantity: body.quantity, sku: body.sku }));
      form.reset();
      onDone();
    } catch (error) {
      setProblem(asProblem(error));
    }
    setBusy(false);
  }

  return (
    <form class="card stock-receive" aria-label={t("receive")} onSubmit={(event) => void submit(event)}>
      <h2>{t("receive")}</h2>
      <label>{t("location")}<select name="location" required>{places.map(({ id, name }) => <option key={id} value={id}>{name} · {id}</option>)}</select>{note("location")}</label>
      <label>{t("sku")}<input name="sku" required maxLength={60} autocomplete="off" />{note("sku")}</label>
      <label>{t("quantity")}<input name="quantity" type="number" min={1} required defaultValue="1" />{note("quantity")}</label>
      <label>{t("serials")}<textarea name="serials" rows={2} aria-description={t("serials_hint")} />{note("serials")}<span class="muted small">{t("serials_hint")}</span></label>
      {problem && !FIELDS.some(note) && <ProblemNote problem={problem} />}
      <button class="primary" disabled={busy || !places.length}>{t("save")}</button>
    </form>
  );
}
