/** The whole day in route order; a tap opens a stop above. */
import { Icon } from "../design/icons";
import { time } from "../i18n/format";
import { chosen } from "./view";
import { t } from "./messages";
import { visits, zone } from "./store";

export function StopList({ current }: { current: string | null }) {
  return (
    <section class="field-list" aria-label={t("all_stops")}>
      <h2>{t("all_stops")}</h2>
      <ol>
        {visits.value.map((visit, index) => (
          <li key={visit.id}>
            <button aria-current={visit.id === current} aria-label={`${t("stop", { number: index + 1 })}, ${time(visit.arrival, zone.value)}, ${visit.contact?.name || visit.neighbourhood}, ${t(`state_${visit.state}`)}`}
              onClick={() => ((chosen.value = visit.id), scrollTo({ top: 0 }))}>
              <span class="field-number">{visit.state === "done" ? <Icon name="check" /> : index + 1}</span>
              <span><strong>{time(visit.arrival, zone.value)}</strong> {visit.contact?.name || visit.neighbourhood || visit.case_id}<br />
                <span class="muted">{visit.part && `${visit.part}/2 · `}{visit.symptom}</span></span>
              <span class="field-state">{t(`state_${visit.state}`)}</span>
            </button>
          </li>
        ))}
      </ol>
    </section>
  );
}
