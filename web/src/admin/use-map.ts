/** A map with its ground, a scale and a layer of marks, as long as its element is shown. */
import * as L from "leaflet";
import "leaflet/dist/leaflet.css";
import { useEffect, useRef } from "preact/hooks";
import { session } from "../app/session";
import { ground } from "../board/ground";

/** `begin` says where a new map looks, and what it listens to. */
export function useMap(begin: (map: L.Map) => void) {
  const element = useRef<HTMLDivElement>(null);
  const map = useRef<L.Map | null>(null);
  const marks = useRef<L.LayerGroup | null>(null);
  useEffect(() => {
    const made = L.map(element.current!, { zoomSnap: 0.5 });
    made.attributionControl.setPrefix(false);
    L.control.scale({ imperial: false }).addTo(made);
    begin(made);
    ground(made, session.value?.tile_url ?? "");
    marks.current = L.layerGroup().addTo(made);
    map.current = made;
    const size = new ResizeObserver(() => made.invalidateSize());
    size.observe(element.current!);
    return () => {
      size.disconnect();
      made.remove();
    };
  }, []);
  return { element, map, marks };
}
