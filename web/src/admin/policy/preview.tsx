import { useState } from "preact/hooks";
import type { Difference } from "./document";
import { named, t } from "./messages";
import { pathWords, valueWords } from "./words";

type Counts = Record<"warning" | "jeopardy" | "breached", number>;

export interface PolicyPreview {
  open_cases: number;
  clocks: { clock: string; before: Counts; after: Counts; newly_warning: number; newly_breached: number; eased: number }[];
}

interface Props {
  changed: readonly Difference[];
  preview: PolicyPreview | "counting" | null;
  onPreview: () => void;
  onSave: (reason: string) => Promise<void>;
  onDiscard: () => void;
}

/** What I change, what that would mean for the cases that are open, and saving it with a reason. */
export function Preview({ changed, preview, onPreview, onSave, onDiscard }: Props) {
  return (
    <section class="policy-preview card">
      <h2>{t("changes")}</h2>
      <table class="admin-table">
        <thead><tr><th>{t("path")}</th><th>{t("before")}</th><th>{t("after")}</th></tr></thead>
        <tbody>
          {changed.map(({ path, before, after }) => (
            <tr key={path.join(".")}><td>{pathWords(path)}</td><td class="number">{valueWords(before)}</td><td class="number">{valueWords(after)}</td></tr>
          ))}
        </tbody>
      </table>
      {preview === null && <button class="primary" onClick={onPreview}>{t("preview")}</button>}
      {preview === "counting" && <p class="muted">{t("previewing")}</p>}
      {preview && preview !== "counting" && <><Effect preview={preview} /><Reason onSave={onSave} /></>}
      <button class="link" onClick={onDiscard}>{t("discard")}</button>
    </section>
  );
}

function Effect({ preview }: { preview: PolicyPreview }) {
  const touched = preview.clocks.filter(({ newly_warning, newly_breached, eased }) => newly_warning + newly_breached + eased > 0);
  const states = ["warning", "jeopardy", "breached"] as const;
  return (
    <>
      <h2>{t("effect", { count: preview.open_cases })}</h2>
      {!touched.length && <p>{t("no_effect")}</p>}
      {touched.length > 0 && (
        <table class="admin-table policy-effect">
          <thead><tr><th>{t("clock")}</th>{states.map((state) => <th key={state} class="number">{t(`${state}_count`)}</th>)}</tr></thead>
          <tbody>
            {touched.map((shift) => (
              <>
                <tr key={shift.clock}>
                  <td>{named("c", shift.clock)}</td>
                  {states.map((state) => <td key={state} class="number">{shift.before[state]} → {shift.after[state]}</td>)}
                </tr>
                <tr key={`${shift.clock}-newly`}>
                  <td colSpan={4} class="muted">{t("newly", { warning: shift.newly_warning, breached: shift.newly_breached, eased: shift.eased })}</td>
                </tr>
              </>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}

function Reason({ onSave }: { onSave: (reason: string) => Promise<void> }) {
  const [busy, setBusy] = useState(false);
  async function submit(event: SubmitEvent) {
    event.preventDefault();
    const reason = String(new FormData(event.currentTarget as HTMLFormElement).get("reason")).trim();
    setBusy(true);
    await onSave(reason);
    setBusy(false);
  }
  return (
    <form onSubmit={(event) => void submit(event)}>
      <label>{t("reason")}<input name="reason" required minLength={3} maxLength={200} aria-describedby="reason-hint" /></label>
      <span class="muted small" id="reason-hint">{t("reason_hint")}</span>
      <div class="row"><button class="primary" disabled={busy}>{t("save")}</button></div>
    </form>
  );
}
