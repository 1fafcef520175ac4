/** Engineers x time. vis-timeline draws; what is drawn comes from the store, what is done goes to the commands. */
import { effect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { DataSet } from "vis-data/standalone";
import { moment, Timeline, type TimelineGroup, type TimelineOptions } from "vis-timeline/standalone";
import "vis-timeline/styles/vis-timeline-graph2d.min.css";
import { language } from "../i18n/language";
import { instantOf, offsetMinutes } from "../i18n/zones";
import { Icon } from "../design/icons";
import { time } from "../i18n/format";
import { addToDraft, dropProposal, preview } from "./commands";
import { pointerAt } from "./pointer";
import { groupElement, groupSignature } from "./rows";
import { t } from "./messages";
import { barsById, board, engineerName, holding, hovered, iso, selected, shownDay, view, zone } from "./store";
import { itemsOf, type Item } from "./timeline-items";

type Group = TimelineGroup & { signature: string };
const STEP_MS = 5 * 60_000;
const HOUR_MS = 3_600_000;

/** The row and the time under a point of the screen; null outside of the rows. */
export let placeAt: (event: PointerEvent) => { engineerId: string; arrival: number } | null = () => null;

export function BoardTimeline() {
  const element = useRef<HTMLDivElement>(null);
  const drawn = useRef<Timeline | null>(null);
  useEffect(() => {
    const items = new DataSet<Item>();
    const groups = new DataSet<Group>();
    const timeline: Timeline = new Timeline(element.current!, items as never, groups as never, {
      ...options(),
      // It first fits itself to the items, whatever was set before.
      onInitialDrawComplete: () => showDay(timeline),
    });
    drawn.current = timeline;
    placeAt = (event) => {
      const { group, time: at } = timeline.getEventProperties(event);
      return group == null ? null : { engineerId: String(group), arrival: snapped(+new Date(at as unknown as string)) };
    };
    timeline.on("select", ({ items: ids }: { items: string[] }) => (selected.value = ids.slice(-2)));
    timeline.on("itemover", ({ item }: { item: string }) => barsById.peek().has(item) && (hovered.value = item));
    timeline.on("itemout", () => (hovered.value = null));
    const stops = [
      effect(() => {
        if (board.value && view.value && !holding.value) {
          void language.value;
          replace(groups, view.value.engineers.map((engineer, order) => ({
            id: engineer.id, content: groupElement(engineer) as never, order, signature: groupSignature(engineer, order),
          })));
          replace(items, itemsOf(board.value, view.value, zone.value, new Set(selected.value)));
        }
      }),
      effect(() => showNow(timeline)),
      effect(() => showDay(timeline)),
      effect(() => void element.current!.classList.toggle("timeline-held", holding.value)),
      effect(() => mark(element.current!, hovered.value)),
      effect(() => timeline.setSelection(selected.value.filter((id) => items.get(id)))),
    ];
    return () => {
      for (const stop of stops) stop();
      placeAt = () => null;
      timeline.destroy();
    };
  }, []);
  return (
    <section class="timeline" aria-label={t("engineers")}>
      <div class="timeline-zoom">
        <button class="icon-button" title={t("zoom_out")} aria-label={t("zoom_out")} onClick={() => drawn.current?.zoomOut(0.4)}>−</button>
        <button class="icon-button" title={t("whole_day")} aria-label={t("whole_day")} onClick={() => drawn.current && showDay(drawn.current)}><Icon name="clock" /></button>
        <button class="icon-button" title={t("zoom_in")} aria-label={t("zoom_in")} onClick={() => drawn.current?.zoomIn(0.4)}>+</button>
      </div>
      <div class="timeline-canvas" ref={element} />
    </section>
  );
}

function options(): TimelineOptions {
  return {
    stack: false,
    orientation: "top",
    height: "100%",
    verticalScroll: true,
    horizontalScroll: false,
    zoomKey: "ctrlKey",
    zoomMin: 2 * HOUR_MS,
    zoomMax: 30 * HOUR_MS,
    multiselect: true,
    selectable: true,
    showMajorLabels: false,
    showTooltips: true,
    tooltip: { delay: 700, followMouse: false, overflowMethod: "flip" },
    margin: { item: { horizontal: 0, vertical: 5 }, axis: 4 },
    groupHeightMode: "fixed",
    groupOrder: "order",
    itemsAlwaysDraggable: { item: true, range: false },
    editable: { add: false, remove: false, updateTime: true, updateGroup: true, overrideItems: false },
    format: { minorLabels: { minute: "HH:mm", hour: "HH:mm" } },
    snap: (date) => snapped(+date) as never,
    moment: ((date: unknown) => moment(date).utcOffset(offsetMinutes(+moment(date), zone.peek()))) as never,
    // As an element: what is escaped once need not be filtered again, and filters know no icons.
    template: ((item: Item) => elementOf(String(item.content))) as never,
    onMoving: (item, callback) => {
      holding.value = true;
      const bar = barsById.peek().get(String(item.id));
      if (!bar) return callback(null);
      // A visit takes as long as it takes, wherever it is.
      item.end = new Date(+new Date(item.start) + bar.finish - bar.arrival);
      callback(item);
      ask(bar.visitId, bar.caseId, String(item.group), +new Date(item.start));
    },
    onMove: (item, callback) => {
      const bar = barsById.peek().get(String(item.id));
      const [engineer, arrival] = [String(item.group), +new Date(item.start)];
      // The bar goes back; if the draft takes it, it comes again from there.
      callback(null);
      holding.value = false;
      if (!bar || (bar.engineerId === engineer && bar.arrival === arrival)) return dropProposal();
      void addToDraft([{ visit_id: bar.visitId, engineer_id: engineer, arrival: iso(arrival) }]);
    },
  };
}

/** Previews one visit at one place, beside the pointer. */
export function ask(visitId: string, caseId: string, engineerId: string, arrival: number): void {
  const title = t("move_title", { case: caseId, engineer: engineerName(engineerId), time: time(arrival, zone.peek()) });
  preview([{ visit_id: visitId, engineer_id: engineerId, arrival: iso(arrival) }], title, pointerAt());
}

const snapped = (instant: number): number => Math.round(instant / STEP_MS) * STEP_MS;

function elementOf(markup: string): HTMLElement {
  const made = document.createElement("div");
  made.className = "bar-face";
  made.innerHTML = markup;
  return made;
}

/** Brings a set of rows or items to a wished state and touches only what differs. */
function replace<Thing extends { id?: string | number; signature: string }>(set: DataSet<Thing>, wished: readonly Thing[]): void {
  const ids = new Set(wished.map(({ id }) => id));
  const gone = set.getIds().filter((id) => !ids.has(id));
  const changed = wished.filter((each) => (set.get(each.id as string) as Thing | null)?.signature !== each.signature);
  if (gone.length) set.remove(gone);
  if (changed.length) set.update(changed as never);
}

function showNow(timeline: Timeline): void {
  if (board.value) timeline.setCurrentTime(Date.parse(board.value.now));
}

function showDay(timeline: Timeline): void {
  const { start, end, min, max } = spanOf(shownDay.value);
  timeline.setOptions({ min, max });
  timeline.setWindow(start, end, { animation: false });
}

/** What is in view of a day at first, and how far one may go. */
function spanOf(day: string): { start: number; end: number; min: number; max: number } {
  const [midnight, start] = [instantOf(day, "00:00", zone.peek()), instantOf(day, "06:30", zone.peek())];
  return { start, end: start + 13 * HOUR_MS, min: midnight, max: midnight + 26 * HOUR_MS };
}

function mark(root: HTMLElement, visitId: string | null): void {
  for (const each of root.querySelectorAll(".stop-hovered")) each.classList.remove("stop-hovered");
  if (visitId) root.querySelector(`.vis-item[data-visit="${CSS.escape(visitId)}"]`)?.classList.add("stop-hovered");
}
