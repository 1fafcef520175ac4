/** One act to the server, and what its answer means for the outbox. */
import { send } from "../api/client";
import { asProblem, type Problem } from "../api/problem";
import { isThereAlready } from "./model";
import type { Entry, Refusal, Verdict } from "./outbox";

/** These pass by themselves: the same act may be sent again under the same key. */
const PASSING = new Set([408, 425, 429]);

export async function sendEntry(entry: Entry, bytes: ArrayBuffer | null): Promise<Verdict> {
  const visit = `/visits/${encodeURIComponent(entry.visit)}`;
  try {
    if (entry.file && bytes) {
      const query = new URLSearchParams({ kind: entry.kind, at: entry.at });
      await send(`${visit}/attachments?${query}`, entry.key, new Blob([bytes], { type: entry.file.type }));
    } else {
      await send(`${visit}/${entry.kind}`, entry.key, { ...entry.body, at: entry.at });
    }
    return { is: "done" };
  } catch (error) {
    return verdictOf(entry.kind, asProblem(error));
  }
}

export function verdictOf(kind: Entry["kind"], problem: Problem): Verdict {
  const { status, code } = problem;
  if (status === 0) return { is: "offline" };
  // A CSRF token of another session: who is signed in here now must be asked first.
  if (status === 401 || code === "cross_site") return { is: "signed_out" };
  if (PASSING.has(status) || status >= 500) {
    const seconds = Number(problem.facts.retry_after_seconds);
    return seconds > 0 ? { is: "later", seconds } : { is: "later" };
  }
  const refusal = refusalOf(problem);
  return isThereAlready(kind, refusal) ? { is: "done" } : { is: "refused", refusal };
}

function refusalOf({ status, code, detail, fields, facts }: Problem): Refusal {
  return { status, code, detail, fields, visitState: typeof facts.state === "string" ? facts.state : null };
}
