import { useState } from "preact/hooks";
import { asProblem, type Problem } from "../api/problem";
import { ProblemNote } from "../design/problem";
import { LanguageChoice } from "./choices";
import { t } from "./messages";
import { signIn } from "./session";

export function SignIn() {
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);

  async function submit(event: SubmitEvent) {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    setBusy(true);
    setProblem(null);
    try {
      await signIn(String(form.get("email")), String(form.get("password")));
    } catch (error) {
      setProblem(asProblem(error));
      setBusy(false);
    }
  }

  return (
    <main class="sign-in">
      <form class="card" onSubmit={(event) => void submit(event)}>
        <h1><img src="/mark.svg" alt="" width="28" height="28" /> Callout</h1>
        <p class="muted">{t("sign_in_intro")}</p>
        <label>
          {t("email")}
          <input name="email" type="email" autocomplete="username" required autofocus />
        </label>
        <label>
          {t("password")}
          <input name="password" type="password" autocomplete="current-password" required />
        </label>
        {problem && (problem.status === 401
          ? <p class="problem" role="alert">{t("wrong_sign_in")}</p>
          : <ProblemNote problem={problem} />)}
        <button class="primary" disabled={busy}>{t("sign_in")}</button>
        <LanguageChoice />
      </form>
    </main>
  );
}
