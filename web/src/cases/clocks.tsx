/** Four promises as thin bars: how much is used, where the warning is, where time stood still. */
import type { ClockBar, Desk } from "../api/case-types";
import { dateTime, share } from "../i18n/format";
import { t } from "./messages";
import { colourOf, SlaMark } from "./sla-mark";
import { pausesOf, type PauseSpan } from "./timeline-model";
import { longSpan } from "./told";
import { word } from "./words";

const ORDER = ["respond", "dispatch", "on_site", "resolve"];

export function Clocks({ desk }: { desk: Desk }) {
  if (desk.clocks.length === 0) return <p class="muted clocks-none">{t("no_clocks")}</p>;
  const now = Date.parse(desk.as_of);
  const pauses = pausesOf(desk.timeline.items, now);
  const bars = [...desk.clocks].sort((a, b) => ORDER.indexOf(a.name) - ORDER.indexOf(b.name));
  return (
    <section class="clocks" aria-label={t("clocks")}>
      {bars.map((clock) => <Bar key={clock.name} clock={clock} now={now} pauses={pauses} zone={desk.line.time_zone} />)}
    </section>
  );
}

function Bar({ clock, now, pauses, zone }: { clock: ClockBar; now: number; pauses: PauseSpan[]; zone: string }) {
  const [start, end] = [Date.parse(clock.started_at), clock.stopped_at ? Date.parse(clock.stopped_at) : now];
  const fill = Math.min(1, Math.max(0, clock.used_share));
  const label = t("clock_label", { clock: word("clock", clock.name), state: word("sla", clock.state), share: share(clock.used_share), target: longSpan(clock.target_seconds) });
  // The filled part is the time from its start until now or its end; a pause lies in it where it was.
  const stood = pauses
    .map(({ from, to }) => [Math.max(from, start), Math.min(to, end)] as const)
    .filter(([from, to]) => to > from && end > start)
    .map(([from, to]) => ({ left: ((from - start) / (end - start)) * fill, width: ((to - from) / (end - start)) * fill }));
  return (
    <div class="clock" title={label}>
      <span>{word("clock", clock.name)}</span>
      <div class="clock-track" role="img" aria-label={label}>
        <i class={`clock-fill clock-${colourOf(clock.state)}`} style={{ width: `${fill * 100}%` }} />
        {stood.map((pause) => <i key={pause.left} class="clock-pause" style={{ left: `${pause.left * 100}%`, width: `max(3px, ${pause.width * 100}%)` }} />)}
        {clock.warns_at_share !== null && <i class="clock-warns" style={{ left: `${clock.warns_at_share * 100}%` }} />}
      </div>
      <SlaMark state={clock.state} />
      <span class="muted small clip">{told(clock, now, zone)}</span>
    </div>
  );
}

function told(clock: ClockBar, now: number, zone: string): string {
  if (clock.stopped_at) return t("clock_stopped", { time: dateTime(clock.stopped_at, zone) });
  const parts: string[] = [];
  if (clock.due_at) {
    const left = (Date.parse(clock.due_at) - now) / 1000;
    parts.push(t("clock_due", { time: dateTime(clock.due_at, zone) }), t(left < 0 ? "clock_over" : "clock_left", { span: longSpan(left) }));
  }
  if (clock.predicted && clock.state === "jeopardy") parts.push(t("clock_predicted", { time: dateTime(clock.predicted, zone) }));
  if (clock.paused_for.length) parts.push(t("paused_for", { why: clock.paused_for.map((why) => word("pause", why)).join(", ") }));
  return parts.join(" · ");
}
