/** A form that gives one command: busy while it is sent, what is missing or wrong is said above its button. */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { asProblem } from "../api/problem";
import { ProblemBox, wordsFor } from "./problem";

interface Props {
  label: string;
  children?: ComponentChildren;
  second?: boolean;
  /** Sends what the form holds; returns what is missing, if something is. */
  send: (form: FormData) => Promise<string | void>;
}

export function CommandForm({ label, children, second, send }: Props) {
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState<{ what: string; todo: string } | null>(null);

  async function submit(event: SubmitEvent) {
    event.preventDefault();
    if (busy) return;
    const element = event.currentTarget as HTMLFormElement;
    setBusy(true);
    setWrong(null);
    try {
      const missing = await send(new FormData(element));
      if (missing) setWrong({ what: missing, todo: "" });
      else element.reset();
    } catch (error) {
      setWrong(wordsFor(asProblem(error)));
    }
    setBusy(false);
  }

  return (
    <form noValidate onSubmit={(event) => void submit(event)}>
      {children}
      {wrong && (wrong.todo ? <ProblemBox words={wrong} /> : <p class="missing" role="alert">{wrong.what}</p>)}
      <button class={second ? "second" : "main"} aria-disabled={busy} aria-busy={busy}>{label}</button>
    </form>
  );
}
