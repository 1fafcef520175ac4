/** Stops numbered in route order, a line per engineer, on tiles if there are some and on a plain grid if not. */
import { effect } from "@preact/signals";
import * as L from "leaflet";
import "leaflet/dist/leaflet.css";
import { useEffect, useRef } from "preact/hooks";
import { session } from "../app/session";
import { Icon } from "../design/icons";
import type { Bar, View } from "./model";
import { ground } from "./ground";
import { t } from "./messages";
import { barsById, engineerName, engineersById, hovered, selected, view, zone } from "./store";
import { labelOf } from "./bars";

/** Closest look: without a limit, points that all lie in one place would be looked at from no distance at all. */
const CLOSEST = 18;
const CLOSEST_FIT = 14;
/** Above so many stops the numbers would cover each other: dots alone, numbers for the route that is pointed at. */
const NUMBERED = 150;

export function BoardMap() {
  const element = useRef<HTMLDivElement>(null);
  const fit = useRef<() => void>(() => undefined);
  useEffect(() => {
    const map = L.map(element.current!, { zoomSnap: 0.5, zoomControl: false, maxZoom: CLOSEST });
    L.control.zoom({ position: "bottomright", zoomInTitle: t("zoom_in"), zoomOutTitle: t("zoom_out") }).addTo(map);
    map.attributionControl.setPrefix(false);
    L.control.scale({ imperial: false }).addTo(map);
    const marks = new Marks(map);
    map.setView([0, 0], 2);
    let fitted = "";
    let stopDrawing = () => {};
    fit.current = () => {
      const found = bounds(view.peek());
      if (found) map.fitBounds(found, { padding: [24, 24], animate: false, maxZoom: CLOSEST_FIT });
    };
    const stops = [
      effect(() => ground(map, session.value?.tile_url ?? "")),
      effect(() => {
        const shown = view.value;
        const key = [...engineersById.value.keys()].join();
        if (!shown) return;
        stopDrawing();
        stopDrawing = bySlices(drawing(marks, shown), () => mark(element.current!, hovered.peek() ?? selected.peek()[0] ?? null));
        if (key === fitted) return;
        fitted = key;
        fit.current();
      }),
      effect(() => mark(element.current!, hovered.value ?? selected.value[0] ?? null)),
    ];
    const size = new ResizeObserver(() => map.invalidateSize());
    size.observe(element.current!);
    return () => {
      size.disconnect();
      stopDrawing();
      for (const stop of stops) stop();
      map.remove();
    };
  }, []);
  return (
    <section class="board-map" aria-label={t("map")}>
      <div class="map-canvas" ref={element} />
      <button class="map-fit" title={t("fit_map")} aria-label={t("fit_map")} onClick={() => fit.current()}><Icon name="map" /></button>
    </section>
  );
}

const SLICE_MS = 10;

/**
 * Works when the rows, which are read first, are on the screen, and never so long that a hand would feel it.
 * Gives what stops it.
 */
function bySlices(work: Generator<void>, done: () => void): () => void {
  let timer = window.setTimeout(() => requestAnimationFrame(() => (timer = window.setTimeout(slice))));
  let stopped = false;
  const slice = () => {
    const until = performance.now() + SLICE_MS;
    while (!stopped && performance.now() < until) if (work.next().done) return done();
    if (!stopped) timer = window.setTimeout(slice);
  };
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}

/** What lies on the map. A mark stays as long as it would be drawn as it is: a change seldom concerns more than a few. */
class Marks {
  private readonly group: L.LayerGroup;
  private drawn = new Map<string, L.Layer>();
  private kept = new Map<string, L.Layer>();

  constructor(map: L.Map) {
    this.group = L.layerGroup().addTo(map);
  }

  /** Begins a drawing; what one that was stopped has drawn already counts as there. */
  start(): void {
    for (const [key, layer] of this.kept) this.drawn.set(key, layer);
    this.kept.clear();
  }

  /** Has a mark there until the next drawing; `facts` are all that it is made from. */
  add(facts: readonly unknown[], make: () => L.Layer): void {
    const key = JSON.stringify(facts);
    const layer = this.drawn.get(key) ?? make();
    if (!this.drawn.delete(key)) this.group.addLayer(layer);
    this.kept.set(key, layer);
  }

