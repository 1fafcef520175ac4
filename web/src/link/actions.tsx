/** The one thing that the customer can do now, as the one big button. */
import { useState } from "preact/hooks";
import { date, time } from "../i18n/format";
import { dayOf, instantOf as at } from "../i18n/zones";
import { CommandForm } from "./form";
import { t } from "./messages";
import { tell } from "./store";
import type { CustomerView, Slot } from "./types";

export function Action({ view }: { view: CustomerView }) {
  switch (view.action?.name) {
    case "quote": return <Quote amount={view.quote?.amount ?? ""} />;
    case "confirm": return <Confirm />;
    case "rating": return <Rating />;
    case "slot": return <SlotChoice slots={view.slots} zone={view.time_zone} />;
    default: return null;
  }
}

function Quote({ amount }: { amount: string }) {
  const [refusing, setRefusing] = useState(false);
  if (refusing)
    return (
      <>
        <p>{t("quote_refuse_sure")}</p>
        <CommandForm label={t("quote_refuse_yes")} send={() => tell("quote", { accepted: false }, t("done_quote_no"))} />
        <button type="button" class="plain" onClick={() => setRefusing(false)}>{t("back")}</button>
      </>
    );
  return (
    <>
      <CommandForm label={t("quote_accept", { amount })} send={() => tell("quote", { accepted: true }, t("done_quote_yes"))} />
      <button type="button" class="second" onClick={() => setRefusing(true)}>{t("quote_refuse")}</button>
    </>
  );
}

function Confirm() {
  const [reopening, setReopening] = useState(false);
  if (reopening)
    return (
      <>
        <CommandForm label={t("reopen_send")}
          send={(form) => tell("confirm", { solved: false, note: String(form.get("note")).trim() }, t("done_reopen"))}>
          <label for="reopen">{t("reopen_what")}</label>
          <p class="hint" id="reopen-hint">{t("reopen_hint")}</p>
          <textarea id="reopen" name="note" rows={4} maxLength={2000} aria-describedby="reopen-hint" autofocus />
        </CommandForm>
        <button type="button" class="plain" onClick={() => setReopening(false)}>{t("back")}</button>
      </>
    );
  return (
    <>
      <CommandForm label={t("confirm_yes")} send={() => tell("confirm", { solved: true }, t("done_confirm"))} />
      <button type="button" class="second" onClick={() => setReopening(true)}>{t("confirm_no")}</button>
    </>
  );
}

function Rating() {
  const send = async (form: FormData) => {
    const csat = Number(form.get("csat"));
    if (!csat) return t("rating_missing");
    return tell("rating", { csat, comment: String(form.get("comment")).trim() }, t("done_rating"));
  };
  return (
    <CommandForm label={t("rating_send")} send={send}>
      <fieldset>
        <legend>{t("rating_legend")}</legend>
        {([5, 4, 3, 2, 1] as const).map((n) => (
          <label key={n} class="choice"><input type="radio" name="csat" value={n} /><span>{t(`rating_${n}`)}</span></label>
        ))}
      </fieldset>
      <label for="comment">{t("rating_comment")}</label>
      <textarea id="comment" name="comment" rows={3} maxLength={2000} />
    </CommandForm>
  );
}

function SlotChoice({ slots, zone }: { slots: readonly Slot[]; zone: string }) {
  const send = async (form: FormData) => {
    const slot = form.get("slot");
    if (!slot) return t("slot_missing");
    return tell("slot", { slot: String(slot) }, t("done_slot"));
  };
  const days = new Map<string, Slot[]>();
  for (const slot of slots) {
    const day = dayOf(Date.parse(slot.start), zone);
    days.set(day, [...(days.get(day) ?? []), slot]);
  }
  return (
    <CommandForm label={t("slot_send")} send={send}>
      <fieldset>
        <legend>{t("slot_legend")}</legend>
        {[...days].map(([day, ofDay]) => (
          <div key={day} role="group" aria-labelledby={`day-${day}`}>
            <h3 id={`day-${day}`}>{date(at(day, "12:00", zone), zone)}</h3>
            {ofDay.map((slot) => (
              <label key={slot.id} class="choice">
                <input type="radio" name="slot" value={slot.id} />
                <span>{time(slot.start, zone)}–{time(slot.end, zone)}</span>
              </label>
            ))}
          </div>
        ))}
      </fieldset>
    </CommandForm>
  );
}
