import { useState } from "preact/hooks";
import { command } from "../../api/client";
import { Problem } from "../../api/problem";
import type { Territory } from "../../api/types";
import { sayDone } from "../../app/toasts";
import { HERE } from "../../i18n/zones";
import { t as shared } from "../messages";
import { SaveForm } from "../saving";
import type { OpenStretch, TerritoryArea, WarehouseLine } from "../types";
import { dayName, firstWrong } from "./hours";
import { t } from "./messages";
import { PlaceMap, type Place } from "./place-map";
import { inOurWords } from "./refusals";
import { WeekForm } from "./week-form";

const USUAL_HANDLING = 10;
const NOWHERE: Place = { latitude: 0, longitude: 0 };

interface Props {
  warehouse: WarehouseLine | null;
  territories: readonly Territory[];
  areas: readonly TerritoryArea[];
  others: readonly WarehouseLine[];
  editable: boolean;
  onSaved: () => void;
  onCancel: () => void;
  onStale: () => void;
}

export function WarehouseForm({ warehouse, territories, areas, others, editable, onSaved, onCancel, onStale }: Props) {
  const [place, setPlace] = useState<Place>(warehouse ?? areas[0]?.area ?? NOWHERE);
  const [hours, setHours] = useState<readonly OpenStretch[]>(warehouse?.opening_hours ?? []);
  const [zone, setZone] = useState(warehouse?.time_zone ?? territories[0]?.time_zone ?? HERE);

  async function save(form: FormData) {
    const wrong = firstWrong(hours);
    if (wrong) throw new Problem(422, "invalid_input", t(`wrong_${wrong.why}`, { day: dayName(wrong.weekday) }));
    const body = {
      name: form.get("name"), territory_id: form.get("territory") || null, time_zone: zone.trim(),
      latitude: place.latitude, longitude: place.longitude, opening_hours: hours,
      handling_minutes: Number(form.get("handling")), active: warehouse ? form.has("active") : true,
    };
    try {
      if (warehouse) await command(`/admin/warehouses/${encodeURIComponent(warehouse.id)}`, body, { method: "PUT", etag: warehouse.etag });
      else await command("/admin/warehouses", { ...body, id: String(form.get("id")).trim() });
    } catch (error) {
      throw inOurWords(error);
    }
    sayDone(t("warehouse_saved", { name: String(body.name) }));
    onSaved();
  }

  return (
    <SaveForm title={warehouse?.name ?? t("add_warehouse")} label={shared("save")} save={save} onCancel={onCancel} onStale={onStale} readOnly={!editable}>
      <fieldset class="store-fields" disabled={!editable}>
        <label>{t("name")}<input name="name" required maxLength={100} defaultValue={warehouse?.name ?? ""} autofocus /></label>
        {!warehouse && (
          <label>{t("number")}<input name="id" required maxLength={60} pattern="[A-Za-z0-9][A-Za-z0-9._\-]*" autocomplete="off" aria-describedby="number-hint" /><span class="muted small" id="number-hint">{t("number_hint")}</span></label>
        )}
        <label>{t("serves")}
          <select name="territory" defaultValue={warehouse?.territory_id ?? ""}>
            <option value="">{shared("every_territory")}</option>
            {territories.map(({ id, name }) => <option key={id} value={id} selected={id === warehouse?.territory_id}>{name}</option>)}
          </select>
        </label>
        <fieldset aria-describedby="place-hint">
          <legend>{t("place")}</legend>
          <PlaceMap place={place} others={others} editable={editable} onMove={setPlace} />
          <span class="muted small" id="place-hint">{t("place_hint")}</span>
          <label>{shared("latitude")}<input type="number" step="any" min={-90} max={90} required value={shown(place.latitude)} onInput={(event) => setPlace({ ...place, latitude: event.currentTarget.valueAsNumber })} /></label>
          <label>{shared("longitude")}<input type="number" step="any" min={-180} max={180} required value={shown(place.longitude)} onInput={(event) => setPlace({ ...place, longitude: event.currentTarget.valueAsNumber })} /></label>
        </fieldset>
        <WeekForm hours={hours} onChange={setHours} />
        <label>{t("time_zone")}
          <input required maxLength={60} list="time-zones" autocomplete="off" value={zone} onInput={(event) => setZone(event.currentTarget.value)} />
          <datalist id="time-zones">{Intl.supportedValuesOf("timeZone").map((each) => <option key={each} value={each} />)}</datalist>
        </label>
        <label>{t("handling")}<input name="handling" type="number" min={0} max={240} required defaultValue={String(warehouse?.handling_minutes ?? USUAL_HANDLING)} /></label>
        {warehouse && (
          <div>
            <label class="tick"><input type="checkbox" name="active" defaultChecked={warehouse.active} aria-describedby="retire-hint" /> {t("in_use")}</label>
            <span class="muted small" id="retire-hint">{t("retire_warehouse_hint")}</span>
          </div>
        )}
      </fieldset>
    </SaveForm>
  );
}

/** While a coordinate is being typed it may be no number yet. */
const shown = (coordinate: number): number | string => (Number.isFinite(coordinate) ? coordinate : "");
