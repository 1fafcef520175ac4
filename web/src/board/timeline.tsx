/** Engineers x time. Only the rows in view are drawn, and every place is a share of the width: nothing is measured. */
import { effect, signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Engineer } from "../api/board-types";
import { may } from "../app/session";
import { Icon } from "../design/icons";
import { share, time } from "../i18n/format";
import { instantOf } from "../i18n/zones";
import { absentee } from "./absence";
import { panned, percent, span, ticks, workingHours, zoomed } from "./axis";
import { Background, Ghost, VisitBar, WarehouseBar } from "./bars";
import { lockDay } from "./commands";
import { findPlacesWith, held, hold } from "./drag";
import { t } from "./messages";
import type { Bar, View } from "./model";
import { barsById, board, hovered, now, selected, shownDay, view, zone } from "./store";

const ROW_PX = 36;
const SPARE_ROWS = 4;
const scroll = signal({ top: 0, height: 900 });

export function BoardTimeline() {
  const rows = useRef<HTMLDivElement>(null);
  const lane = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = rows.current!;
    const measure = () => (scroll.value = { top: element.scrollTop, height: element.clientHeight });
    const size = new ResizeObserver(measure);
    size.observe(element);
    element.addEventListener("scroll", measure, { passive: true });
    element.addEventListener("wheel", wheel, { passive: false });
    findPlacesWith((x, y) => placeUnder(x, y, element, lane.current!));
    const stops = [
      effect(() => void (shownDay.value && (span.value = workingHours(shownDay.value, zone.value)))),
      effect(() => mark(element, hovered.value)),
      effect(() => void (held.value && scrollNearEdges(element, held.value.y))),
    ];
    return () => {
      size.disconnect();
      findPlacesWith(() => null);
      for (const stop of stops) stop();
    };
  }, []);
  return (
    <section class="timeline" aria-label={t("engineers")}>
      <div class="axis">
        <Zoom />
        <div class="axis-lane" ref={lane}><Labels /></div>
      </div>
      <div class="rows" ref={rows}>
        <Rows />
        <Now />
      </div>
    </section>
  );
}

function Zoom() {
  const zoom = (factor: number) => () => (span.value = zoomed(span.value, factor));
  return (
    <div class="axis-head">
      <button class="icon-button" title={t("zoom_out")} aria-label={t("zoom_out")} onClick={zoom(1.5)}>−</button>
      <button class="icon-button" title={t("whole_day")} aria-label={t("whole_day")}
        onClick={() => (span.value = workingHours(shownDay.value, zone.value))}><Icon name="clock" /></button>
      <button class="icon-button" title={t("zoom_in")} aria-label={t("zoom_in")} onClick={zoom(1 / 1.5)}>+</button>
    </div>
  );
}

function Labels() {
  return <>{moments().map((at) => <span key={at} style={{ left: `${percent(at, span.value)}%` }}>{time(at, zone.value)}</span>)}</>;
}

function Now() {
  const at = percent(now.value, span.value);
  if (at < 0 || at > 100) return null;
  return <div class="over-lanes"><i class="now" style={{ left: `${at}%` }} /></div>;
}

/** The rows in view, in a box as high as all of them. */
function Rows() {
  const shown = view.value;
  if (!shown) return null;
  const first = Math.max(0, Math.floor(scroll.value.top / ROW_PX) - SPARE_ROWS);
  const last = Math.ceil((scroll.value.top + scroll.value.height) / ROW_PX) + SPARE_ROWS;
  const bars = Map.groupBy(shown.bars, (bar) => bar.engineerId);
  const moved = Map.groupBy(shown.bars.filter((bar) => bar.published), (bar) => bar.published!.engineer_id);
  return (
    <div class="rows-all" style={{ height: `${shown.engineers.length * ROW_PX}px` }}>
      <div class="over-lanes">{moments().map((at) => <i key={at} class="tick" style={{ left: `${percent(at, span.value)}%` }} />)}</div>
      {shown.engineers.slice(first, last).map((engineer, index) => (
        <Row key={engineer.id} engineer={engineer} top={(first + index) * ROW_PX} bars={bars.get(engineer.id) ?? []}
          moved={moved.get(engineer.id) ?? []} shown={shown} />
      ))}
    </div>
  );
}

interface RowProps {
  engineer: Engineer;
  top: number;
  bars: readonly Bar[];
  moved: readonly Bar[];
  shown: View;
}

