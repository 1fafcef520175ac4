/** One stop, large: when, who, where, what, and the one button. */
import { useState } from "preact/hooks";
import { Icon } from "../design/icons";
import { date, time, zoneNote } from "../i18n/format";
import { StopChecklist } from "./checklist";
import { Decline } from "./decline";
import { chosen, reporting } from "./view";
import { t } from "./messages";
import { mayDecline, nextStep, type Step } from "./model";
import { kept } from "./saying";
import { act, day, zone } from "./store";
import type { FieldPart, FieldVisit } from "./types";

export function Stop({ visit }: { visit: FieldVisit }) {
  const [declining, setDeclining] = useState(false);
  const step = nextStep(visit);
  // Parts come first on the way, the list at work.
  const working = visit.state === "on_site";
  const checklist = visit.checklist && <StopChecklist visit={visit} checklist={visit.checklist} />;
  return (
    <article class="field-stop" aria-labelledby="field-stop-title" data-visit={visit.id} data-state={visit.state}>
      <header>
        <h1 id="field-stop-title">{visit.contact?.name || visit.neighbourhood || visit.case_id}</h1>
        <p class="field-state">{t(`state_${visit.state}`)}</p>
      </header>
      <p class="field-time">{promise(visit)}</p>
      <p class="muted">{visit.window_start && `${t("planned", { from: time(visit.arrival, zone.value), to: time(visit.finish, zone.value) })} · `}{t("minutes", { minutes: visit.minutes })} · {visit.case_id}</p>
      {visit.part && <p><Icon name="split" /> {t(`part_${visit.part}`)}</p>}
      {visit.severity === "safety" && <p class="field-note"><Icon name="alert" /> {t("safety_case")}</p>}
      <Place visit={visit} />
      <Section title={t("problem")}>
        <p class="field-symptom">{visit.symptom}</p>
        {visit.error_code && <p>{t("error_code", { code: visit.error_code })}</p>}
        {visit.findings && <p><strong>{t("findings")}:</strong> {visit.findings}</p>}
        {visit.product && <p>{visit.product.name}{visit.product.serial && <> · {t("serial")} <code>{visit.product.serial}</code></>}</p>}
      </Section>
      {(visit.contact?.access_notes || visit.unsafe_before.length > 0) && (
        <Section title={visit.contact?.access_notes ? t("access") : t("safety")}>
          {visit.contact?.access_notes && <p>{visit.contact.access_notes}</p>}
          {visit.unsafe_before.map((line) => (
            <p key={line.visit_id} class="field-note"><Icon name="alert" /> {t("unsafe_before", { day: date(line.finished_at, zone.value), text: line.work_done })}</p>
          ))}
        </Section>
      )}
      {working && checklist}
      <Section title={t("parts")}>
        {visit.parts.length === 0 ? <p class="muted">{t("no_parts")}</p> : (
          <ul class="field-parts">{visit.parts.map((part) => <Part key={part.sku + part.place} visit={visit.id} part={part} />)}</ul>
        )}
        {visit.tools.length > 0 && <p>{t("tools")}: {visit.tools.join(", ")}</p>}
      </Section>
      {!working && checklist}
      <Section title={t("history")}>
        {visit.history.length === 0 ? <p class="muted">{t("no_history")}</p> : visit.history.map((line) => (
          <p key={line.visit_id} class="field-history">
            <strong>{date(line.finished_at, zone.value)}</strong> {line.outcome && t(`outcome_${line.outcome}`)} · {line.work_done || line.symptom}
          </p>
        ))}
      </Section>
      {declining ? <Decline visit={visit} onClose={() => setDeclining(false)} /> : mayDecline(visit) && (
        <button class="quiet field-decline" onClick={() => setDeclining(true)}>{t("decline")}</button>
      )}
      {step && !declining && (
        <div class="field-main"><button class="primary" onClick={() => void doStep(visit, step)}>{t(`step_${step}`)}</button></div>
      )}
    </article>
  );
}

export function promise(visit: FieldVisit): string {
  const [from, to] = visit.window_start && visit.window_end ? [visit.window_start, visit.window_end] : [visit.arrival, visit.finish];
  const words = t(visit.window_start ? "promised" : "planned", { from: time(from, zone.value), to: time(to, zone.value) });
  return `${words} ${zoneNote(from, zone.value)}`.trim();
}

async function doStep(visit: FieldVisit, step: Step): Promise<void> {
  if (step === "finish") {
    reporting.value = visit.id;
    scrollTo({ top: 0 });
    return;
  }
  // The stop in hand stays on screen, whichever comes first in the route.
  chosen.value = visit.id;
  await kept(() => act(visit.id, step, bodyOf(visit, step)));
}

function bodyOf(visit: FieldVisit, step: Step): Record<string, unknown> {
  if (step === "accept") return { booking: visit.booking_id };
  return step === "arrive" ? { checklists: day.value?.body.checklists } : {};
}

function Section({ title, children }: { title: string; children: preact.ComponentChildren }) {
  return <section><h2>{title}</h2>{children}</section>;
}

function Place({ visit }: { visit: FieldVisit }) {
  const { contact, latitude, longitude } = visit;
  const accepted = !["booked", "offered", "done"].includes(visit.state);
  return (
    <section>
      {contact ? <p class="field-address">{contact.address}</p> : (
        <p class="muted">{visit.neighbourhood} · {t(accepted ? "contact_loads" : "contact_after_accept")}</p>
      )}
      <div class="field-links">
        <a class="button" href={`geo:${latitude},${longitude}?q=${latitude},${longitude}`}><Icon name="map" /> {t("map")}</a>
        {contact?.phone && (
          <a class="button" href={`tel:${contact.phone.replace(/[^+\d]/g, "")}`}>
            <Icon name="phone" /> {contact.name ? t("call", { name: contact.name }) : t("call_nobody")}
          </a>
        )}
      </div>
    </section>
  );
}

const taken = (visit: string, part: FieldPart) => `callout.field.taken ${visit} ${part.sku} ${part.place}`;

/** A part with a tick for "it is in the van": for the engineer alone, so it stays on the phone for as long as it is open. */
function Part({ visit, part }: { visit: string; part: FieldPart }) {
  const key = taken(visit, part);
  const [ticked, setTicked] = useState(sessionStorage.getItem(key) !== null);
  const tick = (on: boolean) => {
    setTicked(on);
    on ? sessionStorage.setItem(key, "1") : sessionStorage.removeItem(key);
  };
  const from = part.source === "shipment" ? t("from_shipment", { place: part.place }) : part.place ? t("from_warehouse", { place: part.place }) : t("from_van");
  return (
    <li>
      <label>
        <input type="checkbox" checked={ticked} onChange={(event) => tick(event.currentTarget.checked)} />
        <span>
          <strong>{part.quantity} × {part.name}</strong> <code>{part.sku}</code><br />
          {from}{part.serials.length > 0 && <> · <code>{part.serials.join(", ")}</code></>}
          {part.ready_at && part.state !== "ready" && <> · {t("ready_at", { time: `${date(part.ready_at, zone.value)} ${time(part.ready_at, zone.value)}` })}</>}
        </span>
      </label>
    </li>
  );
}
