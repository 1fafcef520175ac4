/** A visit's half-written report: read once from the phone's memory, and kept there at every change. */
import { useEffect, useRef, useState } from "preact/hooks";
import { EMPTY_DRAFT, type Draft } from "./model";
import { kept } from "./saying";
import { draftFor, saveDraft } from "./store";

/** What is new in the draft, or how that follows from the draft as it is by then. */
export type DraftChange = Partial<Draft> | ((now: Draft) => Partial<Draft>);

/** The draft, null until it is read, and how to change it. */
export function useDraft(visit: string): [Draft | null, (change: DraftChange) => void] {
  const [draft, setDraft] = useState<Draft | null>(null);
  // Photos and the signature come moments after they were given: what was written meanwhile stays.
  const newest = useRef<Draft | null>(null);
  const show = (next: Draft) => setDraft((newest.current = next));
  useEffect(() => void draftFor(visit).then((found) => show({ ...EMPTY_DRAFT, ...found })), [visit]);
  const change = (changes: DraftChange) => {
    const now = newest.current;
    if (!now) return;
    const next = { ...now, ...(typeof changes === "function" ? changes(now) : changes) };
    show(next);
    void kept(() => saveDraft(visit, next));
  };
  return [draft, change];
}
