/** What went wrong, as RFC 9457 problem details or as a failure to reach the server at all. */

export interface FieldProblem {
  field: string;
  rule: string;
}

/** An answer that is not a success. `code` is stable; `facts` are the members beyond the standard ones. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    readonly fields: readonly FieldProblem[] = [],
    readonly facts: Readonly<Record<string, unknown>> = {},
  ) {
    super(detail);
  }

  /** Nothing was answered: no network, or the server is down. The same command may be sent again. */
  get unreachable(): boolean {
    return this.status === 0;
  }
}

/** The problem in a response; a body that is no problem document still gives status and a code. */
export function problemOf(status: number, body: unknown): Problem {
  const facts = (typeof body === "object" && body !== null ? body : {}) as Record<string, unknown>;
  const fields = Array.isArray(facts.errors)
    ? (facts.errors as FieldProblem[])
    : typeof facts.field === "string"
      ? [{ field: facts.field, rule: String(facts.rule ?? facts.detail ?? "") }]
      : [];
  return new Problem(status, String(facts.code ?? `http_${status}`), String(facts.detail ?? ""), fields, facts);
}

export const unreachable = (): Problem => new Problem(0, "unreachable", "");

/** Any thrown value as a problem; a fault of the console itself has status -1 and goes to the log, too. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  console.error(error);
  return new Problem(-1, "console_fault", error instanceof Error ? error.message : String(error));
}
