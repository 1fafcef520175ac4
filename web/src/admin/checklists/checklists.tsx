/** What engineers work through: the company's checklists, for which visits each is, and how many visits it would reach. */
import { useEffect, useState } from "preact/hooks";
import { command, get } from "../../api/client";
import type { Checklist } from "../../api/checklist-types";
import { asProblem, type Problem } from "../../api/problem";
import { may } from "../../app/session";
import { sayDone } from "../../app/toasts";
import { Empty } from "../../design/empty";
import { ProblemNote } from "../../design/problem";
import { dateTime } from "../../i18n/format";
import { language } from "../../i18n/language";
import { HERE } from "../../i18n/zones";
import { t as shared } from "../messages";
import { Stale } from "../saving";
import { ListForm } from "./list-form";
import { t } from "./messages";
import { isWrong, moved, newList, replaced, sameLists, without, type ChecklistScreen } from "./model";
import { usePreview } from "./preview";
import "./checklists.css";

const PATH = "/settings/checklists";

export function Checklists() {
  const [base, setBase] = useState<ChecklistScreen | null>(null);
  const [mine, setMine] = useState<Checklist[]>([]);
  const [open, setOpen] = useState(0);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const { preview, wrong } = usePreview(base && mine);

  const start = (screen: ChecklistScreen) => {
    setBase(screen);
    setMine(screen.checklists.lists);
    setProblem(null);
  };
  const load = () => get<ChecklistScreen>(PATH).then(start, (error: unknown) => setProblem(asProblem(error)));
  useEffect(() => void load(), []);
  if (!base) return problem ? <ProblemNote problem={problem} onAgain={() => void load()} /> : <p class="muted">{shared("loading")}</p>;

  const readOnly = !may("checklist.edit");
  const found = problem?.fields.length ? problem.fields : (wrong?.fields ?? []);
  const edit = (lists: Checklist[]) => (setMine(lists), setProblem(null));
  const shown = Math.min(open, mine.length - 1);
  const list = mine[shown];
  const changed = !sameLists(base.checklists.lists, mine);

  async function save() {
    if (busy) return;
    setBusy(true);
    try {
      start(await command<ChecklistScreen>(PATH, { lists: mine }, { method: "PUT", etag: `"${base!.version}"` }));
      sayDone(t("saved"));
    } catch (error) {
      setProblem(asProblem(error));
    }
    setBusy(false);
  }

  function move(by: 1 | -1) {
    edit(moved(mine, shown, by));
    setOpen(shown + by);
  }

  return (
    <>
      <header class="admin-head">
        <h1>{t("title")}</h1>
        <span class="muted">{t("version", { version: base.version })}, {base.changed_at
          ? t("changed_by", { who: base.changed_by, when: dateTime(base.changed_at, HERE) }) : t("never_changed")}</span>
      </header>
      <p class="muted">{t("keeps")}</p>
      <div class="checklists">
        <nav aria-label={t("title")}>
          {mine.map((each, n) => (
            <button key={each.id} class="quiet" aria-pressed={n === shown} onClick={() => setOpen(n)}>
              {n + 1}. {each.name[language.value] || t("unnamed")} <span class="muted small">{markOf(each, n)}</span>
            </button>
          ))}
          {preview && <p class="muted small">{t("without", { count: preview.without })}</p>}
          {!readOnly && <button type="button" onClick={() => (edit([...mine, newList(mine)]), setOpen(mine.length))}>{t("add_list")}</button>}
        </nav>
        {list ? (
          <div>
            {!readOnly && (
              <div class="row">
                <button type="button" class="link" disabled={shown === 0} onClick={() => move(-1)}>{t("list_up")}</button>
                <button type="button" class="link" disabled={shown === mine.length - 1} onClick={() => move(1)}>{t("list_down")}</button>
                <button type="button" class="link" onClick={() => edit(without(mine, shown))}>{t("list_remove")}</button>
              </div>
            )}
            <ListForm key={`${base.version}-${list.id}`} list={list} path={`lists.${shown}`} problems={found} disabled={readOnly}
              onEdit={(next) => edit(replaced(mine, shown, next))} />
          </div>
        ) : <Empty title={t("no_lists")} hint={t("no_lists_hint")} />}
        <aside aria-live="polite">
          {problem ? (problem.status === 412 ? <Stale problem={problem} onStale={() => void load()} /> : <ProblemNote problem={problem} />)
            : wrong && (wrong.status === 422 ? changed && <p class="problem">{t("not_complete")}</p> : <ProblemNote problem={wrong} />)}
          {!readOnly && (changed ? (
            <div class="row">
              <button class="primary" disabled={busy} onClick={() => void save()}>{t("save")}</button>
              <button onClick={() => start(base)}>{t("discard")}</button>
            </div>
          ) : <p class="muted">{t("nothing_changed")}</p>)}
        </aside>
      </div>
    </>
  );

  function markOf({ id }: Checklist, n: number): string {
    if (isWrong(found, `lists.${n}`)) return t("list_wrong");
    return preview ? t("visits", { count: preview.carry[id] ?? 0 }) : "";
  }
}
