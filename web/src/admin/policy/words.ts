/** Values and paths of the policy as people read them. */
import { span } from "../../i18n/format";
import { secondsOf } from "./duration";
import type { Json, Path } from "./document";
import { named, t } from "./messages";

/** Promises 4 › Resolved within */
export function pathWords(path: Path): string {
  const words: string[] = [];
  for (const part of path) {
    if (typeof part === "number") words[words.length - 1] += ` ${part + 1}`;
    else words.push(named("f", part));
  }
  return words.join(" › ");
}

export function valueWords(value: Json | undefined): string {
  if (value === null || value === undefined || value === "") return t("nothing");
  if (typeof value === "boolean") return t(value ? "yes" : "no");
  if (typeof value === "string") {
    const seconds = secondsOf(value);
    return Number.isNaN(seconds) ? named("w", value) : span(seconds);
  }
  if (Array.isArray(value)) return value.length ? value.map((each) => (typeof each === "object" ? "…" : valueWords(each))).join(", ") : t("every");
  return typeof value === "object" ? "…" : String(value);
}
