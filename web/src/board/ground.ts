import * as L from "leaflet";
import { Graticule } from "./graticule";

/** Whoever serves the tiles, nearly all of them are drawn from this, and its licence wants to be named. */
const ATTRIBUTION = "© OpenStreetMap contributors";

/** Puts tiles under a map if there are some, and a plain grid if not. */
export function ground(map: L.Map, tiles: string): void {
  map.eachLayer((layer) => (layer instanceof L.TileLayer || layer instanceof Graticule) && layer.remove());
  if (tiles) L.tileLayer(tiles, { maxZoom: 19, attribution: ATTRIBUTION }).addTo(map);
  else new Graticule().addTo(map);
}
