import { useEffect, useState } from "preact/hooks";
import { ask } from "../../api/client";
import type { Checklist } from "../../api/checklist-types";
import { asProblem, type Problem } from "../../api/problem";
import type { ChecklistPreview } from "./model";

const PAUSE = 300;

/** How many visits ahead would carry each list, counted by the server a moment after the last key; or what is wrong. */
export function usePreview(lists: readonly Checklist[] | null): { preview: ChecklistPreview | null; wrong: Problem | null } {
  const [preview, setPreview] = useState<ChecklistPreview | null>(null);
  const [wrong, setWrong] = useState<Problem | null>(null);
  useEffect(() => {
    if (!lists) return;
    const gone = new AbortController();
    const tell = (counted: ChecklistPreview | null, refused: Problem | null) => {
      if (gone.signal.aborted) return;
      setPreview(counted);
      setWrong(refused);
    };
    const timer = setTimeout(() => {
      ask<ChecklistPreview>("/settings/checklists/preview", { lists }, gone.signal)
        .then((counted) => tell(counted, null), (error: unknown) => gone.signal.aborted || tell(null, asProblem(error)));
    }, PAUSE);
    return () => (clearTimeout(timer), gone.abort());
  }, [lists]);
  return { preview, wrong };
}
