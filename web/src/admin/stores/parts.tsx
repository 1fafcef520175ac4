/** The catalogue of parts. */
import { useEffect, useState } from "preact/hooks";
import { command, get } from "../../api/client";
import { asProblem, type Problem } from "../../api/problem";
import { may, session } from "../../app/session";
import { sayDone, sayProblem } from "../../app/toasts";
import { Empty } from "../../design/empty";
import { ProblemNote } from "../../design/problem";
import { t as shared } from "../messages";
import { SaveForm } from "../saving";
import type { PartLine } from "../types";
import { t } from "./messages";
import { centsIn, priceOf } from "./price";
import { inOurWords } from "./refusals";
import "./stores.css";

interface PartPage {
  items: PartLine[];
  next_after: string | null;
}

export function Parts() {
  const [page, setPage] = useState<PartPage | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [open, setOpen] = useState<PartLine | "new" | null>(null);
  const [text, setText] = useState("");
  const [retired, setRetired] = useState(false);
  const asked = (after: string | null) =>
    get<PartPage>(`/admin/parts?${new URLSearchParams({ ...(text && { text }), ...(after !== null && { after }) })}`);
  const reload = () => asked(null).then((first) => (setPage(first), setProblem(null)), (error) => setProblem(asProblem(error)));
  useEffect(() => void reload(), [text]);
  if (problem) return <ProblemNote problem={problem} onAgain={() => void reload()} />;
  if (!page) return <p class="muted">{shared("loading")}</p>;
  const editable = may("part.edit") && !session.value?.user.territory_id;
  const more = () => asked(page.next_after).then((next) => setPage({ ...next, items: [...page.items, ...next.items] }), sayProblem);
  const fitting = page.items.filter(({ active }) => retired || active);
  const close = () => setOpen(null);
  return (
    <>
      <header class="admin-head">
        <h1>{t("parts")}</h1>
        <input type="search" maxLength={100} placeholder={shared("find")} aria-label={shared("find")} value={text} onChange={(event) => setText(event.currentTarget.value.trim())} />
        <label class="row"><input type="checkbox" checked={retired} onInput={(event) => setRetired(event.currentTarget.checked)} /> {t("show_retired")}</label>
        {editable && <button class="primary" onClick={() => setOpen("new")}>{t("add_part")}</button>}
      </header>
      <div class="admin-split">
        <div>
          {fitting.length ? (
            <table class="admin-table">
              <thead><tr><th scope="col">{t("number")}</th><th scope="col">{t("name")}</th><th scope="col" class="number">{t("price")}</th><th scope="col">{t("kept")}</th><th scope="col" class="number">{t("units")}</th><th scope="col">{shared("state")}</th></tr></thead>
              <tbody>
                {fitting.map((part) => (
                  <tr key={part.sku} aria-selected={open !== "new" && open?.sku === part.sku}>
                    <td><button class="link" onClick={() => setOpen(part)}>{part.sku}</button></td>
                    <td>{part.name}</td>
                    <td class="number">{priceOf(part.price_cents)}</td>
                    <td>{t(part.serialised ? "serial_kept" : "counted")}</td>
                    <td class="number">{part.units}</td>
                    <td>{t(part.active ? "in_use" : "retired")}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          ) : <Empty title={text || page.items.length ? shared("found_none") : t("no_parts")} hint={text || page.items.length ? "" : t("no_parts_hint")} />}
          {page.next_after !== null && <button onClick={() => void more()}>{t("more")}</button>}
        </div>
        {open && (
          <PartForm key={open === "new" ? "new" : open.sku + open.etag} part={open === "new" ? null : open} editable={editable}
            onCancel={close} onStale={() => void reload().then(close)} onSaved={() => (close(), void reload())} />
        )}
      </div>
    </>
  );
}

interface FormProps {
  part: PartLine | null;
  editable: boolean;
  onSaved: () => void;
  onCancel: () => void;
  onStale: () => void;
}

function PartForm({ part, editable, onSaved, onCancel, onStale }: FormProps) {
  async function save(form: FormData) {
    const body = {
      name: form.get("name"), price_cents: centsIn(String(form.get("price"))),
      serialised: form.has("serialised"), active: part ? form.has("active") : true,
    };
    try {
      if (part) await command(`/admin/parts/${encodeURIComponent(part.sku)}`, body, { method: "PUT", etag: part.etag });
      else await command("/admin/parts", { ...body, sku: String(form.get("sku")).trim() });
    } catch (error) {
      throw inOurWords(error);
    }
    sayDone(t("part_saved", { name: String(body.name) }));
    onSaved();
  }

  return (
    <SaveForm title={part ? `${part.sku} ${part.name}` : t("add_part")} label={shared("save")} save={save} onCancel={onCancel} onStale={onStale} readOnly={!editable}>
      <fieldset class="store-fields" disabled={!editable}>
        {!part && (
          <label>{t("number")}<input name="sku" required maxLength={60} pattern="[A-Za-z0-9][A-Za-z0-9._\-]*" autocomplete="off" aria-describedby="number-hint" autofocus /><span class="muted small" id="number-hint">{t("number_hint")}</span></label>
        )}
        <label>{t("name")}<input name="name" required maxLength={100} defaultValue={part?.name ?? ""} /></label>
        <label>{t("price")}<input name="price" required inputMode="decimal" pattern="\d{1,7}([.,]\d{1,2})?" defaultValue={part ? priceOf(part.price_cents) : ""} /></label>
        <label class="tick"><input type="checkbox" name="serialised" defaultChecked={part?.serialised ?? false} /> {t("serialised")}</label>
        {part && (
          <div>
            <label class="tick"><input type="checkbox" name="active" defaultChecked={part.active} aria-describedby="retire-hint" /> {t("in_use")}</label>
            <span class="muted small" id="retire-hint">{t("retire_part_hint")}</span>
          </div>
        )}
      </fieldset>
    </SaveForm>
  );
}
