/** What lies in an engineer's row: shifts behind, then travel, warehouse calls, published places, and the visits. */
import type { Engineer, WarehouseStop } from "../api/board-types";
import { t as shell } from "../app/messages";
import { Icon } from "../design/icons";
import { PROMISE_ICONS } from "../design/promise";
import { time } from "../i18n/format";
import { lasting, type Span } from "./axis";
import { t } from "./messages";
import type { Bar } from "./model";

/** What marks a bar in words. */
export function labelOf(bar: Bar, engineer: string, zone: string): string {
  const label = t("stop_label", {
    case: bar.caseId, number: bar.number, engineer, place: bar.place,
    from: time(bar.arrival, zone), to: time(bar.finish, zone), promise: shell(`promise_${bar.promise}`),
  });
  return bar.otherPart ? `${label}, ${t("part_of_two", { number: bar.otherPart.number })}` : label;
}

/** Where the engineer works, has a break, may work longer, and is away. */
export function Background({ engineer, over }: { engineer: Engineer; over: Span }) {
  return (
    <>
      {engineer.shifts.map((shift) => (
        <>
          <i class="shift" style={between(shift.start, shift.end, over)} />
          {shift.overtime_until > shift.end && <i class="overtime" title={t("overtime")} style={between(shift.end, shift.overtime_until, over)} />}
          {shift.break_start && shift.break_end && (
            <i class={`break ${shift.break_is_planned ? "" : "break-open"}`} title={t("break")} style={between(shift.break_start, shift.break_end, over)}>
              <Icon name="cup" />
            </i>
          )}
        </>
      ))}
      {engineer.absences.map(({ start, end }) => (
        <i class="absence" style={between(start, end, over)}><Icon name="away" /> {t("absence")}</i>
      ))}
    </>
  );
}

export function WarehouseBar({ stop, over }: { stop: WarehouseStop; over: Span }) {
  const parts = stop.parts.map(({ sku, quantity }) => `${quantity} × ${sku}`).join(", ");
  return <i class="warehouse" title={`${t("warehouse")}: ${stop.name} · ${parts}`} style={between(stop.start, stop.end, over)}>W</i>;
}

/** The published place of a visit that the draft moves or takes off. */
export function Ghost({ start, end, over, leaving = false }: { start: number; end: number; over: Span; leaving?: boolean }) {
  return <i class={leaving ? "leaving" : "ghost"} style={lasting(start, end, over)} />;
}

interface BarProps {
  bar: Bar;
  engineer: string;
  zone: string;
  over: Span;
  chosen: boolean;
  held?: boolean;
  onSelect: (event: MouseEvent) => void;
  onHover: (over: boolean) => void;
  onHold: (event: PointerEvent) => void;
}

export function VisitBar({ bar, engineer, zone, over, chosen, held = false, onSelect, onHover, onHold }: BarProps) {
  const words = labelOf(bar, engineer, zone);
  const states = [
    `stop stop-${bar.promise}`, bar.drafted && "stop-draft", bar.started && "stop-started", !bar.movable && "stop-fixed",
    chosen && "stop-chosen", held && "stop-held",
  ];
  return (
    <>
      {bar.travelSeconds > 0 && !held && <i class="travel" style={lasting(bar.arrival - bar.travelSeconds * 1000, bar.arrival, over)} />}
      <button
        class={states.filter(Boolean).join(" ")}
        data-visit={bar.visitId}
        style={lasting(bar.arrival, bar.finish, over)}
        aria-label={words}
        aria-pressed={chosen}
        title={`${words}\n${bar.symptom}`}
        onClick={onSelect}
        onMouseEnter={() => onHover(true)}
        onMouseLeave={() => onHover(false)}
        onPointerDown={onHold}
      >
        <b>{bar.number}</b>
        <Icon name={PROMISE_ICONS[bar.promise]} />
        {bar.hasParts && <Icon name="box" />}
        {bar.pinned && <Icon name="pin" />}
        {bar.otherPart && <span class="stop-part">{bar.otherPart.number}/2</span>}
        <span>{bar.place || bar.caseId}</span>
      </button>
    </>
  );
}

const between = (start: string, end: string, over: Span) => lasting(Date.parse(start), Date.parse(end), over);
