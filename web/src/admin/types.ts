/** What the administration's routes send (api/routes_admin_*.py). */

export interface UserLine {
  id: string;
  name: string;
  email: string;
  roles: string[];
  language: string;
  territory_id: string | null;
  engineer_id: string | null;
  active: boolean;
  has_password: boolean;
  last_sign_in_at: string | null;
  etag: string;
}

export interface TokenLine {
  id: string;
  name: string;
  role: string;
  scopes: string[];
  territory_id: string | null;
  expires_at: string | null;
  last_used_at: string | null;
  state: "valid" | "expired" | "revoked";
}

export interface HeldSkill {
  skill: string;
  level: number;
  expires_on: string | null;
}

export interface EngineerLine {
  id: string;
  name: string;
  territory_id: string;
  active: boolean;
  skills: HeldSkill[];
  tools: string[];
  etag: string;
}

export type Corner = [latitude: number, longitude: number];

export interface TerritoryArea {
  id: string;
  name: string;
  city: string;
  area: { latitude: number; longitude: number; radius_km: number | null; polygon: Corner[] | null };
  etag: string;
}

/** Open on a weekday, 0 is Monday; closing at 00:00:00 is midnight at the end of the day. */
export interface OpenStretch {
  weekday: number;
  opens: string;
  closes: string;
}

export interface WarehouseLine {
  id: string;
  name: string;
  territory_id: string | null;
  time_zone: string;
  latitude: number;
  longitude: number;
  opening_hours: OpenStretch[];
  handling_minutes: number;
  active: boolean;
  units: number;
  etag: string;
}

export interface PartLine {
  sku: string;
  name: string;
  price_cents: number;
  serialised: boolean;
  active: boolean;
  units: number;
  etag: string;
}

export interface ChangeLine {
  id: number;
  kind: string;
  at: string;
  actor_id: string;
  reason: string;
  before: Record<string, unknown>;
  after: Record<string, unknown>;
}

/** The roles of people, as domain/people.py names them. */
export const ROLES = [
  "agent", "dispatcher", "engineer", "stock_keeper", "operations", "team_lead", "manager", "director", "admin",
] as const;
export type Role = (typeof ROLES)[number];
