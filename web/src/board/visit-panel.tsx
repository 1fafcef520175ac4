/** One visit: what it needs, its clocks and parts, why it is there, where else it could be, what happened. */
import { useEffect, useState } from "preact/hooks";
import { get } from "../api/client";
import type { RankedPlace, VisitDetail, WhatIf, Why } from "../api/board-types";
import type { Entry, Timeline } from "../api/case-types";
import { asProblem, type Problem } from "../api/problem";
import { may } from "../app/session";
import { eventText, timelineOf, whyText } from "../cases/timeline-model";
import { word } from "../cases/words";
import { Icon } from "../design/icons";
import { ProblemNote } from "../design/problem";
import { PromiseMark } from "../design/promise";
import { dateTime, money, time } from "../i18n/format";
import { pin, placesOf, preview, proposeBest, proposeSwap, unplan } from "./commands";
import { changeText, choiceText, placeText, reasonText } from "./explained";
import { t, type BoardText } from "./messages";
import type { Bar } from "./model";
import { splitting } from "./split";
import { barsById, board, engineerName, selected, zone } from "./store";

interface Facts {
  detail: VisitDetail;
  why: Why;
  places: RankedPlace[];
  events: Entry[];
}

export function VisitPanel({ visitId }: { visitId: string }) {
  const [facts, setFacts] = useState<Partial<Facts>>({});
  const [problem, setProblem] = useState<Problem | null>(null);
  const bar = barsById.value.get(visitId);
  const waiting = board.value?.unplanned.find((visit) => visit.visit_id === visitId);
  // Asked again when the visit itself looks different, not whenever anything on the board does.
  const version = JSON.stringify(bar ?? waiting);
  useEffect(() => {
    const stop = new AbortController();
    void load(visitId, bar?.started ?? false, stop.signal, (found) => setFacts((old) => ({ ...old, ...found })), setProblem);
    return () => stop.abort();
  }, [visitId, version]);
  const { detail, why, places, events } = facts;
  const promise = bar?.promise ?? waiting?.sla.state;
  const other = bar?.otherPart ?? waiting?.other_part;
  return (
    <section class="panel-part visit-panel" aria-label={detail?.visit.case_id ?? visitId}>
      <header class="row">
        <h2>{bar?.caseId ?? waiting?.case_id ?? visitId}</h2>
        {promise && <PromiseMark state={promise} />}
        {bar?.drafted && <span class="tag">{t("drafted")}</span>}
        {other && <button class="tag" title={t("other_part")} onClick={() => (selected.value = [other.visit_id])}>{t("part_of_two", { number: other.number })}</button>}
        <span class="spacer" />
        <button class="icon-button" aria-label={t("cancel")} onClick={() => (selected.value = [])}><Icon name="close" /></button>
      </header>
      <p>{bar?.symptom ?? waiting?.symptom}</p>
      {bar && <p class="muted">{engineerName(bar.engineerId)} · {time(bar.arrival, zone.value)}–{time(bar.finish, zone.value)} · {bar.place}</p>}
      <Buttons bar={bar} visitId={visitId} detail={detail} />
      {problem && <ProblemNote problem={problem} />}
      {why && <WhyPart why={why} visitId={visitId} planned={bar !== undefined} />}
      {places && !bar?.started && <Places places={places} visitId={visitId} />}
      {detail && <DetailParts detail={detail} />}
      {events && <History events={events} />}
    </section>
  );
}

/** Each part as soon as it is there: the alternatives take longest. */
async function load(visitId: string, started: boolean, stop: AbortSignal, take: (found: Partial<Facts>) => void, fail: (problem: Problem) => void) {
  const visit = `/visits/${encodeURIComponent(visitId)}`;
  const keep = <Name extends keyof Facts>(name: Name, found: Promise<Facts[Name]>) =>
    found.then((value) => stop.aborted || take({ [name]: value } as Partial<Facts>));
  try {
    const detail = await get<VisitDetail>(visit, stop);
    if (stop.aborted) return;
    take({ detail });
    await Promise.all([
      keep("why", get<Why>(`${visit}/why`, stop)),
      started || !may("draft.preview") ? null : keep("places", placesOf(visitId)),
      keep("events", get<Timeline>(`/cases/${encodeURIComponent(detail.visit.case_id)}/events`, stop).then(({ items }) => items)),
    ]);
  } catch (error) {
    if (!stop.aborted) fail(asProblem(error));
  }
}

