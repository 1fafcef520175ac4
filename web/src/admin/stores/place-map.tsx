/** Where a warehouse is: a point that a click or a drag moves; the others as small points. */
import * as L from "leaflet";
import { useEffect, useRef } from "preact/hooks";
import { useMap } from "../use-map";
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
  const moved = useRef(onMove);
  moved.current = onMove;
  const { element, map, marks: layer } = useMap((made) => {
    made.setView([place.latitude, place.longitude], 11);
    if (editable) made.on("click", ({ latlng }) => moved.current(rounded(latlng)));
  });
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
