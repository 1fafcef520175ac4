/** A territory on the map: its centre, circle and outline, whose corners can be dragged; the others faintly. */
import * as L from "leaflet";
import { useEffect } from "preact/hooks";
import { t } from "./messages";
import { added, middles, moved, removed } from "./outline";
import type { Corner, TerritoryArea } from "./types";
import { useMap } from "./use-map";

interface Props {
  area: TerritoryArea["area"];
  others: readonly TerritoryArea[];
  editable: boolean;
  onDraw: (polygon: Corner[]) => void;
}

export function AreaMap({ area, others, editable, onDraw }: Props) {
  const { element, marks: layer } = useMap((map) => map.fitBounds(boundsOf(area), { padding: [32, 32], animate: false }));
  useEffect(() => {
    const marks = layer.current!;
    marks.clearLayers();
    for (const other of others) marks.addLayer(shape(other.area, "area-other"));
    marks.addLayer(shape(area, "area-own"));
    marks.addLayer(L.marker([area.latitude, area.longitude], { icon: L.divIcon({ className: "home", html: "<i></i>", iconSize: [9, 9] }), interactive: false, keyboard: false }));
    if (editable && area.polygon) handles(marks, area.polygon, onDraw);
  }, [area, others, editable]);
  return <div class="area-map" ref={element} role="img" aria-label={t("map")} />;
}

function shape(area: TerritoryArea["area"], className: string): L.Layer {
  if (area.polygon) return L.polygon(area.polygon, { className, weight: 1.5, interactive: false });
  return L.circle([area.latitude, area.longitude], { radius: (area.radius_km ?? 0) * 1_000, className, weight: 1.5, interactive: false });
}

/** A square on each corner, and a small one in the middle of each side that becomes a corner when it is dragged. */
function handles(marks: L.LayerGroup, corners: readonly Corner[], onDraw: (polygon: Corner[]) => void): void {
  corners.forEach((corner, n) => {
    const handle = L.marker(corner, { draggable: true, keyboard: false, icon: square("corner", 14) });
    handle.on("dragend", () => onDraw(moved(corners, n, placeOf(handle))));
    handle.on("dblclick", () => onDraw(removed(corners, n)));
    marks.addLayer(handle);
  });
  middles(corners).forEach((middle, n) => {
    const handle = L.marker(middle, { draggable: true, keyboard: false, icon: square("corner corner-new", 10) });
    handle.on("dragend", () => onDraw(added(corners, n, placeOf(handle))));
    marks.addLayer(handle);
  });
}

const square = (className: string, size: number): L.DivIcon => L.divIcon({ className, iconSize: [size, size] });

function placeOf(marker: L.Marker): Corner {
  const { lat, lng } = marker.getLatLng();
  return [lat, lng];
}

function boundsOf(area: TerritoryArea["area"]): L.LatLngBounds {
  if (area.polygon) return L.latLngBounds(area.polygon);
  return L.latLng(area.latitude, area.longitude).toBounds(Math.max(area.radius_km ?? 0, 5) * 2_000);
}
