import { t } from "../app/messages";
import type { Problem } from "../api/problem";
import { Icon } from "./icons";

const ADVICE = [401, 403, 404, 409, 422, 503] as const;

/** What is wrong, in the server's words where it has some. */
export function wordsFor(problem: Problem): string {
  if (problem.status === 0) return t("problem_unreachable");
  if (problem.status < 0) return t("problem_fault");
  return problem.detail || `${problem.status} ${problem.code}`;
}

/** What the reader can do about it. */
export function adviceFor(problem: Problem): string {
  if (problem.status === 0) return t("problem_unreachable_do");
  if (problem.status < 0) return t("problem_fault_do");
  const known = ADVICE.find((status) => status === problem.status);
  return t(known ? `problem_${known}_do` : problem.status >= 500 ? "problem_500_do" : "problem_422_do");
}

/** What is wrong, where, and what to do. */
export function ProblemNote({ problem, onAgain }: { problem: Problem; onAgain?: () => void }) {
  return (
    <div class="problem" role="alert">
      <Icon name="alert" />
      <div>
        <strong>{wordsFor(problem)}</strong>
        {problem.fields.length > 1 && (
          <ul>{problem.fields.map(({ field, rule }) => <li key={field}><code>{field}</code> {rule}</li>)}</ul>
        )}
        <p>{adviceFor(problem)}</p>
        {onAgain && <button onClick={onAgain}>{t("again")}</button>}
      </div>
    </div>
  );
}
