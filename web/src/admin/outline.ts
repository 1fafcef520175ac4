/** A territory's outline: corners in order, latitude and longitude in degrees. */
import type { Corner } from "./types";

const KM_PER_DEGREE = 111.2;
const CORNERS = 12;

/** Corners on a circle; good enough to begin drawing with. */
export function circle(latitude: number, longitude: number, radiusKm: number): Corner[] {
  const wide = Math.max(0.01, Math.cos((latitude * Math.PI) / 180));
  return Array.from({ length: CORNERS }, (_, n) => {
    const angle = (2 * Math.PI * n) / CORNERS;
    const north = (radiusKm / KM_PER_DEGREE) * Math.cos(angle);
    const east = (radiusKm / KM_PER_DEGREE / wide) * Math.sin(angle);
    return [round(latitude + north), round(longitude + east)];
  });
}

export const moved = (corners: readonly Corner[], index: number, to: Corner): Corner[] =>
  corners.map((corner, n) => (n === index ? [round(to[0]), round(to[1])] : corner));

/** A new corner behind the one with this index. */
export const added = (corners: readonly Corner[], index: number, at: Corner): Corner[] =>
  corners.toSpliced(index + 1, 0, [round(at[0]), round(at[1])]);

/** Without a corner; three stay, for two are no area. */
export const removed = (corners: readonly Corner[], index: number): Corner[] =>
  corners.length > 3 ? corners.toSpliced(index, 1) : [...corners];

/** The middle of the side behind each corner. */
export const middles = (corners: readonly Corner[]): Corner[] =>
  corners.map(([latitude, longitude], n) => {
    const [otherLatitude, otherLongitude] = corners[(n + 1) % corners.length]!;
    return [(latitude + otherLatitude) / 2, (longitude + otherLongitude) / 2];
  });

/** Ten centimetres are exact enough. */
const round = (degrees: number): number => Math.round(degrees * 1e6) / 1e6;
