/** The own password: the old one, the new one twice, and an end to every other session. */
import { signal } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import { asProblem, type Problem } from "../api/problem";
import { ProblemNote } from "../design/problem";
import { t } from "./messages";
import { changePassword, session } from "./session";
import { sayDone } from "./toasts";

const open = signal(false);
export const openPasswordForm = (): void => void (open.value = true);

export const PasswordForm = () => (open.value && session.value ? <Dialog /> : null);

function Dialog() {
  const [problem, setProblem] = useState<Problem | "differ" | null>(null);
  const [busy, setBusy] = useState(false);
  const dialog = useRef<HTMLDialogElement>(null);
  // A modal dialog keeps the focus inside, closes on Escape and gives the focus back.
  useEffect(() => dialog.current?.showModal(), []);
  const close = () => (open.value = false);

  async function submit(event: SubmitEvent) {
    event.preventDefault();
    if (busy) return;
    const form = new FormData(event.currentTarget as HTMLFormElement);
    if (form.get("new") !== form.get("again")) return setProblem("differ");
    setBusy(true);
    setProblem(null);
    try {
      await changePassword(String(form.get("current")), String(form.get("new")));
      close();
      sayDone(t("password_changed"));
    } catch (error) {
      setProblem(asProblem(error));
      setBusy(false);
    }
  }

  return (
    <dialog ref={dialog} class="password-form card" aria-labelledby="password-title" onClose={close}>
      <form onSubmit={(event) => void submit(event)}>
        <h2 id="password-title">{t("change_password")}</h2>
        <p class="muted">{t("change_password_hint")}</p>
        <input class="hidden-text" type="text" autocomplete="username" readOnly tabIndex={-1} aria-hidden="true" value={session.value?.user.id} />
        <label>{t("current_password")}<input name="current" type="password" autocomplete="current-password" required maxLength={200} autofocus /></label>
        <label>{t("new_password")}<input name="new" type="password" autocomplete="new-password" required minLength={12} maxLength={200} /></label>
        <label>{t("repeat_password")}<input name="again" type="password" autocomplete="new-password" required maxLength={200} /></label>
        {problem && <Refusal problem={problem} />}
        <div class="row">
          <button class="primary" disabled={busy}>{t("change_password")}</button>
          <button type="button" onClick={close}>{t("cancel")}</button>
        </div>
      </form>
    </dialog>
  );
}

function Refusal({ problem }: { problem: Problem | "differ" }) {
  if (problem === "differ") return <p class="problem" role="alert">{t("passwords_differ")}</p>;
  if (problem.fields.some(({ field }) => field === "current_password")) return <p class="problem" role="alert">{t("wrong_password")}</p>;
  return <ProblemNote problem={problem} />;
}