function Row({ engineer, top, bars, moved, shown }: RowProps) {
  const over = span.value;
  const taken = held.value;
  const guest = taken?.place?.engineerId === engineer.id ? barsById.value.get(taken.visitId) : undefined;
  const wide = (bar: Bar) => bar.finish > over.from && bar.arrival - bar.travelSeconds * 1000 < over.to;
  return (
    <div class="board-row" style={{ top: `${top}px` }}>
      <RowHead engineer={engineer} />
      <div class="lane">
        <Background engineer={engineer} over={over} />
        {board.value!.warehouse_stops.filter((stop) => stop.engineer_id === engineer.id)
          .map((stop) => <WarehouseBar key={stop.start} stop={stop} over={over} />)}
        {moved.map((bar) => <Ghost key={`g${bar.visitId}`} start={Date.parse(bar.published!.arrival)} end={Date.parse(bar.published!.finish)} over={over} />)}
        {shown.leaving.filter((bar) => bar.engineerId === engineer.id)
          .map((bar) => <Ghost key={`l${bar.visitId}`} start={bar.arrival} end={bar.finish} over={over} leaving />)}
        {bars.filter(wide).map((bar) => bar.visitId === taken?.visitId
          ? <Ghost key={bar.visitId} start={bar.arrival} end={bar.finish} over={over} />
          : <Visit key={bar.visitId} bar={bar} engineer={engineer.name} />)}
        {guest && taken?.place && (
          <Visit key="held" held engineer={engineer.name}
            bar={{ ...guest, engineerId: engineer.id, arrival: taken.place.arrival, finish: taken.place.arrival + guest.finish - guest.arrival }} />
        )}
      </div>
    </div>
  );
}

function Visit({ bar, engineer, held = false }: { bar: Bar; engineer: string; held?: boolean }) {
  const select = (event: MouseEvent) => {
    const second = event.ctrlKey || event.metaKey || event.shiftKey;
    selected.value = second ? [...selected.value.filter((id) => id !== bar.visitId).slice(-1), bar.visitId] : [bar.visitId];
  };
  const grip = (event: PointerEvent) => {
    if (bar.started) return;
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const offset = ((event.clientX - box.left) / box.width) * (bar.finish - bar.arrival);
    hold(event, { visitId: bar.visitId, caseId: bar.caseId, from: { engineerId: bar.engineerId, arrival: bar.arrival }, offset });
  };
  return (
    <VisitBar bar={bar} engineer={engineer} zone={zone.value} over={span.value} chosen={selected.value.includes(bar.visitId)}
      held={held} onSelect={select} onHover={(on) => (hovered.value = on ? bar.visitId : null)} onHold={grip} />
  );
}

function RowHead({ engineer }: { engineer: Engineer }) {
  const skills = engineer.skills.map(({ skill, level }) => `${skill} ${level}`).join(", ");
  return (
    <div class="row-head">
      <span class="row-name" title={skills}>{engineer.name}</span>
      <span class="row-load" title={t("load")}>
        <i style={{ "--load": Math.min(engineer.load ?? 0, 1) }} />{engineer.load === null ? "–" : share(engineer.load)}
      </span>
      <span class="row-buttons">
        {may("visit.pin") && <button class="icon-button" title={t("lock_day")} aria-label={`${t("lock_day")}: ${engineer.name}`} onClick={() => void lockDay(engineer.id)}><Icon name="lock" /></button>}
        {may("absence.report") && <button class="icon-button" title={t("add_absence")} aria-label={t("absence_of", { name: engineer.name })} onClick={() => (absentee.value = engineer)}><Icon name="away" /></button>}
      </span>
    </div>
  );
}

const moments = (): number[] => (shownDay.value ? ticks(span.value, instantOf(shownDay.value, "00:00", zone.value)) : []);

function placeUnder(x: number, y: number, rows: HTMLElement, lane: HTMLElement): { engineerId: string; at: number } | null {
  const box = rows.getBoundingClientRect();
  const { left, width } = lane.getBoundingClientRect();
  if (y < box.top || y > box.bottom || x < left || x > left + width) return null;
  const engineer = view.peek()?.engineers[Math.floor((y - box.top + rows.scrollTop) / ROW_PX)];
  const { from, to } = span.peek();
  return engineer ? { engineerId: engineer.id, at: from + ((x - left) / width) * (to - from) } : null;
}

/** With Ctrl the wheel zooms around the pointer, with Shift or sideways it goes through the day. */
function wheel(event: WheelEvent): void {
  const sideways = event.shiftKey ? event.deltaY || event.deltaX : event.deltaX;
  if (event.ctrlKey || event.metaKey) {
    const lane = (event.currentTarget as HTMLElement).querySelector(".lane")?.getBoundingClientRect();
    const at = lane ? (event.clientX - lane.left) / lane.width : 0.5;
    span.value = zoomed(span.value, event.deltaY > 0 ? 1.2 : 1 / 1.2, Math.min(Math.max(at, 0), 1));
  } else if (Math.abs(sideways) > Math.abs(event.shiftKey ? 0 : event.deltaY)) span.value = panned(span.value, sideways / 1000);
  else return;
  event.preventDefault();
}

const EDGE_PX = 28;

function scrollNearEdges(rows: HTMLElement, y: number): void {
  const { top, bottom } = rows.getBoundingClientRect();
  if (y > top && y < top + EDGE_PX) rows.scrollTop -= 10;
  if (y < bottom && y > bottom - EDGE_PX) rows.scrollTop += 10;
}

function mark(root: HTMLElement, visitId: string | null): void {
  for (const each of root.querySelectorAll(".stop-hovered")) each.classList.remove("stop-hovered");
  if (visitId) root.querySelector(`[data-visit="${CSS.escape(visitId)}"]`)?.classList.add("stop-hovered");
}
