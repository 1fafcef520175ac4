import { t } from "../app/messages";
import type { PromiseState } from "../api/types";
import { Icon, type IconName } from "./icons";

export const PROMISE_ICONS: Record<PromiseState, IconName> = {
  none: "dash", kept: "check", warning: "clock", jeopardy: "jeopardy", breached: "cross",
};

/** The state of a promise: colour, icon and word together. */
export function PromiseMark({ state, children }: { state: PromiseState; children?: preact.ComponentChildren }) {
  return (
    <span class={`promise promise-${state}`}>
      <Icon name={PROMISE_ICONS[state]} />
      {children ?? t(`promise_${state}`)}
    </span>
  );
}
