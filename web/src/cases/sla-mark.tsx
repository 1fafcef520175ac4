/** The state of a clock: colour, icon and word together. */
import type { SlaState } from "../api/case-types";
import type { PromiseState } from "../api/types";
import { Icon, type IconName } from "../design/icons";
import { PROMISE_ICONS } from "../design/promise";
import { word } from "./words";

/** Five colours for eight states: grey nothing runs, green safe, and the three that somebody must act on. */
const COLOURS: Record<SlaState, PromiseState> = {
  none: "none", paused: "none", running: "kept", kept: "kept", warning: "warning", jeopardy: "jeopardy", breached: "breached", missed: "breached",
};
const ICONS: Partial<Record<SlaState, IconName>> = { paused: "pause" };

export const colourOf = (state: SlaState): PromiseState => COLOURS[state] ?? "none";

export function SlaMark({ state, children }: { state: SlaState; children?: preact.ComponentChildren }) {
  return (
    <span class={`promise promise-${colourOf(state)}`}>
      <Icon name={ICONS[state] ?? PROMISE_ICONS[colourOf(state)]} />
      {children ?? word("sla", state)}
    </span>
  );
}
