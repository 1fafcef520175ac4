/** What the server refuses of warehouses and parts, in the reader's language. */
import { Problem } from "../../api/problem";
import { dayName } from "./hours";
import { t } from "./messages";

/** The same problem in other words where these screens have some; anything else as it is. */
export function inOurWords(error: unknown): unknown {
  if (!(error instanceof Problem)) return error;
  const text = wordsOf(error);
  return text ? new Problem(error.status, error.code, text, [], error.facts) : error;
}

function wordsOf({ code, facts }: Problem): string | null {
  if (code === "warehouse_not_empty") return t("not_empty", { left: String(facts.left) });
  if (code === "warehouse_holds_parts") return t("holds_parts", { visits: String(facts.visits) });
  if (code === "part_needed") return t("part_needed", { visits: String(facts.visits) });
  if (facts.why === "taken") return t("taken");
  if (facts.why === "settled") return t("settled");
  if (facts.why === "too_short") return t("too_short", { day: dayName(Number(facts.weekday)) });
  return null;
}
