/** A visit's half-written report: read once from the phone's memory, and kept there at every change. */
import { useEffect, useState } from "preact/hooks";
import { EMPTY_DRAFT, type Draft } from "./model";
import { kept } from "./saying";
import { draftFor, saveDraft } from "./store";

/** The draft, null until it is read, and how to change it. */
export function useDraft(visit: string): [Draft | null, (changes: Partial<Draft>) => void] {
  const [draft, setDraft] = useState<Draft | null>(null);
  useEffect(() => void draftFor(visit).then((found) => setDraft({ ...EMPTY_DRAFT, ...found })), [visit]);
  const change = (changes: Partial<Draft>) => {
    if (!draft) return;
    const next = { ...draft, ...changes };
    setDraft(next);
    void kept(() => saveDraft(visit, next));
  };
  return [draft, change];
}
