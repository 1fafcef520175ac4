/** One case's desk, kept current. */
import { useEffect, useMemo, useState } from "preact/hooks";
import { onChange } from "../api/changes";
import { get } from "../api/client";
import type { Desk } from "../api/case-types";
import { asProblem, type Problem } from "../api/problem";

const BURST_MS = 600;
/** Clocks run on without any change. */
const RENEW_MS = 30_000;

export function useDesk(caseId: string): { desk: Desk | null; problem: Problem | null; reload: () => void } {
  const [found, setFound] = useState<{ id: string; desk: Desk } | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const reading = useMemo(() => ({ stop: null as AbortController | null }), []);
  const reload = () => {
    reading.stop?.abort();
    const stop = (reading.stop = new AbortController());
    get<Desk>(`/cases/${encodeURIComponent(caseId)}/desk`, stop.signal).then(
      (desk) => stop.signal.aborted || (setFound({ id: caseId, desk }), setProblem(null)),
      (error: unknown) => stop.signal.aborted || setProblem(asProblem(error)),
    );
  };
  useEffect(() => {
    reload();
    let burst: ReturnType<typeof setTimeout> | null = null;
    const soon = () => (burst ??= setTimeout(() => ((burst = null), reload()), BURST_MS));
    const stop = onChange(({ case_id, topic }) => (case_id === caseId || (topic === "plan" && !case_id)) && soon(), soon);
    const renewal = setInterval(reload, RENEW_MS);
    return () => {
      stop();
      clearInterval(renewal);
      if (burst) clearTimeout(burst);
      reading.stop?.abort();
    };
  }, [caseId]);
  return { desk: found?.id === caseId ? found.desk : null, problem, reload };
}
