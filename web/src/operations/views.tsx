/** Views that the reader keeps: a name for the filters in the address bar. */
import { useEffect, useState } from "preact/hooks";
import { command, get } from "../api/client";
import type { SavedView } from "../api/case-types";
import { location } from "../app/router";
import { sayDone, sayProblem } from "../app/toasts";
import { focusOn } from "../cases/command-form";
import { Icon } from "../design/icons";
import { isFiltered, queryOf, viewOf } from "./filters";
import { t } from "./messages";

export function Views({ onOpen }: { onOpen: (query: URLSearchParams) => void }) {
  const [views, setViews] = useState<SavedView[]>([]);
  const [naming, setNaming] = useState(false);
  const load = () => get<SavedView[]>("/operations/views").then(setViews, sayProblem);
  useEffect(() => void load(), []);
  const { query } = location.value;

  async function save(event: SubmitEvent) {
    event.preventDefault();
    const name = String(new FormData(event.currentTarget as HTMLFormElement).get("name")).trim();
    if (!name) return;
    try {
      await command(`/operations/views/${encodeURIComponent(name)}`, viewOf(query), { method: "PUT" });
      setNaming(false);
      sayDone(t("view_saved", { name }));
      await load();
    } catch (error) {
      sayProblem(error);
    }
  }

  async function forget(view: SavedView) {
    const path = `/operations/views/${encodeURIComponent(view.name)}`;
    try {
      await command(path, undefined, { method: "DELETE" });
      sayDone(t("view_deleted", { name: view.name }), () => void command(path, view.query, { method: "PUT" }).then(load, sayProblem));
      await load();
    } catch (error) {
      sayProblem(error);
    }
  }

  const current = JSON.stringify(viewOf(query));
  return (
    <span class="chip-group" role="group" aria-label={t("views")}>
      {views.map((view) => (
        <span class="view" key={view.name}>
          <button class="chip" aria-pressed={JSON.stringify(viewOf(queryOf(view.query))) === current} onClick={() => onOpen(queryOf(view.query))}>{view.name}</button>
          <button class="icon-button" aria-label={t("delete_view", { name: view.name })} onClick={() => void forget(view)}><Icon name="close" /></button>
        </span>
      ))}
      {naming ? (
        <form class="row" onSubmit={(event) => void save(event)}>
          <input name="name" aria-label={t("view_name")} placeholder={t("view_name")} maxLength={60} pattern="[^\/]+" required ref={focusOn}
            onKeyDown={(event) => event.key === "Escape" && setNaming(false)} />
          <button>{t("save")}</button>
        </form>
      ) : (
        isFiltered(query) && <button class="link" onClick={() => setNaming(true)}>{t("save_view")}</button>
      )}
    </span>
  );
}
