/** What the stock keeper's API sends, and how it is grouped. */

export interface StockPlace { id: string; kind: "warehouse" | "van"; name: string; territory: string | null; time_zone: string }
export interface StockLine {
  location: string; location_name: string; kind: "warehouse" | "van";
  sku: string; name: string; on_hand: number; reserved: number; free: number; sent: number; serialised: boolean;
}
export const KINDS = ["opening", "received", "reserved", "released", "used", "transferred", "counted", "written_off"] as const;
export const REASONS = ["broken", "lost", "expired"] as const;
export interface Movement {
  id: number; at: string; kind: (typeof KINDS)[number]; location: string; location_name: string; sku: string; name: string;
  units: number; held: number; on_hand: number; counted: number | null; other_location: string | null; visit_id: string | null;
  reason: (typeof REASONS)[number] | null; note: string; serials: string; actor_role: string | null; actor_id: string | null;
}
/** What a keeper does with units that lie somewhere. */
export type Act = "transfer" | "write_off" | "count";
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

/** What the server is asked to do, from what stands in the form. `release` lets visits give up what they hold. */
export function request(act: Act, text: (name: string) => string, release: boolean): { path: string; body: Record<string, unknown> } {
  const units = Number(text("quantity"));
  const body = { location: text("location"), sku: text("sku"), serials: serialsIn(text("serials")), note: text("note") };
  if (act === "transfer") return { path: "/stock/transfers", body: { ...body, to: text("to"), quantity: units } };
  if (act === "count") return { path: "/stock/counts", body: { ...body, counted: units, release } };
  return { path: "/stock/write-offs", body: { ...body, quantity: units, reason: text("reason"), release } };
}

/** +3, −2; nothing for none. */
export const signed = (units: number): string => (units ? `${units > 0 ? "+" : "−"}${Math.abs(units)}` : "");
