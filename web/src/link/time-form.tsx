import { useState } from "preact/hooks";
import { dayOf, shiftDay } from "../i18n/zones";
import { CommandForm } from "./form";
import { t } from "./messages";
import { tell } from "./store";
import { PARTS, windowsOf, type PartOfDay } from "./windows";

const MOST = 3;
/** So far ahead a wish makes sense. */
const DAYS = 60;

/** Asks for another time: days and parts of days, in the time of the place. A dispatcher decides. */
export function TimeForm({ zone, now }: { zone: string; now: string }) {
  const [count, setCount] = useState(1);
  const today = dayOf(Date.parse(now), zone);
  const send = async (form: FormData) => {
    const proposals = Array.from({ length: count }, (_, n) => ({
      day: String(form.get(`day-${n}`) ?? ""),
      part: String(form.get(`part-${n}`)) as PartOfDay,
    }));
    const windows = windowsOf(proposals, zone, Date.parse(now));
    if (!windows.length) return t("time_missing");
    return tell("windows", { windows, note: String(form.get("note")).trim() }, t("done_windows"));
  };
  return (
    <CommandForm label={t("time_send")} second send={send}>
      <p class="hint">{t("other_time_hint")}</p>
      {Array.from({ length: count }, (_, n) => (
        <fieldset key={n} class="pair">
          <legend class={count === 1 ? "hidden-text" : ""}>{t("time_number", { number: n + 1 })}</legend>
          <label>{t("time_day")}<input type="date" name={`day-${n}`} min={today} max={shiftDay(today, DAYS)} /></label>
          <label>{t("time_part")}
            <select name={`part-${n}`}>
              {(Object.keys(PARTS) as PartOfDay[]).map((part) => <option key={part} value={part}>{t(part)}</option>)}
            </select>
          </label>
        </fieldset>
      ))}
      {count < MOST && <button type="button" class="plain" onClick={() => setCount(count + 1)}>{t("more_times")}</button>}
      <label for="time-note">{t("time_note")}</label>
      <textarea id="time-note" name="note" rows={2} maxLength={2000} />
    </CommandForm>
  );
}
