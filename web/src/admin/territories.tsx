import { useState } from "preact/hooks";
import { command } from "../api/client";
import { may } from "../app/session";
import { sayDone } from "../app/toasts";
import { Empty } from "../design/empty";
import { ProblemNote } from "../design/problem";
import { AreaMap } from "./area-map";
import { useAsked } from "./list";
import { t } from "./messages";
import { circle } from "./outline";
import { SaveForm } from "./saving";
import type { Corner, TerritoryArea } from "./types";

const USUAL_RADIUS = 20;

export function Territories() {
  const { items, problem, reload } = useAsked<TerritoryArea[]>("/admin/territories");
  const [openId, setOpenId] = useState<string | null>(null);
  if (problem) return <ProblemNote problem={problem} onAgain={() => void reload()} />;
  if (!items) return <p class="muted">{t("loading")}</p>;
  const open = items.find(({ id }) => id === openId) ?? items[0];
  if (!open) return <Empty title={t("no_territories")} />;
  return (
    <>
      <header class="admin-head">
        <h1>{t("territories")}</h1>
        <label>{t("territory")}{" "}
          <select value={open.id} onInput={(event) => setOpenId(event.currentTarget.value)}>
            {items.map(({ id, name }) => <option key={id} value={id}>{name}</option>)}
          </select>
        </label>
      </header>
      <AreaForm key={open.id + open.etag} territory={open} others={items.filter(({ id }) => id !== open.id)} onSaved={() => void reload()} />
    </>
  );
}

interface Props {
  territory: TerritoryArea;
  others: readonly TerritoryArea[];
  onSaved: () => void;
}

function AreaForm({ territory, others, onSaved }: Props) {
  const [area, setArea] = useState(territory.area);
  const set = (change: Partial<typeof area>) => setArea({ ...area, ...change });
  const editable = may("territory.edit");
  const draw = (polygon: Corner[] | null) => set({ polygon });

  async function save() {
    await command(`/admin/territories/${territory.id}`, area, { method: "PUT", etag: territory.etag });
    sayDone(t("area_saved", { name: territory.name }));
    onSaved();
  }

  const outline = area.polygon;
  return (
    <div class="admin-split">
      <AreaMap area={area} others={others} editable={editable} onDraw={draw} />
      <SaveForm title={territory.name} label={t("save")} save={save} onStale={onSaved}>
        <fieldset disabled={!editable}>
          <label>{t("latitude")}<input type="number" step="any" min={-90} max={90} required value={area.latitude} onInput={(event) => set({ latitude: event.currentTarget.valueAsNumber })} /></label>
          <label>{t("longitude")}<input type="number" step="any" min={-180} max={180} required value={area.longitude} onInput={(event) => set({ longitude: event.currentTarget.valueAsNumber })} /></label>
          <label>{t("radius")}<input type="number" step="any" min={0} max={2000} value={area.radius_km ?? ""} onInput={(event) => set({ radius_km: event.currentTarget.value ? event.currentTarget.valueAsNumber : null })} /></label>
          <h3>{t("outline")}</h3>
          <p class="muted">{outline ? t("corners", { count: outline.length }) : t("no_outline")}</p>
          {outline
            ? <button type="button" onClick={() => draw(null)}>{t("drop_outline")}</button>
            : <button type="button" onClick={() => draw(circle(area.latitude, area.longitude, area.radius_km ?? USUAL_RADIUS))}>{t("draw_outline")}</button>}
        </fieldset>
      </SaveForm>
    </div>
  );
}
