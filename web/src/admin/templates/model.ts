/** The company's settings of its messages, as the API sends them, and what an edit makes of them. */
import type { FieldProblem } from "../../api/problem";

export const PARTS = ["subject", "body", "sms"] as const;
export type Part = (typeof PARTS)[number];
export type Words = Partial<Record<Part, string | null>>;

export interface Settings {
  company: string;
  link_page: string;
  currency: string;
  quiet_from: string;
  quiet_until: string;
  silent: string[];
  staff_language: string;
  link_days: number;
  words: Record<string, Record<string, Words>>;
}

/** What an occasion says unless the company says it differently, and what its texts may name. */
export interface Template extends Record<Part, string> {
  language: string;
  occasion: string;
  names: string[];
}

export interface MessageScreen {
  version: number;
  changed_at: string | null;
  changed_by: string;
  settings: Settings;
  templates: Template[];
}

/** The company's own text; null while the built-in one counts. */
export const ownText = (settings: Settings, { language, occasion }: Template, part: Part): string | null =>
  settings.words[language]?.[occasion]?.[part] ?? null;

/** The settings with another text; null, or the built-in text itself, is a reset and leaves nothing behind. */
export function withText(settings: Settings, template: Template, part: Part, text: string | null): Settings {
  const { language, occasion } = template;
  const own: Words = { ...settings.words[language]?.[occasion], [part]: text === template[part] ? null : text };
  const kept = Object.fromEntries(Object.entries(own).filter(([, value]) => value !== null && value !== undefined));
  const occasions = { ...settings.words[language] };
  if (Object.keys(kept).length) occasions[occasion] = kept;
  else delete occasions[occasion];
  const words = { ...settings.words };
  if (Object.keys(occasions).length) words[language] = occasions;
  else delete words[language];
  return { ...settings, words };
}

/** Whether an occasion stays silent from now on. */
export const withSilence = (settings: Settings, occasion: string, silent: boolean): Settings =>
  ({ ...settings, silent: [...settings.silent.filter((each) => each !== occasion), ...(silent ? [occasion] : [])].sort() });

/** What the server says of one text, such as a name that the occasion does not have; empty when nothing. */
export const ruleFor = (problems: readonly FieldProblem[], { language, occasion }: Template, part: Part): string =>
  problems.find(({ field }) => field === `words.${language}.${occasion}.${part}`)?.rule ?? "";

/** Whether two settings say the same; what is silent comes in any order. */
export const sameSettings = (a: Settings, b: Settings): boolean => canonical(a) === canonical(b);

function canonical(settings: Settings): string {
  const sorted = (value: unknown): unknown =>
    value !== null && typeof value === "object" && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).filter(([, each]) => each !== null).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, each]) => [key, sorted(each)]))
      : value;
  return JSON.stringify(sorted({ ...settings, silent: [...settings.silent].sort() }));
}
