/**
 * Why something was planned, moved, left alone or failed, in the reader's language: told from the codes and facts that
 * stand beside the recorded text. Where there are none (a person's words, a row from before there were codes), or where
 * one is not known here, the text is shown as it was recorded.
 */
import { word } from "../cases/words";
import { t, type BecauseText } from "./because-words";
import { reasonText, type Knows } from "./explain";
import type { Reason } from "./types";
import { t as explained } from "./words";

/** One reason; `visit` is whom it is about, where that is not plain, `why_not` what a plan found against a visit. */
export interface Because {
  code: string;
  facts: Readonly<Record<string, string | number>>;
  visit: string | null;
  why_not: Reason | null;
}

/** @param people The names of engineers by id, as far as the answer has them. */
export function becauseText(because: readonly Because[] | undefined, recorded: string, knows: Knows, people: Readonly<Record<string, string>> = {}): string {
  const told = (because ?? []).map((each) => tell(each, knows, people));
  return told.length === 0 || told.includes(null) ? recorded : told.join(t("why_and"));
}

function tell({ code, facts, visit, why_not: found }: Because, knows: Knows, people: Readonly<Record<string, string>>): string | null {
  const text = found ? withoutEnd(reasonText({ ...found, people }, knows)) : sentence(code, facts, (id) => people[id] ?? knows.engineer?.(id) ?? id);
  return text && visit ? t("why_visit", { visit, why: text }) : text;
}

function sentence(code: string, facts: Because["facts"], name: (id: string) => string): string | null {
  const key = `because_${code}`;
  if (!(key in t.all.en)) return null;
  const needed = [...t.all.en[key as BecauseText].matchAll(/\{(\w+)\}/g)].map(([, fact]) => fact!);
  if (needed.some((fact) => facts[fact] === undefined)) return null;
  const values = Object.fromEntries(needed.map((fact) => [fact, valueOf(fact, facts[fact]!, name)]));
  return t(key as BecauseText, values);
}

function valueOf(fact: string, value: string | number, name: (id: string) => string): string | number {
  switch (fact) {
    case "engineer": return name(String(value));
    case "decline": return word("decline", String(value));
    case "absence": return word("absence", String(value));
    case "state": return word("visit", String(value));
    default: return value;
  }
}

/** A reason against a place is a whole sentence; among others it is a part of one. */
function withoutEnd(text: string): string {
  const end = explained("end");
  return text.endsWith(end) ? text.slice(0, -end.length) : text;
}
