/** What the stock keeper's API sends, and how it is grouped. */

export interface StockPlace { id: string; kind: "warehouse" | "van"; name: string; territory: string | null; time_zone: string }
export interface StockLine {
  location: string; location_name: string; kind: "warehouse" | "van";
  sku: string; name: string; on_hand: number; reserved: number; free: number;
}
export interface HeldPart {
  reservation_id: string; visit_id: string; case_id: string; engineer_id: string; engineer: string;
  location: string; location_name: string; sku: string; name: string; quantity: number;
  source: "van" | "warehouse" | "shipment"; state: "held" | "shipped" | "ready";
  arrival: string; time_zone: string; ready_at: string | null; late: boolean;
}
export interface Picker { engineer_id: string; engineer: string; parts: HeldPart[] }

/** Parts by the engineer who takes them along, in the order in which they came. */
export function byEngineer(parts: readonly HeldPart[]): Picker[] {
  const found = new Map<string, Picker>();
  for (const part of parts) {
    const known = found.get(part.engineer_id);
    if (known) known.parts.push(part);
    else found.set(part.engineer_id, { engineer_id: part.engineer_id, engineer: part.engineer, parts: [part] });
  }
  return [...found.values()];
}

/** Late parts first; otherwise as they came. */
export const lateFirst = (parts: readonly HeldPart[]): HeldPart[] =>
  [...parts].sort((a, b) => Number(b.late) - Number(a.late));

/** Serial numbers as people paste them: separated by space, comma, semicolon or line. */
export const serialsIn = (text: string): string[] => text.split(/[\s,;，；]+/).filter(Boolean);
