import { dateTime } from "../../i18n/format";
import { HERE } from "../../i18n/zones";
import { useAsked } from "../list";
import type { ChangeLine } from "../types";
import { differences, type Json } from "./document";
import { t } from "./messages";
import { pathWords, valueWords } from "./words";

export function History() {
  const lines = useAsked<ChangeLine[]>("/admin/policy/changes").items;
  if (!lines) return null;
  return (
    <section class="policy-history">
      <h2>{t("history")}</h2>
      {!lines.length && <p class="muted">{t("no_history")}</p>}
      <ol>
        {lines.map((line) => (
          <li key={line.id}>
            <div><strong>{line.actor_id}</strong> <span class="muted">{dateTime(line.at, HERE)}</span></div>
            <div>“{line.reason}”</div>
            <ul>{changesOf(line).map((text) => <li key={text}>{text}</li>)}</ul>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** The audit keeps lists as a whole; here only what differs inside of them is told. */
function changesOf(line: ChangeLine): string[] {
  const names = [...new Set([...Object.keys(line.before), ...Object.keys(line.after)])];
  return names.flatMap((name) =>
    differences(line.before[name] as Json | undefined, line.after[name] as Json | undefined, name.split(".")).map(
      ({ path, before, after }) => `${pathWords(path)}: ${valueWords(before)} → ${valueWords(after)}`,
    ),
  );
}
