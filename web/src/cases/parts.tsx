/** What belongs to a case: its visits, parts, product and costs. */
import type { Desk, VisitLine } from "../api/case-types";
import { followLink } from "../app/router";
import { may } from "../app/session";
import { dateTime, money } from "../i18n/format";
import { Fact } from "./contact";
import { t } from "./messages";
import { windowText } from "./timeline-model";
import { word } from "./words";

export function Visits({ desk }: { desk: Desk }) {
  return (
    <section aria-label={t("visits")}>
      <h3>{t("visits")}</h3>
      {desk.case.visits.length === 0 && <p class="muted">{t("no_visits")}</p>}
      <ul class="plain-list">{desk.case.visits.toReversed().map((visit) => <Visit key={visit.id} visit={visit} desk={desk} />)}</ul>
    </section>
  );
}

function Visit({ visit, desk }: { visit: VisitLine; desk: Desk }) {
  const { booking } = visit;
  const open = visit.id === desk.case.open_visit_id;
  const part = partOf(visit, desk.case.visits);
  return (
    <li>
      <span class="row"><span><b>{t("visit_number", { number: visit.number })}</b> {part && <span class="muted">{t("part_of_two", { number: part })}</span>} {word("visit", visit.state)}{visit.outcome && ` · ${word("outcome", visit.outcome)}`}</span>
        <span class="spacer" />{open && booking && may("plan.view") && <a href={boardAt(desk, booking.arrival)} onClick={followLink}>{t("on_board")}</a>}</span>
      {booking
        ? <span class="muted">{booking.engineer} · {windowText(booking.arrival, booking.finish, desk.line.time_zone)}</span>
        : !visit.outcome && <span class="muted">{t("no_booking")}</span>}
      {open && visit.next_step && <span class="muted small">{[t("step"), word("step", visit.next_step), word("role", visit.responsible)].join(" · ")}</span>}
    </li>
  );
}

/** Which part of a split job a visit is. */
export function partOf(visit: VisitLine, all: readonly VisitLine[]): 1 | 2 | null {
  if (visit.after_visit_id) return 2;
  return all.some((other) => other.after_visit_id === visit.id) ? 1 : null;
}

const boardAt = (desk: Desk, at: string): string =>
  `/board?${new URLSearchParams({ ...(desk.line.territory ? { territory: desk.line.territory } : {}), day: at.slice(0, 10) }).toString()}`;

export function Parts({ desk }: { desk: Desk }) {
  return (
    <section aria-label={t("parts")}>
      <h3>{t("parts")}</h3>
      {desk.parts.length === 0 && <p class="muted">{t("no_parts")}</p>}
      <ul class="plain-list">
        {desk.parts.map((part) => (
          <li key={`${part.visit_id}/${part.sku}/${part.state}`}>
            <span><b>{part.quantity} × {part.sku}</b> · {word("part", part.state)}</span>
            <span class="muted">{[part.name !== part.sku && part.name, word("source", part.source), part.location, part.ready_at && t("part_ready", { time: dateTime(part.ready_at, desk.line.time_zone) })].filter(Boolean).join(" · ")}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

export function ProductPart({ desk: { line, case: facts } }: { desk: Desk }) {
  return (
    <section aria-label={t("product")}>
      <h3>{t("product")}</h3>
      <dl class="facts">
        <Fact name={t("model")} value={line.product_model} />
        <Fact name={t("serial")} value={facts.serial} />
        <Fact name={t("error_code")} value={facts.error_code} />
        <Fact name={t("warranty")} value={word("warranty", facts.warranty)} />
        <Fact name={t("category")} value={word("category", facts.category)} />
        <Fact name={t("channel")} value={word("channel", facts.channel)} />
        <Fact name={t("reference")} value={facts.external_ref} />
        <Fact name={t("decision")} value={word("decision", facts.decision)} />
        <Fact name={t("outcome")} value={word("outcome", facts.outcome)} />
        <Fact name={t("satisfaction")} value={facts.satisfaction} />
        <Fact name={t("note")} value={facts.closing_note} />
      </dl>
    </section>
  );
}

export function Costs({ desk: { case: facts } }: { desk: Desk }) {
  if (facts.labour_cents + facts.travel_cents + facts.parts_cents + facts.quote_cents === 0) return null;
  return (
    <section aria-label={t("costs")}>
      <h3>{t("costs")}</h3>
      <dl class="facts">
        <Fact name={t("labour")} value={money(facts.labour_cents)} />
        <Fact name={t("travel")} value={money(facts.travel_cents)} />
        <Fact name={t("parts")} value={money(facts.parts_cents)} />
        <Fact name={t("quote")} value={facts.quote_cents ? money(facts.quote_cents) : null} />
      </dl>
    </section>
  );
}
