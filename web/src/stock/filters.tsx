/** What a list of stock is narrowed down to, in the address bar, and its CSV. */
import type { ComponentChildren } from "preact";
import { location, setQuery } from "../app/router";
import { Icon } from "../design/icons";
import { t } from "./messages";
import type { StockPlace } from "./model";

export function Filters({ places, csv, children }: { places: readonly StockPlace[]; csv: string; children?: ComponentChildren }) {
  const { query } = location.value;
  return (
    <div class="stock-bar">
      <input type="search" aria-label={t("search")} placeholder={t("search")} value={query.get("text") ?? ""} onChange={(event) => setQuery({ text: event.currentTarget.value.trim() })} />
      <select aria-label={t("location")} value={query.get("location") ?? ""} onChange={(event) => setQuery({ location: event.currentTarget.value })}>
        <option value="">{t("all_locations")}</option>
        {places.map(({ id, name }) => <option key={id} value={id}>{name} · {id}</option>)}
      </select>
      {children}
      <a class="button" href={csv} download><Icon name="down" /> {t("csv")}</a>
    </div>
  );
}
