/** Checklists as the API sends them (domain/checklists.py, models/screens/checklists.py). */
import type { Language } from "../i18n/language";

export type Words = Record<Language, string>;
export const ITEM_KINDS = ["tick", "value", "choice"] as const;
export type ItemKind = (typeof ITEM_KINDS)[number];

export interface Option {
  id: string;
  label: Words;
}

export interface Range {
  unit: string;
  lowest: number | null;
  highest: number | null;
}

export interface Item extends Range {
  id: string;
  kind: ItemKind;
  label: Words;
  required: boolean;
  options: Option[];
}

export interface Checklist {
  id: string;
  name: Words;
  kinds: string[];
  product_models: string[];
  skills: string[];
  items: Item[];
}

/** An item with its answer: `done`, a number, or an option's id; null: none. */
export interface CheckLine extends Range {
  item: string;
  kind: ItemKind;
  label: Words;
  required: boolean;
  answer: string | null;
  options: Option[];
  choice: Words | null;
  out_of_range: boolean;
}

export interface AnsweredChecklist {
  name: Words;
  lines: CheckLine[];
}

/** 1.5–2.5 bar; empty without a limit. */
export function rangeText({ unit, lowest, highest }: Range): string {
  const [low, high] = [lowest, highest].map((limit) => (limit === null ? "" : String(limit).replace("-", "−")));
  const span = low && high ? `${low}–${high}` : low ? `≥ ${low}` : high ? `≤ ${high}` : "";
  return span && `${span} ${unit}`.trim();
}
