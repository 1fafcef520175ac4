/** Cases like this one: the same again, the fault that is back, and what helped before. */
import type { Alike, Check, Hint } from "../api/case-types";
import { Empty } from "../design/empty";
import { Icon } from "../design/icons";
import { date } from "../i18n/format";
import { HERE } from "../i18n/zones";
import { casePath } from "../operations/list";
import { t } from "./messages";
import { word } from "./words";

/** What is known of a case that is being typed. Links open beside it, so that nothing typed is lost. */
export function Known({ check }: { check: Check | null }) {
  const duplicates = check?.alike.filter(({ kind }) => kind === "duplicate") ?? [];
  const repeats = check?.alike.filter(({ kind }) => kind === "repeat") ?? [];
  const nothing = duplicates.length + repeats.length + (check?.hints.length ?? 0) === 0;
  return (
    <div class="known" aria-live="polite">
      {nothing && (check ? <Empty title={t("no_alike")} /> : <p class="muted">{t("no_alike_hint")}</p>)}
      <AlikeList title={t("duplicates")} cases={duplicates} />
      <AlikeList title={t("repeats")} cases={repeats} />
      {check && check.hints.length > 0 && <section><h3>{t("hints")}</h3><HintList hints={check.hints} zone={HERE} /></section>}
    </div>
  );
}

function AlikeList({ title, cases }: { title: string; cases: Alike[] }) {
  if (cases.length === 0) return null;
  return (
    <section class="alike" role="alert">
      <h3><Icon name="alert" /> {title}</h3>
      <ul class="plain-list">
        {cases.map((one) => (
          <li key={one.case_id}>
            <span class="row"><a href={casePath(one.case_id)} target="_blank">{t("open_it", { case: one.case_id })}</a><span class="spacer" />{one.closed_at ? t("closed_at", { time: date(one.closed_at, HERE) }) : t("opened_at", { time: date(one.opened_at, HERE) })}</span>
            <span>{one.product_model && <b>{one.product_model} </b>}{one.error_code && `${one.error_code} · `}{one.symptom}</span>
            <span class="muted small">{[...one.reasons.map((reason) => word("reason", reason)), word("state", one.state), !one.closed_at && word("step", one.next_step)].filter(Boolean).join(" · ")}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

export function HintList({ hints, zone }: { hints: Hint[]; zone: string }) {
  if (hints.length === 0) return <p class="muted">{t("no_hints")}</p>;
  return (
    <ul class="plain-list">
      {hints.map((hint) => (
        <li key={hint.case_id}>
          <span>{hint.done || hint.symptom}</span>
          <span class="muted small">
            {[howSolved(hint), partsOf(hint), ...hint.reasons.map((reason) => word("reason", reason)), date(hint.closed_at, zone)].filter(Boolean).join(" · ")}
            {" · "}<a href={casePath(hint.case_id)} target="_blank">{hint.case_id}</a>
          </span>
        </li>
      ))}
    </ul>
  );
}

function howSolved({ solved_by, minutes }: Hint): string {
  if (solved_by === "remote") return t("hint_remote");
  return minutes ? t("hint_visit", { minutes }) : t("hint_visit_short");
}

function partsOf({ parts }: Hint): string {
  const found = Object.entries(parts).map(([sku, quantity]) => (quantity > 1 ? `${quantity} × ${sku}` : sku));
  return found.length ? t("hint_parts", { parts: found.join(", ") }) : "";
}
