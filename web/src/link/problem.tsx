/** What went wrong, in a customer's words, and what to do about it. */
import type { Problem } from "../api/problem";
import { t } from "./messages";

export interface Words {
  what: string;
  todo: string;
}

/** @param sent What was sent: of a file, the API refuses only what it is. */
export function wordsFor(problem: Problem | "no_token", sent: "text" | "file" = "text"): Words {
  if (problem === "no_token") return { what: t("no_token"), todo: t("no_token_do") };
  switch (problem.status) {
    case 0: return { what: t("offline"), todo: t("offline_do") };
    case 401: return { what: t("refused"), todo: t("refused_do") };
    // The API words these for the customer, in the language of the page.
    case 409: return { what: problem.detail, todo: t("not_now_do") };
    case 413: return { what: t("too_large"), todo: t("too_large_do") };
    // Neither the file's kind nor its content can be kept.
    case 415:
    case 422:
      if (sent === "file") return { what: t("bad_file"), todo: t("bad_file_do") };
      return { what: t("bad_input"), todo: t("bad_input_do") };
    case 429: return { what: t("too_often"), todo: t("too_often_do") };
    default: return { what: t("server"), todo: t("server_do") };
  }
}

export function ProblemBox({ words, onAgain }: { words: Words; onAgain?: () => void }) {
  return (
    <div class="wrong" role="alert">
      <strong>{words.what}</strong>
      <p>{words.todo}</p>
      {onAgain && <button type="button" class="second" onClick={onAgain}>{t("again")}</button>}
    </div>
  );
}
