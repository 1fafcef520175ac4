/** A form that saves: busy meanwhile, problems beside it, and words for what somebody else changed meanwhile. */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { asProblem, type Problem } from "../api/problem";
import { ProblemNote } from "../design/problem";
import { t } from "./messages";

interface Props {
  label: string;
  title: string;
  children: ComponentChildren;
  save: (form: FormData) => Promise<void>;
  onCancel?: () => void;
  /** For whoever may only look. */
  readOnly?: boolean;
  /** Loads what another administrator left. */
  onStale?: () => void;
}

export function SaveForm({ label, title, children, save, onCancel, onStale, readOnly = false }: Props) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);

  async function submit(event: SubmitEvent) {
    event.preventDefault();
    if (busy || readOnly) return;
    setBusy(true);
    setProblem(null);
    try {
      await save(new FormData(event.currentTarget as HTMLFormElement));
    } catch (error) {
      setProblem(asProblem(error));
    }
    setBusy(false);
  }

  return (
    <form class="admin-form card" aria-label={title} onSubmit={(event) => void submit(event)}>
      <h2>{title}</h2>
      {children}
      {problem && (problem.status === 412
        ? <Stale problem={problem} onStale={() => (setProblem(null), onStale?.())} />
        : <ProblemNote problem={problem} />)}
      <div class="row">
        {!readOnly && <button class="primary" disabled={busy}>{label}</button>}
        {onCancel && <button type="button" onClick={onCancel}>{t("cancel")}</button>}
      </div>
    </form>
  );
}

/** Somebody else saved meanwhile. */
export function Stale({ problem, onStale }: { problem: Problem; onStale: () => void }) {
  return (
    <div class="problem" role="alert">
      <div>
        <strong>{t("changed_meanwhile", { who: String(problem.facts.changed_by ?? "") })}</strong>
        <p><button type="button" onClick={onStale}>{t("reload_theirs")}</button></p>
      </div>
    </div>
  );
}
