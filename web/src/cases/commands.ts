/** What each command asks for, and the body that it sends. Pure; the API checks everything again. */
import type { FieldProblem } from "../api/problem";
import type { CaseText } from "./messages";

type Choice = { type: "choice"; group: "kind" | "category" | "severity" | "decision" | "outcome" | "pause" | "decline"; values: readonly string[] };
export type Field = { name: string; label: CaseText; required?: boolean; hint?: CaseText; /** Only with this decision. */ when?: string } & (
  | Choice
  | { type: "text" | "long" | "check" | "money" | "levels" | "quantities" }
  | { type: "number"; least: number; most: number; start?: number }
  | { type: "either"; yes: CaseText; no: CaseText }
);

const KINDS = ["fault", "complaint", "inquiry", "suggestion", "return", "exchange", "maintenance", "installation", "training"];
const CATEGORIES = ["product_defect", "service_failure", "usage_question", "logistics"];
const SEVERITIES = ["low", "medium", "high", "safety"];
const OUTCOMES = ["fixed", "partially_fixed", "part_missing", "no_access", "unsafe", "beyond_repair"];
const PAUSES = ["waiting_for_customer", "site_closed", "waiting_for_part"];

const pauseReason: Field = { name: "reason", label: "pause_reason", type: "choice", group: "pause", values: PAUSES };

/** Every command that takes something; the others are given at once. */
export const FORMS: Record<string, readonly Field[]> = {
  classify: [
    { name: "kind", label: "kind", type: "choice", group: "kind", values: KINDS },
    { name: "category", label: "category", type: "choice", group: "category", values: CATEGORIES },
    { name: "severity", label: "severity", type: "choice", group: "severity", values: ["medium", ...SEVERITIES.filter((one) => one !== "medium")] },
  ],
  diagnose: [
    { name: "findings", label: "findings", type: "long", required: true },
    { name: "solved", label: "solved_remotely", type: "check" },
  ],
  decide: [
    { name: "decision", label: "decision", type: "choice", group: "decision", values: ["on_site", "depot", "exchange", "refusal"] },
    { name: "needs.minutes", label: "minutes", type: "number", least: 5, most: 720, start: 60, when: "on_site" },
    { name: "needs.skills", label: "skills", type: "levels", hint: "skills_hint", when: "on_site" },
    { name: "needs.parts", label: "needed_parts", type: "quantities", hint: "parts_hint", when: "on_site" },
    { name: "quote_cents", label: "quote_price", type: "money" },
    { name: "reason", label: "reason", type: "text" },
  ],
  answer_quote: [{ name: "accepted", label: "quote", type: "either", yes: "accepted", no: "refused" }],
  settle: [
    { name: "outcome", label: "outcome", type: "choice", group: "outcome", values: OUTCOMES },
    { name: "note", label: "note", type: "long" },
  ],
  confirm: [
    { name: "solved", label: "outcome", type: "either", yes: "solved", no: "not_solved" },
    { name: "note", label: "note", type: "text" },
  ],
  call_back: [
    { name: "satisfaction", label: "satisfaction", type: "number", least: 1, most: 5, hint: "nobody_reached" },
    { name: "fault_is_back", label: "fault_is_back", type: "check" },
  ],
  pause: [pauseReason],
  resume: [pauseReason],
  cancel: [{ name: "reason", label: "cancel_reason", type: "text", required: true }],
  note: [{ name: "text", label: "note_text", type: "long", required: true }],
  decline: [
    { name: "reason", label: "reason", type: "choice", group: "decline", values: ["overloaded", "skill", "part", "distance", "personal", "other"] },
    { name: "note", label: "note", type: "text" },
  ],
  finish: [
    { name: "outcome", label: "outcome", type: "choice", group: "outcome", values: OUTCOMES },
    { name: "work_done", label: "work_done", type: "long" },
    { name: "labour_minutes", label: "labour_minutes", type: "number", least: 0, most: 1440, start: 60 },
    { name: "parts_used", label: "parts_used", type: "quantities", hint: "parts_hint" },
    { name: "needed_parts", label: "needed_parts", type: "quantities", hint: "parts_hint" },
    { name: "signed_by_customer", label: "signed", type: "check" },
  ],
};

/** What a command's form has to say before it may be sent. */
export class UnreadableError extends Error {
  constructor(
    readonly field: string,
    readonly text: string,
  ) {
    super(text);
  }
}

/**
 * The body of a command from what was entered.
 *
 * @param entered Field name to text; a ticked box is "on".
 * @throws {UnreadableError} A list is not made of names and numbers.
 */
export function bodyOf(fields: readonly Field[], entered: (name: string) => string | null): Record<string, unknown> {
  const body: Record<string, unknown> = {};
  const decision = entered("decision");
  for (const field of fields) {
    if (field.when && field.when !== decision) continue;
    const value = valueOf(field, (entered(field.name) ?? "").trim());
    if (value !== undefined) put(body, field.name, value);
  }
  return body;
}

/** How the field of a checklist's item is called. */
export const CHECK = "checklist.";

/** The answers to a checklist, from the fields of a form; what is empty is no answer. */
export function checksOf(entries: Iterable<[string, unknown]>): { item: string; answer: string }[] {
  return [...entries]
    .map(([name, value]) => ({ item: name, answer: String(value).trim().replace(",", ".") }))
    .filter(({ item, answer }) => item.startsWith(CHECK) && answer)
    .map(({ item, answer }) => ({ item: item.slice(CHECK.length), answer }));
}

function valueOf(field: Field, text: string): unknown {
  switch (field.type) {
    case "check": return text === "on";
    case "either": return text === "yes";
    case "number": return text === "" ? undefined : Number(text);
    case "money": return text === "" ? undefined : Math.round(Number(text.replace(",", ".")) * 100);
    case "levels": return text === "" ? undefined : Object.fromEntries(pairs(field.name, text));
    case "quantities": return text === "" ? undefined : pairs(field.name, text).map(([sku, quantity]) => ({ sku, quantity }));
    default: return text === "" && !field.required ? undefined : text;
  }
}

/** “refrigerant 2, electrics” as names with numbers; a missing number is 1. Also with Chinese commas. */
function pairs(field: string, text: string): [string, number][] {
  return text.split(/[,，、;；\n]+/).map((part) => part.trim()).filter(Boolean).map((part) => {
    const found = /^(\S+?)(?:[\s:=×x]+(\d+))?$/.exec(part);
    if (!found) throw new UnreadableError(field, part);
    return [found[1]!, Number(found[2] ?? 1)];
  });
}

function put(body: Record<string, unknown>, name: string, value: unknown): void {
  const [head, rest] = name.split(".", 2) as [string, string?];
  if (rest === undefined) body[head] = value;
  else body[head] = { ...(body[head] as object | undefined), [rest]: value };
}

/** What the API said about a field; it may name it with the path before it. */
export function ruleFor(name: string, problems: readonly FieldProblem[]): string | undefined {
  return problems.find(({ field }) => field === name || field === `body.${name}` || field.startsWith(`${name}.`) || field.startsWith(`${name}[`))?.rule;
}

/** The commands that are buttons, what the next step asks for first. Files are added where files are listed. */
export function ordered(commands: readonly string[], step: string | null): string[] {
  const last = ["note", "pause", "resume", "cancel"];
  const rank = (name: string) => (name === step ? -1 : last.includes(name) ? 100 + last.indexOf(name) : 0);
  return [...new Set(commands)].filter((name) => name !== "attach").sort((a, b) => rank(a) - rank(b));
}
