/** Warehouses: where they are, when they are open, whom they serve. */
import { useState } from "preact/hooks";
import type { Page, Territory } from "../../api/types";
import { may, session } from "../../app/session";
import { Empty } from "../../design/empty";
import { ProblemNote } from "../../design/problem";
import { useAsked } from "../list";
import { t as shared } from "../messages";
import type { TerritoryArea, WarehouseLine } from "../types";
import { weekText } from "./hours";
import { t } from "./messages";
import { WarehouseForm } from "./warehouse-form";
import "./stores.css";

export function Warehouses() {
  const { items, problem, reload } = useAsked<WarehouseLine[]>("/admin/warehouses");
  const territories = useAsked<Page<Territory>>("/territories").items?.items;
  const areas = useAsked<TerritoryArea[]>("/admin/territories").items;
  const [open, setOpen] = useState<WarehouseLine | "new" | null>(null);
  const [text, setText] = useState("");
  const [retired, setRetired] = useState(false);
  if (problem) return <ProblemNote problem={problem} onAgain={() => void reload()} />;
  if (!items || !territories || !areas) return <p class="muted">{shared("loading")}</p>;
  const editable = may("warehouse.edit") && !session.value?.user.territory_id;
  const nameOf = (id: string | null) => (id === null ? shared("every_territory") : territories.find((each) => each.id === id)?.name ?? id);
  const fitting = items
    .filter(({ active }) => retired || active)
    .filter(({ name, id, territory_id }) => `${name} ${id} ${nameOf(territory_id)}`.toLowerCase().includes(text.toLowerCase()));
  const close = () => setOpen(null);
  return (
    <>
      <header class="admin-head">
        <h1>{t("warehouses")}</h1>
        <input type="search" placeholder={shared("find")} aria-label={shared("find")} value={text} onInput={(event) => setText(event.currentTarget.value)} />
        <label class="row"><input type="checkbox" checked={retired} onInput={(event) => setRetired(event.currentTarget.checked)} /> {t("show_retired")}</label>
        {editable && <button class="primary" onClick={() => setOpen("new")}>{t("add_warehouse")}</button>}
      </header>
      <div class="admin-split">
        {fitting.length ? (
          <table class="admin-table">
            <thead><tr><th scope="col">{t("name")}</th><th scope="col">{t("number")}</th><th scope="col">{t("serves")}</th><th scope="col">{t("hours")}</th><th scope="col" class="number">{t("units")}</th><th scope="col">{shared("state")}</th></tr></thead>
            <tbody>
              {fitting.map((house) => (
                <tr key={house.id} aria-selected={open !== "new" && open?.id === house.id}>
                  <td><button class="link" onClick={() => setOpen(house)}>{house.name}</button></td>
                  <td>{house.id}</td>
                  <td>{nameOf(house.territory_id)}</td>
                  <td>{weekText(house.opening_hours) || t("always_open")}</td>
                  <td class="number">{house.units}</td>
                  <td>{t(house.active ? "in_use" : "retired")}</td>
                </tr>
              ))}
            </tbody>
          </table>
        ) : <Empty title={items.length ? shared("found_none") : t("no_warehouses")} hint={items.length ? "" : t("no_warehouses_hint")} />}
        {open && (
          <WarehouseForm key={open === "new" ? "new" : open.id + open.etag} warehouse={open === "new" ? null : open} territories={territories} areas={areas} editable={editable}
            others={items.filter((each) => each.active && (open === "new" || each.id !== open.id))}
            onCancel={close} onStale={() => void reload().then(close)} onSaved={() => (close(), void reload())} />
        )}
      </div>
    </>
  );
}
