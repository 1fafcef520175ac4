/** Repairs that wait for a part, the customer or the depot, the longest waiting first. */
import { useEffect, useState } from "preact/hooks";
import { onChange } from "../api/changes";
import { get } from "../api/client";
import type { WaitingLine } from "../api/case-types";
import { asProblem, type Problem } from "../api/problem";
import type { Page } from "../api/types";
import { t as shell } from "../app/messages";
import { followLink } from "../app/router";
import { causeText } from "../cases/cause";
import { SlaMark } from "../cases/sla-mark";
import { longSpan } from "../cases/told";
import { word } from "../cases/words";
import { Empty } from "../design/empty";
import { Icon } from "../design/icons";
import { ProblemNote } from "../design/problem";
import { casePath } from "./list";
import { t } from "./messages";

const BURST_MS = 5000;

export function Ageing({ query }: { query: string }) {
  const [lines, setLines] = useState<WaitingLine[] | null>(null);
  const [cursor, setCursor] = useState<string | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);

  async function load(after: string | null, limit = 50) {
    try {
      const more = after ? `&cursor=${encodeURIComponent(after)}` : "";
      const page = await get<Page<WaitingLine>>(`/operations/ageing?${query}&limit=${limit}${more}`);
      setLines((known) => [...(after ? (known ?? []) : []), ...page.items]);
      setCursor(page.next_cursor);
      setProblem(null);
    } catch (error) {
      setProblem(asProblem(error));
    }
  }

  useEffect(() => {
    void load(null);
    let burst: ReturnType<typeof setTimeout> | null = null;
    const soon = () => (burst ??= setTimeout(() => ((burst = null), void load(null)), BURST_MS));
    const stop = onChange(() => soon(), () => soon());
    return () => {
      stop();
      if (burst) clearTimeout(burst);
    };
  }, [query]);

  if (problem) return <ProblemNote problem={problem} onAgain={() => void load(null)} />;
  if (!lines) return <p class="centre muted">{shell("loading")}</p>;
  if (lines.length === 0) return <Empty title={t("nothing_waits")} hint={t("nothing_waits_hint")} />;
  return (
    <div class="ageing">
      <div class="row"><span class="spacer" /><a class="button" href={`/api/operations/ageing.csv?${query}`} download title={t("export_csv_hint")}><Icon name="down" /> {t("export_csv")}</a></div>
      <table class="plain">
        <thead><tr><th>{t("waits_for")}</th><th class="number">{t("since")}</th><th>{t("why")}</th><th>{t("who_ends_it")}</th><th>{t("col_case")}</th><th>{t("col_promise")}</th><th>{t("col_about")}</th></tr></thead>
        <tbody>
          {lines.map((line) => (
            <tr key={line.case.id}>
              <td>{word("waiting", line.waits_for)}</td>
              <td class="number"><b>{longSpan(line.seconds)}</b></td>
              <td>{line.case.cause && causeText(line.case.cause, line.case.time_zone)}</td>
              <td>{word("role", line.who)}{line.from_ && <span class="muted"> · {line.from_}</span>}</td>
              <td><a href={casePath(line.case.id)} onClick={followLink}>{line.case.id}</a></td>
              <td><SlaMark state={line.case.sla} /></td>
              <td>{line.case.product_model && <b>{line.case.product_model} </b>}{line.case.symptom}<span class="muted"> · {line.case.neighbourhood}</span></td>
            </tr>
          ))}
        </tbody>
      </table>
      {cursor && <button onClick={() => void load(cursor)}><Icon name="chevron_down" /> 50</button>}
    </div>
  );
}
