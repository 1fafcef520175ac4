/** Acts that the server did not take: what it said, and what to do. They hold nothing else up. */
import { useEffect, useRef } from "preact/hooks";
import { Icon } from "../design/icons";
import { time } from "../i18n/format";
import { t } from "./messages";
import type { Entry, Refusal } from "./outbox";
import { reporting } from "./view";
import { kept } from "./saying";
import { discard, refused, reopen, retry, zone } from "./store";
import type { VisitState } from "./types";

export function Refusals() {
  const visits = [...new Set(refused.value.map(({ visit }) => visit))];
  const count = refused.value.length;
  // One more than before: it is shown where the eye is, at the top.
  const before = useRef(0);
  useEffect(() => {
    if (count > before.current) scrollTo({ top: 0 });
    before.current = count;
  }, [count]);
  return <>{visits.map((visit) => <OfVisit key={visit} visit={visit} acts={refused.value.filter((entry) => entry.visit === visit)} />)}</>;
}

function OfVisit({ visit, acts }: { visit: string; acts: readonly Entry[] }) {
  const ids = acts.map(({ id }) => id);
  const report = acts.find(({ kind }) => kind === "finish");
  // Visits are named after their case: C-1042-V1.
  const name = visit.replace(/-V\d+$/, "");
  return (
    <section class="field-refused" role="alert" aria-label={t("refused_title")}>
      <h2><Icon name="alert" /> {t("refused_title")} · {name}</h2>
      <ul>
        {acts.map((entry) => (
          <li key={entry.id}>
            <strong>{t("refused_act", { act: t(`act_${entry.kind}`), time: time(entry.at, zone.value) })}</strong>
            <p>{explained(entry.refusal!)}</p>
            <p class="muted">{t("server_said", { words: said(entry.refusal!) })}</p>
          </li>
        ))}
      </ul>
      <p>{t("what_to_do", { case: name })}</p>
      <div class="field-choices">
        {report && <button class="primary" onClick={() => void kept(() => reopen(report).then(() => void (reporting.value = visit)))}>{t("correct")}</button>}
        <button onClick={() => void kept(() => retry(ids))}>{t("retry")}</button>
        <button onClick={() => void kept(() => discard(ids))}>{t("discard")}</button>
      </div>
    </section>
  );
}

function explained({ status, code, visitState }: Refusal): string {
  if (code === "wrong_state" && visitState) return t("why_wrong_state", { state: t(`state_${visitState as VisitState}`) });
  if (code === "stale_booking") return t("why_stale_booking");
  if (code === "stock" || code.includes("stock")) return t("why_stock");
  if (code === "checklist_incomplete") return t("why_checklist");
  if (status === 404) return t("why_not_found");
  if (status === 403) return t("why_forbidden");
  if (status === 413 || status === 415) return t("why_file");
  return t(status === 422 || status === 400 ? "why_invalid" : "why_other");
}

function said({ detail, fields, status, code }: Refusal): string {
  const named = fields.length ? ` (${fields.map(({ field }) => field).join(", ")})` : "";
  return (detail || `${status} ${code}`) + named;
}
