import { useEffect, useState } from "preact/hooks";
import { get } from "../../api/client";
import type { Problem } from "../../api/problem";
import { sayProblem } from "../../app/toasts";
import { differences, rebase, type Json, type Path } from "./document";
import { t } from "./messages";
import type { PolicyScreen } from "./policy";
import { pathWords } from "./words";

interface Props {
  problem: Problem;
  base: PolicyScreen;
  mine: Json;
  onContinue: (theirs: PolicyScreen, document: Json, contested: readonly Path[]) => void;
  onDiscard: (theirs: PolicyScreen) => void;
}

/** Somebody saved meanwhile: who, why, what; and two ways on, none of which loses anything unsaid. */
export function Conflict({ problem, base, mine, onContinue, onDiscard }: Props) {
  const [theirs, setTheirs] = useState<PolicyScreen | null>(null);
  useEffect(() => void get<PolicyScreen>("/admin/policy").then(setTheirs, sayProblem), [problem]);
  const what = theirs ? differences(base.policy, theirs.policy).map(({ path }) => pathWords(path)).join(", ") : "";

  function goOn() {
    if (!theirs) return;
    const { document, contested } = rebase(base.policy, mine, theirs.policy);
    onContinue(theirs, document, contested.map(({ path }) => path));
  }

  return (
    <section class="problem policy-conflict" role="alert">
      <div>
        <strong>{t("conflict", { who: String(problem.facts.changed_by ?? ""), reason: String(problem.facts.reason ?? "") })}</strong>
        <p>{t("conflict_nothing")}</p>
        {theirs && <p>{t("conflict_theirs", { what })}</p>}
        <div class="row">
          <button class="primary" disabled={!theirs} onClick={goOn}>{t("conflict_rebase")}</button>
          <button disabled={!theirs} onClick={() => theirs && onDiscard(theirs)}>{t("conflict_discard")}</button>
        </div>
      </div>
    </section>
  );
}
