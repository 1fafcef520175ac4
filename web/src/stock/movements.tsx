/** Every change of stock: what came, went, was held, moved, counted, written off. */
import { location, setQuery } from "../app/router";
import { t as shell } from "../app/messages";
import { sayProblem } from "../app/toasts";
import { t as words } from "../cases/words";
import { Empty } from "../design/empty";
import { Icon } from "../design/icons";
import { ProblemNote } from "../design/problem";
import { dateTime } from "../i18n/format";
import { HERE } from "../i18n/zones";
import { Filters } from "./filters";
import { t } from "./messages";
import { KINDS, signed, type Movement, type StockPlace } from "./model";
import { usePages } from "./pages";

export function Movements({ places }: { places: readonly StockPlace[] }) {
  const { query } = location.value;
  const kind = KINDS.find((each) => each === query.get("kind")) ?? "";
  const place = query.get("location") ?? "", text = query.get("text") ?? "";
  const wanted = new URLSearchParams({ ...(place && { location: place }), ...(text && { text }), ...(kind && { kind }) }).toString();
  const { items, problem, read, more } = usePages<Movement>("/stock/movements", wanted);
  const zone = (id: string) => places.find((each) => each.id === id)?.time_zone ?? HERE;
  return (
    <div class="stock-page">
      <section aria-label={t("movements")}>
        <Filters places={places} csv={`/api/stock/movements.csv?${wanted}`}>
          <select aria-label={t("kind")} value={kind} onChange={(event) => setQuery({ kind: event.currentTarget.value })}>
            <option value="">{t("all_kinds")}</option>
            {KINDS.map((each) => <option key={each} value={each}>{kindName(each)}</option>)}
          </select>
        </Filters>
        {problem && <ProblemNote problem={problem} onAgain={read} />}
        {!items && !problem && <p class="centre muted">{shell("loading")}</p>}
        {items && !items.length && <Empty title={t("no_movements")} hint={t("no_movements_hint")} />}
        {items && items.length > 0 && (
          <table class="stock-table">
            <thead>
              <tr>
                {(["when", "kind", "location", "sku", "part"] as const).map((name) => <th key={name} scope="col">{t(name)}</th>)}
                {(["change", "held_change", "left"] as const).map((name) => <th key={name} scope="col" class="number">{t(name)}</th>)}
                {(["about", "who"] as const).map((name) => <th key={name} scope="col">{t(name)}</th>)}
              </tr>
            </thead>
            <tbody>
              {items.map((line) => (
                <tr key={line.id}>
                  <td>{dateTime(line.at, zone(line.location))}</td><td>{kindName(line.kind)}</td>
                  <td>{line.location_name} <span class="muted small">{line.location}</span></td><td>{line.sku}</td><td>{line.name}</td>
                  <td class="number">{signed(line.units)}</td><td class="number">{signed(line.held)}</td><td class="number">{line.on_hand}</td>
                  <td>{about(line)}</td><td>{line.actor_role && <>{words(`role_${line.actor_role}` as Parameters<typeof words>[0])} <span class="muted small">{line.actor_id}</span></>}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
        {more && <button onClick={() => void more().catch(sayProblem)}><Icon name="down" /> {t("more")}</button>}
      </section>
    </div>
  );
}

const kindName = (kind: Movement["kind"]): string =>
  kind === "received" || kind === "reserved" || kind === "counted" ? t(`${kind}_kind`) : t(kind);

/** Where to or from, for which visit, why, and which units. */
function about(line: Movement): string {
  const ends = line.other_location && t(line.units < 0 ? "went_to" : "came_from", { location: line.other_location });
  const counted = line.counted === null ? "" : t("was_counted", { counted: line.counted });
  return [ends, counted, line.visit_id, line.reason && t(line.reason), line.note, line.serials].filter(Boolean).join(" · ");
}
