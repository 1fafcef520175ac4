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
    const marks = L.layerGroup().addTo(map);
    map.setView([0, 0], 2);
    let fitted = "";
    fit.current = () => {
      const found = bounds(view.peek());
      if (found) map.fitBounds(found, { padding: [24, 24], animate: false, maxZoom: CLOSEST_FIT });
    };
    const stops = [
      effect(() => ground(map, session.value?.tile_url ?? "")),
      effect(() => {
        if (!view.value) return;
        draw(marks, view.value);
        const key = [...engineersById.value.keys()].join();
        if (key !== fitted) {
          fitted = key;
          fit.current();
        }
      }),
      effect(() => mark(element.current!, hovered.value ?? selected.value[0] ?? null)),
    ];
    const size = new ResizeObserver(() => map.invalidateSize());
    size.observe(element.current!);
    return () => {
      size.disconnect();
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

function draw(marks: L.LayerGroup, shown: View): void {
  marks.clearLayers();
  const routes = Map.groupBy(shown.bars, (bar) => bar.engineerId);
  for (const engineer of shown.engineers) {
    const bars = (routes.get(engineer.id) ?? []).toSorted((a, b) => a.arrival - b.arrival);
    const home: L.LatLngTuple = [engineer.home.latitude, engineer.home.longitude];
    if (bars.length) {
      const line = [home, ...bars.map((bar): L.LatLngTuple => [bar.latitude, bar.longitude]), home];
      marks.addLayer(L.polyline(line, { className: `route route-${css(engineer.id)}`, weight: 1.5, interactive: false }));
    }
    marks.addLayer(L.marker(home, { icon: L.divIcon({ className: "home", html: "<i></i>", iconSize: [9, 9] }), title: engineer.name, keyboard: false }));
  }
  const numbered = shown.bars.length <= NUMBERED;
  for (const bar of shown.bars) marks.addLayer(stopMark(bar, numbered));
  for (const visit of shown.unplanned)
    marks.addLayer(listening(L.marker([visit.latitude, visit.longitude], {
      icon: L.divIcon({ className: `dot dot-open dot-${visit.sla.state} dot-of-${css(visit.visit_id)}`, html: "?", iconSize: [20, 20] }),
      title: `${visit.case_id} ${visit.neighbourhood}`, keyboard: false,
    }), visit.visit_id));
}

function stopMark(bar: Bar, numbered: boolean): L.Layer {
  const size = numbered ? 20 : 12;
  const icon = L.divIcon({
    className: `dot dot-${bar.promise} dot-of-${css(bar.visitId)} ${bar.drafted ? "dot-draft" : ""} ${numbered ? "" : "dot-small"}`,
    html: `<span>${bar.number}</span>`,
    iconSize: [size, size],
  });
  const title = labelOf(bar, engineerName(bar.engineerId), zone.value);
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
