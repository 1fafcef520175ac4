/** A ground without a map: lines of latitude and longitude at round steps. */
import * as L from "leaflet";

const STEPS = [10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001];
const FEWEST_LINES = 4;

export class Graticule extends L.LayerGroup {
  override onAdd(map: L.Map): this {
    super.onAdd(map);
    map.on("moveend", this.redraw, this);
    this.redraw();
    return this;
  }

  override onRemove(map: L.Map): this {
    map.off("moveend", this.redraw, this);
    return super.onRemove(map);
  }

  private redraw(): void {
    this.clearLayers();
    const shown = (this as unknown as { _map: L.Map | null })._map?.getBounds().pad(0.2);
    if (!shown) return;
    const [south, north, west, east] = [shown.getSouth(), shown.getNorth(), shown.getWest(), shown.getEast()];
    const step = STEPS.find((each) => (north - south) / each >= FEWEST_LINES) ?? STEPS.at(-1)!;
    for (let at = Math.ceil(south / step) * step; at <= north; at += step) this.line([[at, west], [at, east]]);
    for (let at = Math.ceil(west / step) * step; at <= east; at += step) this.line([[south, at], [north, at]]);
  }

  private line(ends: L.LatLngTuple[]): void {
    this.addLayer(L.polyline(ends, { className: "graticule", weight: 1, interactive: false }));
  }
}
