/** The company's checklists while they are edited. Pure. */
import type { Checklist, Item, ItemKind, Option, Words } from "../../api/checklist-types";
import type { FieldProblem } from "../../api/problem";

export interface ChecklistScreen {
  version: number;
  changed_at: string | null;
  changed_by: string;
  checklists: { lists: Checklist[] };
}

export interface ChecklistPreview {
  visits: number;
  carry: Record<string, number>;
  without: number;
}

export const CASE_KINDS = [
  "fault", "complaint", "inquiry", "suggestion", "return", "exchange", "maintenance", "installation", "training",
] as const;

const blank = (): Words => ({ en: "", "zh-CN": "" });

/** An id that none of these has. Answers refer to it, so it never changes and is never given again while it is there. */
export function freshId(prefix: string, known: readonly { id: string }[]): string {
  const numbers = known.map(({ id }) => Number(id.startsWith(`${prefix}-`) && id.slice(prefix.length + 1)) || 0);
  return `${prefix}-${Math.max(0, ...numbers) + 1}`;
}

export const newItem = (items: readonly Item[]): Item =>
  ({ id: freshId("item", items), kind: "tick", label: blank(), required: true, unit: "", lowest: null, highest: null, options: [] });

export const newOption = (options: readonly Option[]): Option => ({ id: freshId("option", options), label: blank() });

export const newList = (lists: readonly Checklist[]): Checklist =>
  ({ id: freshId("list", lists), name: blank(), kinds: [], product_models: [], skills: [], items: [newItem([])] });

/** The item as another kind, without what that kind does not have. */
export function withKind(item: Item, kind: ItemKind): Item {
  if (item.kind === kind) return item;
  const first = newOption([]);
  return { ...item, kind, unit: "", lowest: null, highest: null, options: kind === "choice" ? [first, newOption([first])] : [] };
}

/** The things with one of them a place earlier (-1) or later (1). */
export function moved<Thing>(things: readonly Thing[], index: number, by: 1 | -1): Thing[] {
  const other = index + by;
  const next = [...things];
  if (other >= 0 && other < next.length) [next[index], next[other]] = [next[other]!, next[index]!];
  return next;
}

export const replaced = <Thing>(things: readonly Thing[], index: number, thing: Thing): Thing[] =>
  things.map((each, n) => (n === index ? thing : each));

export const without = <Thing>(things: readonly Thing[], index: number): Thing[] => things.filter((_, n) => n !== index);

export const sameLists = (a: readonly Checklist[], b: readonly Checklist[]): boolean => JSON.stringify(a) === JSON.stringify(b);

/** What the server says of one field; empty when nothing. */
export const ruleAt = (problems: readonly FieldProblem[], path: string): string => problems.find(({ field }) => field === path)?.rule ?? "";

/** Whether the server says anything of a field or of what is in it. */
export const isWrong = (problems: readonly FieldProblem[], path: string): boolean =>
  problems.some(({ field }) => field === path || field.startsWith(`${path}.`));

/** One entry per line, as it is typed. */
export const linesOf = (text: string): string[] => text.split("\n").map((line) => line.trim()).filter(Boolean);
