import { signal } from "@preact/signals";
import { asProblem } from "../api/problem";
import { Icon } from "../design/icons";
import { adviceFor, wordsFor } from "../design/problem";
import { t } from "./messages";

interface Toast {
  id: number;
  text: string;
  advice?: string | undefined;
  kind: "done" | "problem";
  undo?: (() => void) | undefined;
  undoLabel: string;
}

const toasts = signal<readonly Toast[]>([]);
const SECONDS = { done: 6, problem: 15 };
let next = 1;

/** Says that something is done, with the way back (or, under another label, on) where there is one. */
export function sayDone(text: string, undo?: () => void, undoLabel: string = t("undo")): void {
  show({ id: next++, text, kind: "done", undo, undoLabel });
}

/** Says what of a command could not be done, and what to do about it. */
export function sayUndone(text: string, advice: string): void {
  show({ id: next++, text, advice, kind: "problem", undoLabel: "" });
}

/** Says what went wrong and what to do; for commands without a form of their own. */
export function sayProblem(error: unknown): void {
  const problem = asProblem(error);
  show({ id: next++, text: wordsFor(problem), advice: adviceFor(problem), kind: "problem", undoLabel: "" });
}

export function Toasts() {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {toasts.value.map((toast) => (
        <div key={toast.id} class={`toast toast-${toast.kind}`}>
          <Icon name={toast.kind === "done" ? "check" : "alert"} />
          <div class="toast-text">
            {toast.text}
            {toast.advice && <div class="muted">{toast.advice}</div>}
          </div>
          {toast.undo && (
            <button class="link" onClick={() => (dismiss(toast.id), toast.undo?.())}>
              {toast.undoLabel}
            </button>
          )}
          <button class="icon-button" aria-label={t("close")} onClick={() => dismiss(toast.id)}>
            <Icon name="close" />
          </button>
        </div>
      ))}
    </div>
  );
}

function show(toast: Toast): void {
  // Said again, it stands in place of the last time.
  toasts.value = [...toasts.value.filter(({ text }) => text !== toast.text).slice(-2), toast];
  setTimeout(() => dismiss(toast.id), SECONDS[toast.kind] * 1000);
}

function dismiss(id: number): void {
  toasts.value = toasts.value.filter((toast) => toast.id !== id);
}
