/**
 * Why something was planned anew, in the reader's language. The record keeps it as the workflows said it, in English and
 * with the words of people among it: what is not one of the workflows' own sentences stays as it is.
 */
import { language } from "../i18n/language";
import { t, type CaseText } from "./messages";
import { word } from "./words";

type Facts = Record<string, string>;

const VISIT = "(?<visit>[^ ,]+-V\\d+)";
const FORMS: readonly (readonly [RegExp, CaseText])[] = [
  ["visit requested", "because_requested"],
  [`${VISIT} visit requested`, "because_visit_requested"],
  [`${VISIT} has a window`, "because_window"],
  [`${VISIT} departed`, "because_departed"],
  [`${VISIT} arrived`, "because_arrived"],
  [`${VISIT} finished`, "because_finished"],
  [`${VISIT} cancelled`, "because_cancelled"],
  ["the visit was split", "because_split"],
  [`${VISIT} was split`, "because_visit_split"],
  [`${VISIT} was moved`, "because_moved"],
  [`${VISIT} was pinned or set free`, "because_pinned"],
  [`${VISIT} may be offered to everybody again`, "because_everybody"],
  ["(?<count>\\d+) visits are without a place", "because_without_place"],
  ["(?<count>\\d+) visits changed while the plan was made", "because_changed"],
  ["(?<count>\\d+) visits were moved", "because_many_moved"],
  ["a round of planning failed", "because_failed"],
  ["placed around the published plan", "because_around"],
  ["engineer absent", "because_engineer_absent"],
  ["(?<engineer>[^ ,]+) is absent", "because_absent"],
  ["(?<sku>[^ ,]+) came in", "because_came_in"],
  ["(?<plan>[^ ,]+-P\\d+) was published", "because_published"],
  ["the booking's time passed before it could be offered", "because_passed"],
  ["the customer chose another time", "because_customer"],
  ["no answer to the offer", "because_no_answer"],
  ["declined: (?<decline>[a-z_]+)", "because_declined"],
].map(([form, key]) => [new RegExp(`^${form}$`), key as CaseText] as const);
const FOLLOWS = / \(it follows a visit that was moved\)$/;
const OF_VISIT = new RegExp(`^${VISIT} (?<rest>.+)$`);

/** The reason as the reader's language has it. */
export function recordedWhy(reason: string): string {
  if (language.value === "en") return reason;
  const told = reason.replace(FOLLOWS, "").split(", ").map(partOf);
  // Somebody's own sentence is not told in two languages.
  if (told.some((part) => part === null)) return reason;
  const text = told.join(t("because_and"));
  return FOLLOWS.test(reason) ? t("because_follows", { why: text }) : text;
}

function partOf(part: string): string | null {
  for (const [form, key] of FORMS) {
    const found = form.exec(part);
    if (found) return t(key, factsOf(found.groups));
  }
  const { visit, rest } = OF_VISIT.exec(part)?.groups ?? {};
  const inner = rest ? partOf(rest) : null;
  return inner === null ? null : t("because_of_visit", { visit: visit!, why: inner });
}

function factsOf(groups: Facts = {}): Facts {
  return groups.decline ? { ...groups, decline: word("decline", groups.decline) } : groups;
}
