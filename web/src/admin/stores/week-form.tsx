/** Opening hours of a week, day by day. */
import { Icon } from "../../design/icons";
import { t as shared } from "../messages";
import type { OpenStretch } from "../types";
import { addedTo, dayName, likeMonday, minuteOf, onDay, WEEKDAYS } from "./hours";
import { t } from "./messages";

export function WeekForm({ hours, onChange }: { hours: readonly OpenStretch[]; onChange: (hours: OpenStretch[]) => void }) {
  const set = (stretch: OpenStretch, change: Partial<OpenStretch>) =>
    onChange(hours.map((each) => (each === stretch ? { ...each, ...change } : each)));
  return (
    <fieldset aria-describedby="hours-hint">
      <legend>{t("hours")}</legend>
      <table class="week">
        <tbody>
          {WEEKDAYS.map((weekday) => {
            const day = dayName(weekday);
            const open = onDay(hours, weekday);
            return (
              <tr key={weekday}>
                <th scope="row">{day}</th>
                <td>
                  {open.length === 0 && hours.length > 0 && <span class="muted">{t("closed")}</span>}
                  {open.map((each, n) => (
                    <div key={n} class="row">
                      <input type="time" required aria-label={t("opens", { day })} value={minuteOf(each.opens)} onInput={(event) => set(each, { opens: event.currentTarget.value })} />
                      –
                      <input type="time" required aria-label={t("closes", { day })} value={minuteOf(each.closes)} onInput={(event) => set(each, { closes: event.currentTarget.value })} />
                      <button type="button" class="icon-button" aria-label={t("remove_hours", { day })} title={shared("remove")} onClick={() => onChange(hours.filter((other) => other !== each))}><Icon name="close" /></button>
                    </div>
                  ))}
                </td>
                <td><button type="button" class="icon-button" aria-label={t("add_hours", { day })} title={shared("add")} onClick={() => onChange(addedTo(hours, weekday))}><Icon name="plus" /></button></td>
              </tr>
            );
          })}
        </tbody>
      </table>
      <div class="row">
        <button type="button" onClick={() => onChange(likeMonday(hours))}>{t("like_monday")}</button>
        <span role="status">{hours.length === 0 && t("always_open")}</span>
      </div>
      <span class="muted small" id="hours-hint">{t("hours_hint")}</span>
    </fieldset>
  );
}