  /** Takes away what was not added again. */
  finish(): void {
    for (const layer of this.drawn.values()) this.group.removeLayer(layer);
    this.drawn.clear();
  }
}

/** Draws a mark at each step. */
function* drawing(marks: Marks, shown: View): Generator<void> {
  marks.start();
  const routes = Map.groupBy(shown.bars, (bar) => bar.engineerId);
  for (const { id, name, home } of shown.engineers) {
    const bars = (routes.get(id) ?? []).toSorted((a, b) => a.arrival - b.arrival);
    const from: L.LatLngTuple = [home.latitude, home.longitude];
    if (bars.length) {
      const line = [from, ...bars.map((bar): L.LatLngTuple => [bar.latitude, bar.longitude]), from];
      marks.add(["route", id, line], () => L.polyline(line, { className: `route route-${css(id)}`, weight: 1.5, interactive: false }));
    }
    marks.add(["home", id, name, from], () =>
      L.marker(from, { icon: L.divIcon({ className: "home", html: "<i></i>", iconSize: [9, 9] }), title: name, keyboard: false }));
    yield;
  }
  const numbered = shown.bars.length <= NUMBERED;
  for (const bar of shown.bars) {
    const title = labelOf(bar, engineerName(bar.engineerId), zone.value);
    const { visitId, promise, drafted, number, latitude, longitude } = bar;
    marks.add([visitId, promise, drafted, number, latitude, longitude, title, numbered], () => stopMark(bar, title, numbered));
    yield;
  }
  for (const visit of shown.unplanned) {
    const { visit_id: id, latitude, longitude, sla, case_id: caseId, neighbourhood } = visit;
    marks.add(["open", id, latitude, longitude, sla.state, neighbourhood], () =>
      listening(L.marker([latitude, longitude], {
        icon: L.divIcon({ className: `dot dot-open dot-${sla.state} dot-of-${css(id)}`, html: "?", iconSize: [20, 20] }),
        title: `${caseId} ${neighbourhood}`, keyboard: false,
      }), id));
    yield;
  }
  marks.finish();
}

function stopMark(bar: Bar, title: string, numbered: boolean): L.Layer {
  const size = numbered ? 20 : 12;
  const icon = L.divIcon({
    className: `dot dot-${bar.promise} dot-of-${css(bar.visitId)} ${bar.drafted ? "dot-draft" : ""} ${numbered ? "" : "dot-small"}`,
    html: `<span>${bar.number}</span>`,
    iconSize: [size, size],
  });
  return listening(L.marker([bar.latitude, bar.longitude], { icon, title, alt: title, keyboard: false }), bar.visitId);
}

function listening(marker: L.Marker, visitId: string): L.Marker {
  return marker
    .on("mouseover", () => (hovered.value = visitId))
    .on("mouseout", () => (hovered.value = null))
    .on("click", () => (selected.value = [visitId]));
}

/** Highlights a stop and the whole route that it belongs to. */
function mark(root: HTMLElement, visitId: string | null): void {
  for (const each of root.querySelectorAll(".lit")) each.classList.remove("lit");
  if (!visitId) return;
  const engineer = barsById.value.get(visitId)?.engineerId;
  root.querySelector(`.dot-of-${css(visitId)}`)?.classList.add("lit");
  if (engineer) root.querySelector(`.route-${css(engineer)}`)?.classList.add("lit");
}

function bounds(shown: View | null): L.LatLngBounds | null {
  const points = [
    ...(shown?.bars ?? []).map((bar): L.LatLngTuple => [bar.latitude, bar.longitude]),
    ...(shown?.unplanned ?? []).map((visit): L.LatLngTuple => [visit.latitude, visit.longitude]),
    ...(shown?.engineers ?? []).map(({ home }): L.LatLngTuple => [home.latitude, home.longitude]),
  ];
  return points.length ? L.latLngBounds(points) : null;
}

/** An id as part of a class name. */
const css = (id: string): string => id.replace(/[^\w-]/g, "_");
