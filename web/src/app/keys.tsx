/** Keys: screens register theirs while they are open, and `?` lists what works now. */
import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { t } from "./messages";

export interface Key {
  /** As `KeyboardEvent.key` gives it: "j", "Enter", "/". */
  key: string;
  label: string;
  run: () => void;
}

const stacks = signal<readonly (readonly Key[])[]>([]);
const helpOpen = signal(false);
const NAMES: Record<string, string> = { Enter: "⏎", Escape: "Esc", ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓" };

/** Makes keys work while the calling component is on screen; those registered last win. */
export function useKeys(keys: readonly Key[]): void {
  const current = useRef(keys);
  current.current = keys;
  useEffect(() => {
    const registered = keys.map((key, index) => ({
      ...key,
      run: () => current.current[index]?.run(),
      get label() { return current.current[index]?.label ?? ""; },
    }));
    stacks.value = [...stacks.peek(), registered];
    return () => {
      stacks.value = stacks.peek().filter((each) => each !== registered);
    };
  }, []);
}

/** Starts listening; once, at the start of the page. */
export function startKeys(): void {
  addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return;
    if (event.key === "?") helpOpen.value = !helpOpen.value;
    else if (event.key === "Escape" && helpOpen.value) helpOpen.value = false;
    else {
      const found = stacks.value.flat().findLast((each) => each.key === event.key);
      // Enter on a button presses that button, whatever the screen does with Enter elsewhere.
      if (!found || (event.key === "Enter" && (event.target as Element).closest("button, a, summary"))) return;
      found.run();
    }
    event.preventDefault();
  });
}

export function KeyHelp() {
  if (!helpOpen.value) return null;
  const keys = [...stacks.value.flat(), { key: "?", label: t("show_keys") }];
  return (
    <div class="overlay" onClick={() => (helpOpen.value = false)}>
      <div class="card key-help" role="dialog" aria-label={t("keys")} onClick={(event) => event.stopPropagation()}>
        <h2>{t("keys")}</h2>
        <dl>
          {keys.map(({ key, label }) => (
            <div key={key}>
              <dt><kbd>{NAMES[key] ?? key}</kbd></dt>
              <dd>{label}</dd>
            </div>
          ))}
        </dl>
        <p class="muted">{t("keys_hint")}</p>
      </div>
    </div>
  );
}

export const openKeyHelp = (): void => void (helpOpen.value = true);

function isTyping(event: KeyboardEvent): boolean {
  const target = event.target as HTMLElement;
  if (event.key === "Escape") {
    if (/^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) target.blur();
    return false;
  }
  return /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) || target.isContentEditable;
}
