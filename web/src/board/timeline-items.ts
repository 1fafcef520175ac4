/** The board's rows and bars in the form that vis-timeline takes. */
import type { TimelineItem } from "vis-timeline/standalone";
import type { Board } from "../api/board-types";
import { t as shell } from "../app/messages";
import { iconMarkup } from "../design/icons";
import { PROMISE_ICONS } from "../design/promise";
import { time } from "../i18n/format";
import { t } from "./messages";
import type { Bar, View } from "./model";

export type Item = TimelineItem & { visitId?: string; signature: string };

/** Everything in the rows of the engineers in view. */
export function itemsOf(board: Board, view: View, zone: string, chosen: ReadonlySet<string>): Item[] {
  const rows = new Set(view.engineers.map(({ id }) => id));
  return [
    ...view.engineers.flatMap(background),
    ...board.warehouse_stops.filter((stop) => rows.has(stop.engineer_id)).map((stop, index) =>
      plain(`w${index}`, stop.engineer_id, stop.start, stop.end, "warehouse", `W`, `${t("warehouse")}: ${stop.name}`)),
    ...view.leaving.map((bar) => ghost(bar.visitId, bar.engineerId, bar.arrival, bar.finish, "leaving")),
    ...view.bars.flatMap((bar) => barItems(bar, board, zone, chosen.has(bar.visitId))),
  ];
}

/** What marks a bar in words, for readers who do not see it. */
export function labelOf(bar: Bar, engineer: string, zone: string): string {
  return t("stop_label", {
    case: bar.caseId, number: bar.number, engineer, place: bar.place,
    from: time(bar.arrival, zone), to: time(bar.finish, zone), promise: shell(`promise_${bar.promise}`),
  });
}

function background(engineer: View["engineers"][number]): Item[] {
  const { id } = engineer;
  return [
    ...engineer.shifts.flatMap((shift, index) => {
      const items = [behind(`s${id}-${index}`, id, shift.start, shift.end, "shift")];
      if (shift.overtime_until > shift.end) items.push(behind(`o${id}-${index}`, id, shift.end, shift.overtime_until, "overtime"));
      if (shift.break_start && shift.break_end) {
        const planned = shift.break_is_planned ? "break" : "break break-open";
        items.push(behind(`b${id}-${index}`, id, shift.break_start, shift.break_end, planned, iconMarkup("cup")));
      }
      return items;
    }),
    ...engineer.absences.map((absence, index) =>
      behind(`a${id}-${index}`, id, absence.start, absence.end, "absence", `${iconMarkup("away")} ${t("absence")}`)),
  ];
}

function barItems(bar: Bar, board: Board, zone: string, chosen: boolean): Item[] {
  const items: Item[] = [];
  if (bar.travelSeconds > 0)
    items.push(plain(`t${bar.visitId}`, bar.engineerId, bar.arrival - bar.travelSeconds * 1000, bar.arrival, "travel", "", ""));
  if (bar.published) {
    const { engineer_id, arrival, finish } = bar.published;
    items.push(ghost(bar.visitId, engineer_id, Date.parse(arrival), Date.parse(finish), "ghost"));
  }
  const engineer = board.engineers.find(({ id }) => id === bar.engineerId)?.name ?? bar.engineerId;
  const states = ["stop", `stop-${bar.promise}`];
  if (bar.drafted) states.push("stop-draft");
  if (bar.started) states.push("stop-started");
  if (!bar.movable) states.push("stop-fixed");
  if (chosen) states.push("stop-chosen");
  const content = contentOf(bar);
  items.push({
    id: bar.visitId,
    visitId: bar.visitId,
    group: bar.engineerId,
    start: bar.arrival,
    end: bar.finish,
    content,
    title: escaped(`${labelOf(bar, engineer, zone)}\n${bar.symptom}`),
    className: states.join(" "),
    editable: bar.movable ? { updateTime: true, updateGroup: true, remove: false } : false,
    signature: [bar.engineerId, bar.arrival, bar.finish, content, states.join(), zone, bar.symptom].join("|"),
  });
  return items;
}

function contentOf(bar: Bar): string {
  const marks = [
    iconMarkup(PROMISE_ICONS[bar.promise]),
    bar.hasParts ? iconMarkup("box") : "",
    bar.pinned ? iconMarkup("pin") : "",
  ].join("");
  return `<b>${bar.number}</b>${marks}<span>${escaped(bar.place || bar.caseId)}</span>`;
}

function ghost(visitId: string, group: string, start: number, end: number, kind: string): Item {
  return plain(`g${visitId}`, group, start, end, kind, "", "");
}

function plain(id: string, group: string, start: number | string, end: number | string, className: string, content: string, title: string): Item {
  return {
    id, group, start, end, className, content, title: escaped(title), editable: false, selectable: false,
    signature: [group, start, end, className, content].join("|"),
  };
}

function behind(id: string, group: string, start: string, end: string, className: string, content = ""): Item {
  return { id, group, start, end, className, content, type: "background", signature: [group, start, end, className, content].join("|") };
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
