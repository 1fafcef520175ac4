/** The report. It asks only what its outcome needs, and every word of it is on the disk as soon as it is written. */
import { useState } from "preact/hooks";
import { language } from "../i18n/language";
import { CheckItems } from "./checklist";
import { missingOf } from "./checks";
import { t } from "./messages";
import { ASKED, gaps, reportOf, type Draft, type Gap } from "./model";
import { PartLines } from "./part-lines";
import { Photos } from "./photo-list";
import { kept } from "./saying";
import { Signature } from "./signature";
import { day, finish, now, tick } from "./store";
import { OUTCOMES, type FieldVisit } from "./types";
import { useDraft } from "./use-draft";
import { reporting } from "./view";

export function FinishForm({ visit }: { visit: FieldVisit }) {
  const [draft, change] = useDraft(visit.id);
  const [asked, setAsked] = useState(false);
  if (!draft || !day.value) return null;
  const known = day.value.body;
  const minutes = minutesSince(visit.arrived_at);
  const missing = gaps(draft, known, visit.checklist);

  async function send() {
    setAsked(true);
    if (missing.length || !draft) return;
    if (await kept(() => finish(visit.id, reportOf(draft, minutes, visit.checklist), draft.signature))) reporting.value = null;
    scrollTo({ top: 0 });
  }

  const needs = draft.outcome && ASKED[draft.outcome];
  return (
    <main class="field-form field-report" aria-labelledby="field-report-title">
      <h1 id="field-report-title">{t("report", { case: visit.case_id })}</h1>
      <fieldset>
        <legend>{t("how_did_it_end")}</legend>
        <div class="field-choices">
          {OUTCOMES.map((each) => (
            <button key={each} type="button" aria-pressed={draft.outcome === each} onClick={() => change({ outcome: each })}>{t(`outcome_${each}`)}</button>
          ))}
        </div>
      </fieldset>
      {needs && (
        <>
          <label>
            {t(draft.outcome === "no_access" ? "what_stood_in_the_way" : draft.outcome === "unsafe" ? "what_is_dangerous" : "work_done")}
            <textarea name="work_done" rows={3} maxLength={2000} value={draft.work_done} onInput={(event) => change({ work_done: event.currentTarget.value })} />
          </label>
          {needs.parts && <PartLines title={t("parts_used")} lines={draft.used} visit={visit} day={known} used onChange={(used) => change({ used })} />}
          {needs.needed !== "no" && <PartLines title={t("parts_needed")} lines={draft.needed} visit={visit} day={known} onChange={(needed) => change({ needed })} />}
          {visit.checklist && needs.checklist !== "no" && <CheckItems checklist={visit.checklist} answers={draft.checks} onChange={(checks) => change({ checks })} />}
          {needs.readings && <Readings draft={draft} change={change} />}
          <Photos visit={visit.id} taken={draft.photos} onTaken={(key) => change((now) => ({ photos: [...now.photos, key] }))}
            onRemoved={(key) => change((now) => ({ photos: now.photos.filter((each) => each !== key) }))} />
          <label>
            {t("labour")}
            <input name="labour" type="number" inputMode="numeric" min={0} max={1440} value={draft.labour ?? minutes}
              onInput={(event) => change({ labour: event.currentTarget.value === "" ? null : Math.round(event.currentTarget.valueAsNumber) })} />
            {draft.labour === null && <span class="muted">{t("labour_hint")}</span>}
          </label>
          {needs.signature && !draft.signed && (
            <fieldset>
              <legend>{t("signature")}</legend>
              {!draft.unsigned && <Signature bytes={draft.signature} onChange={(signature) => change({ signature })} />}
              <label class="field-tick">
                <input type="checkbox" checked={draft.unsigned} onChange={(event) => change({ unsigned: event.currentTarget.checked, signature: null })} />
                {t("unsigned")}
              </label>
            </fieldset>
          )}
        </>
      )}
      {asked && missing.length > 0 && (
        <div class="field-note" role="alert"><strong>{t("missing")}</strong>
          <ul>{missing.map((gap) => <li key={gap}>{gapText(gap, visit, draft)}</li>)}</ul></div>
      )}
      <div class="field-main">
        <button onClick={() => (reporting.value = null)}>{t("back")}</button>
        <button class="primary" onClick={() => void send()}>{t("send_report")}</button>
      </div>
    </main>
  );
}

/** What is missing; items of the checklist by their names. */
function gapText(gap: Gap, visit: FieldVisit, draft: Draft): string {
  if (gap !== "check") return t(`gap_${gap}`);
  return t("gap_check", { items: missingOf(visit.checklist, draft.checks).map(({ label }) => label[language.value]).join(", ") });
}

function minutesSince(arrived: string | null): number {
  void tick.value;
  return arrived ? Math.min(1440, Math.max(0, Math.round((now() - Date.parse(arrived)) / 60_000))) : 0;
}

function Readings({ draft, change }: { draft: Draft; change: (changes: Partial<Draft>) => void }) {
  const set = (index: number, part: Partial<Draft["readings"][number]>) =>
    change({ readings: draft.readings.map((reading, each) => (each === index ? { ...reading, ...part } : reading)) });
  return (
    <fieldset>
      <legend>{t("readings")}</legend>
      {draft.readings.map((reading, index) => (
        <div key={index} class="field-line">
          <input aria-label={t("reading_name")} placeholder={t("reading_name")} maxLength={60} value={reading.name} onInput={(event) => set(index, { name: event.currentTarget.value })} />
          <input aria-label={t("reading_value")} placeholder={t("reading_value")} maxLength={60} value={reading.value} onInput={(event) => set(index, { value: event.currentTarget.value })} />
          <button type="button" aria-label={t("remove", { what: reading.name || t("readings") })} onClick={() => change({ readings: draft.readings.filter((_, each) => each !== index) })}>×</button>
        </div>
      ))}
      {draft.readings.length < 20 && <button type="button" onClick={() => change({ readings: [...draft.readings, { name: "", value: "" }] })}>{t("add_reading")}</button>}
    </fieldset>
  );
}