function Buttons({ bar, visitId, detail }: { bar: Bar | undefined; visitId: string; detail: VisitDetail | undefined }) {
  const why = bar?.fixedBecause;
  return (
    <div class="row buttons">
      {!bar?.started && may("draft.preview") && <button onClick={() => void proposeBest(visitId)}>{t("best_place")} <kbd>⏎</kbd></button>}
      {bar && !bar.started && !bar.drafted && may("visit.pin") && (
        <button aria-pressed={bar.pinned} onClick={() => void pin(bar)}><Icon name="pin" /> {t(bar.pinned ? "unpin" : "pin")}</button>
      )}
      {bar && !bar.started && may("draft.change") && <button onClick={() => void unplan(visitId)}>{t("unplan")}</button>}
      {detail && !bar?.started && may("visit.split") && <button onClick={() => (splitting.value = detail)}><Icon name="split" /> {t("split")}</button>}
      {selected.value.length === 2 && may("draft.preview") && <button onClick={proposeSwap}><Icon name="swap" /> {t("swap")}</button>}
      {why && !bar.movable && <span class="muted">{t("fixed", { why: t(`fixed_${why}` as BoardText) })}</span>}
    </div>
  );
}

function WhyPart({ why, visitId, planned }: { why: Why; visitId: string; planned: boolean }) {
  const show = (change: WhatIf) =>
    preview([{ visit_id: visitId, engineer_id: change.engineer_id, arrival: change.arrival }], changeText(change));
  return (
    <div>
      <h3>{t(planned ? "why_here" : "why_not")}</h3>
      {(planned || why.reasons.length === 0) && <p>{why.choice ? choiceText(why.choice) : planned ? why.answer : t("no_reason")}</p>}
      {!planned && why.reasons.length > 0 && <ul>{why.reasons.map((reason) => <li key={reason.code}>{reasonText(reason)}</li>)}</ul>}
      {why.changes.length > 0 && (
        <>
          <h4>{t("would_help")}</h4>
          {why.changes.map((change) => <button key={change.kind} class="wide" disabled={!may("draft.preview")} onClick={() => show(change)}>{changeText(change)}</button>)}
        </>
      )}
    </div>
  );
}

function Places({ places, visitId }: { places: RankedPlace[]; visitId: string }) {
  return (
    <div>
      <h3>{t("alternatives")}</h3>
      {places.length === 0 && <p class="muted">{t("no_alternatives")}</p>}
      {places.slice(0, 3).map((place) => (
        <button key={place.engineer_id + place.arrival} class="wide alternative"
          onClick={() => preview([{ visit_id: visitId, engineer_id: place.engineer_id, arrival: place.arrival }], placeText(place))}>
          <b>{engineerName(place.engineer_id)}</b> {dateTime(place.arrival, zone.value)}
          <span class="spacer" />
          <PromiseMark state={place.sla.state} />
          <span class="number">{money(place.cost_change_cents, true)}</span>
        </button>
      ))}
    </div>
  );
}

function DetailParts({ detail }: { detail: VisitDetail }) {
  const clocks = [["due_dispatch", detail.dispatch_due], ["due_on_site", detail.on_site_due], ["due_resolve", detail.resolve_due]] as const;
  const due = clocks.filter(([, at]) => at);
  const needs = [
    ...Object.entries(detail.skills).map(([skill, level]) => `${skill} ${level}`),
    ...detail.tools,
    t("minutes", { minutes: detail.minutes }),
  ];
  return (
    <>
      <div><h3>{t("needs")}</h3><p>{needs.join(" · ")}</p></div>
      <div>
        <h3>{t("clocks")}</h3>
        {due.length === 0 && <p class="muted">{t("no_clocks")}</p>}
        <dl class="facts">{due.map(([name, at]) => <div key={name}><dt>{t(name)}</dt><dd>{dateTime(at!, zone.value)}</dd></div>)}</dl>
      </div>
      <div>
        <h3>{t("parts")}</h3>
        {detail.reservations.length === 0 && <p class="muted">{t("no_parts")}</p>}
        <dl class="facts">
          {detail.reservations.map((part) => (
            <div key={part.id}>
              <dt>{part.quantity} × {part.sku}</dt>
              <dd>{part.location} <span class="muted">{part.ready_at ? t("part_ready", { time: dateTime(part.ready_at, zone.value) }) : part.state}</span></dd>
            </div>
          ))}
        </dl>
      </div>
    </>
  );
}

function History({ events }: { events: Entry[] }) {
  const lines = timelineOf(events, [], "all", false).flatMap((line) => ("entry" in line ? [line.entry] : []));
  return (
    <div>
      <h3>{t("history")}</h3>
      {lines.length === 0 && <p class="muted">{t("no_history")}</p>}
      <ol class="history">
        {lines.map((event) => (
          <li key={event.id}>
            <time class="muted" dateTime={event.at}>{dateTime(event.at, zone.value)}</time>
            <span>
              {eventText(event, zone.value)}{" "}
              <span class="muted">{[event.move?.why && whyText(event, event.move.why, zone.value), word("role", event.actor_role)].filter(Boolean).join(" · ")}</span>
            </span>
          </li>
        ))}
      </ol>
    </div>
  );
}
