/** A visit's checklist while it is being answered. Pure; domain/checklists.py has the last word. */
import type { Checklist, Item } from "../api/checklist-types";

export const DONE = "done";
/** Answers by item, as they were tapped or typed; what is empty is not answered. */
export type Answers = Readonly<Record<string, string>>;

/** An answer as the server takes it; null when it fits no item of this kind. Commas are points. */
export function answerTo(item: Item, given: string | undefined): string | null {
  const text = (given ?? "").trim();
  switch (item.kind) {
    case "tick": return text === DONE ? DONE : null;
    case "choice": return item.options.some(({ id }) => id === text) ? text : null;
    case "value": {
      const number = text.replace(",", ".").replace("−", "-");
      return /^-?\d{1,9}(\.\d{1,6})?$/.test(number) ? number : null;
    }
  }
}

/** Whether a value lies outside of its item's range. It is taken, and marked. */
export function isOutOfRange(item: Item, given: string | undefined): boolean {
  const answer = item.kind === "value" ? answerTo(item, given) : null;
  if (answer === null) return false;
  const value = Number(answer);
  return (item.lowest !== null && value < item.lowest) || (item.highest !== null && value > item.highest);
}

/** Whether something was typed that is no number. */
export const isUnreadable = (item: Item, given: string | undefined): boolean =>
  item.kind === "value" && Boolean(given?.trim()) && answerTo(item, given) === null;

/** The required items that have no answer. */
export const missingOf = (checklist: Checklist | null, answers: Answers): Item[] =>
  (checklist?.items ?? []).filter((item) => item.required && answerTo(item, answers[item.id]) === null);

/** The items that have an answer, with it. */
export const answersOf = (checklist: Checklist | null, answers: Answers): { item: string; answer: string }[] =>
  (checklist?.items ?? []).flatMap((item) => {
    const answer = answerTo(item, answers[item.id]);
    return answer === null ? [] : [{ item: item.id, answer }];
  });
