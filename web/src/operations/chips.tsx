/** Filters as chips with the number of cases that each would show. */
import { useState } from "preact/hooks";
import { location } from "../app/router";
import { word } from "../cases/words";
import { Icon } from "../design/icons";
import { date } from "../i18n/format";
import { HERE } from "../i18n/zones";
import { DRILLED, FACETS, toggled, withoutDrilled, withValue, type Facet } from "./filters";
import { t } from "./messages";
import type { CaseList } from "./store";

const ALWAYS: readonly Facet[] = ["sla", "waiting", "responsible"];
/** The worst first; the other facets are ordered by their counts. */
const SLA_ORDER = ["breached", "jeopardy", "warning", "running", "paused", "none", "kept", "missed"];

interface Props {
  list: CaseList;
  /** Where the changed filters go. */
  onChange: (query: URLSearchParams) => void;
}

export function Chips({ list, onChange }: Props) {
  const { query } = location.value;
  const [all, setAll] = useState(false);
  const shown = FACETS.filter(([name]) => all || ALWAYS.includes(name) || query.has(name));
  return (
    <div class="chips">
      {shown.map(([name, counted]) => <FacetChips key={name} name={name} counts={list.counts.value?.facets[counted] ?? {}} onChange={onChange} />)}
      <Chip chosen={query.get("overdue") === "true"} onToggle={() => onChange(withValue(query, "overdue", query.has("overdue") ? "" : "true"))}>{t("overdue")}</Chip>
      <DrilledChips onChange={onChange} />
      <button class="link" aria-expanded={all} onClick={() => setAll(!all)}>{t(all ? "fewer_filters" : "more_filters")}</button>
    </div>
  );
}

function FacetChips({ name, counts, onChange }: { name: Facet; counts: Record<string, number>; onChange: Props["onChange"] }) {
  const { query } = location.value;
  const chosen = query.getAll(name);
  const values = [...new Set([...Object.keys(counts), ...chosen])].sort((a, b) =>
    name === "sla" ? SLA_ORDER.indexOf(a) - SLA_ORDER.indexOf(b) : (counts[b] ?? 0) - (counts[a] ?? 0));
  if (values.length === 0) return null;
  return (
    <span class="chip-group" role="group" aria-label={t(`facet_${name}`)}>
      <span class="muted small">{t(`facet_${name}`)}</span>
      {values.map((value) => (
        <Chip key={value} chosen={chosen.includes(value)} count={counts[value] ?? 0} onToggle={() => onChange(toggled(query, name, value))}>
          {word(name === "responsible" ? "role" : name, value)}
        </Chip>
      ))}
    </span>
  );
}

function Chip({ chosen, count, onToggle, children }: { chosen: boolean; count?: number; onToggle: () => void; children: preact.ComponentChildren }) {
  return (
    <button class="chip" aria-pressed={chosen} onClick={onToggle}>
      {children}{count !== undefined && <b>{count}</b>}
    </button>
  );
}

/** Filters that a figure or a chart has set, in words, to be taken off. */
function DrilledChips({ onChange }: { onChange: Props["onChange"] }) {
  const { query } = location.value;
  const shown = DRILLED.filter((name) => query.has(name) && !(name.endsWith("_to") && query.has(name.replace("_to", "_from"))));
  return (
    <>
      {shown.map((name) => {
        const text = drilledText(name, query);
        return (
          <button key={name} class="chip chip-drilled" aria-label={t("take_off", { filter: text })} onClick={() => onChange(withoutDrilled(query, name))}>
            {text} <Icon name="close" />
          </button>
        );
      })}
    </>
  );
}

function drilledText(name: (typeof DRILLED)[number], query: URLSearchParams): string {
  const value = query.get(name) ?? "";
  if (name === "model" || name === "error_code" || name === "engineer") return t(`drilled_${name}`, { value: value || "–" });
  if (name === "promise") return t(value === "kept" ? "drilled_promise_kept" : "drilled_promise_missed");
  if (name === "first_time") return t(value === "true" ? "drilled_first_time" : "drilled_later");
  const stem = name.replace(/_(from|to)$/, "") as "opened" | "promise" | "visited" | "solved";
  const [from, to] = [`${stem}_from`, `${stem}_to`].map((end) => query.get(end)).map((at) => at && date(at, HERE));
  const span = from && to ? t("span_both", { from, to }) : from ? t("span_from", { from }) : t("span_to", { to: to ?? "" });
  return t(`drilled_${stem}`, { span });
}
