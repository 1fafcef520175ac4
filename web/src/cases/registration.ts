/** The registration form: its fields, what it sends, and what is wrong with it. Pure. */
import type { FieldProblem } from "../api/problem";
import type { CaseText } from "./messages";

export const FIELDS = [
  "channel", "symptom", "product_model", "serial", "error_code", "installed_product_id", "customer_id", "purchased_on",
  "contact.name", "contact.phone", "contact.email", "contact.language",
  "site.address", "site.latitude", "site.longitude", "site.access_notes",
] as const;
export type RegistrationField = (typeof FIELDS)[number];
export type Entered = Partial<Record<RegistrationField, string>>;

const PHONE = /^\+?[0-9][0-9 ()/.-]{3,29}$/;
const EMAIL = /^[^@\s]+@[^@\s]+\.[^@\s]+$/;

/** Fields that are missing or ill-formed, as the API will see them, each with the text that says so. */
export function missing(entered: Entered): [RegistrationField, CaseText][] {
  const found: [RegistrationField, CaseText][] = [];
  const has = (name: RegistrationField) => Boolean(entered[name]?.trim());
  const out = (name: RegistrationField, most: number) => has(name) && !(Math.abs(degrees(entered[name]!)) <= most);
  if (!has("symptom")) found.push(["symptom", "rule_required"]);
  if (!has("customer_id") && !has("contact.name")) found.push(["contact.name", "rule_required"]);
  if (has("contact.phone") && !PHONE.test(entered["contact.phone"]!.trim())) found.push(["contact.phone", "rule_phone"]);
  if (has("contact.email") && !EMAIL.test(entered["contact.email"]!.trim())) found.push(["contact.email", "rule_email"]);
  if (!has("installed_product_id")) {
    if (!has("product_model")) found.push(["product_model", "rule_required"]);
    if (!has("site.latitude") || !has("site.longitude")) found.push([has("site.latitude") ? "site.longitude" : "site.latitude", "rule_place"]);
  }
  if (out("site.latitude", 90)) found.push(["site.latitude", "rule_latitude"]);
  if (out("site.longitude", 180)) found.push(["site.longitude", "rule_longitude"]);
  return found;
}

/** The registration as the API takes it; what is empty is left out. */
export function registrationOf(entered: Entered): Record<string, unknown> {
  const body: Record<string, Record<string, unknown> | unknown> = {};
  for (const name of FIELDS) {
    const text = entered[name]?.trim();
    if (!text) continue;
    const value = name === "site.latitude" || name === "site.longitude" ? degrees(text) : text;
    const [head, rest] = name.split(".", 2) as [string, string?];
    if (rest === undefined) body[head] = value;
    else body[head] = { ...(body[head] as object | undefined), [rest]: value };
  }
  return body;
}

/** What the check for duplicates is asked; null while too little is known to ask. */
export function soughtIn(entered: Entered): Record<string, unknown> | null {
  const [latitude, longitude] = [degrees(entered["site.latitude"] ?? ""), degrees(entered["site.longitude"] ?? "")];
  const placed = Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180;
  const sought: Record<string, unknown> = placed ? { latitude, longitude } : {};
  for (const name of ["installed_product_id", "product_model", "serial", "symptom", "error_code"] as const) {
    const text = entered[name]?.trim();
    if (text) sought[name] = text;
  }
  return sought.installed_product_id || sought.serial || sought.product_model ? sought : null;
}

/** Degrees as people write them; not a number where they are none. */
export const degrees = (text: string): number => (text.trim() === "" ? NaN : Number(text.trim().replace(",", ".").replace("−", "-")));

/** “31.23, 121.47”, as maps copy it, in both its parts. */
export function pair(text: string): [string, string] | null {
  const found = /^\s*([−-]?\d{1,2}(?:\.\d+)?)°?\s*[,，;\s]\s*([−-]?\d{1,3}(?:\.\d+)?)°?\s*$/.exec(text);
  return found ? [found[1]!, found[2]!] : null;
}

/** The API's problems by field of the form; those of no field are left for the note. */
export function rulesOf(problems: readonly FieldProblem[]): Partial<Record<RegistrationField, string>> {
  const found: Partial<Record<RegistrationField, string>> = {};
  for (const { field, rule } of problems) {
    const path = field.replace(/^body\.|^registration\./, "");
    const name = path === "site" ? "site.latitude" : FIELDS.find((one) => one === path);
    if (name && !found[name]) found[name] = rule;
  }
  return found;
}
