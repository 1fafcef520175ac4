/** Where a warehouse is: a point that a click or a drag moves; the others as small points. */
import * as L from "leaflet";
import "leaflet/dist/leaflet.css";
import { useEffect, useRef } from "preact/hooks";
import { session } from "../../app/session";
import { ground } from "../../board/ground";
import { t } from "./messages";

export interface Place {
  latitude: number;
  longitude: number;
}

interface Props {
  place: Place;
  others: readonly (Place & { name: string })[];
  editable: boolean;
  onMove: (place: Place) => void;
}

export function PlaceMap({ place, others, editable, onMove }: Props) {
  const element = useRef<HTMLDivElement>(null);
  const map = useRef<L.Map | null>(null);
  const layer = useRef<L.LayerGroup | null>(null);
  const moved = useRef(onMove);
  moved.current = onMove;
  useEffect(() => {
    const made = L.map(element.current!, { zoomSnap: 0.5 });
    made.attributionControl.setPrefix(false);
    L.control.scale({ imperial: false }).addTo(made);
    made.setView([place.latitude, place.longitude], 11);
    ground(made, session.value?.tile_url ?? "");
    layer.current = L.layerGroup().addTo(made);
    if (editable) made.on("click", ({ latlng }) => moved.current(rounded(latlng)));
    map.current = made;
    const size = new ResizeObserver(() => made.invalidateSize());
    size.observe(element.current!);
    return () => {
      size.disconnect();
      made.remove();
    };
  }, []);
  useEffect(() => {
    const marks = layer.current!;
    marks.clearLayers();
    for (const other of others) marks.addLayer(L.circleMarker(at(other), { className: "area-other", radius: 5 }).bindTooltip(other.name));
    if (!Number.isFinite(place.latitude) || !Number.isFinite(place.longitude)) return;
    const own = L.marker(at(place), { draggable: editable, keyboard: false, icon: L.divIcon({ className: "corner", iconSize: [14, 14] }) });
    own.on("dragend", () => moved.current(rounded(own.getLatLng())));
    marks.addLayer(own);
    if (!map.current!.getBounds().contains(at(place))) map.current!.panTo(at(place), { animate: false });
  }, [place.latitude, place.longitude, others, editable]);
  return <div class="area-map place-map" ref={element} role="img" aria-label={t("place_map")} />;
}

const at = ({ latitude, longitude }: Place): [number, number] => [latitude, longitude];

/** A metre or so is enough; more digits only look exact. */
function rounded(point: L.LatLng): Place {
  const { lat, lng } = point.wrap();
  return { latitude: Math.round(lat * 1e5) / 1e5, longitude: Math.round(lng * 1e5) / 1e5 };
}
