/** All cases, to be found by number, model, symptom or place. */
import { useEffect, useMemo } from "preact/hooks";
import { useKeys } from "../app/keys";
import { followLink, location, navigate } from "../app/router";
import { may } from "../app/session";
import { Empty } from "../design/empty";
import { Icon } from "../design/icons";
import { ProblemNote } from "../design/problem";
import { Chips } from "../operations/chips";
import { filtersIn, withValue } from "../operations/filters";
import { CaseTable, NothingFits } from "../operations/list";
import { t as operations } from "../operations/messages";
import { go, Search, useListKeys } from "../operations/operations-screen";
import { CaseList as Live } from "../operations/store";
import { t } from "./messages";

export function CaseList() {
  const { query } = location.value;
  const list = useMemo(() => new Live(), []);
  const filters = filtersIn(query).toString();
  const closed = query.get("closed") === "true";
  useEffect(() => list.follow(), []);
  useEffect(() => void list.open(new URLSearchParams(filters)), [filters]);
  useListKeys(list, () => true);
  useKeys([{ key: "c", label: t("new_case"), run: () => may("case.open") && navigate("/cases/new") }]);
  return (
    <main class="cases">
      <div class="operations-bar">
        <Search query={query} onChange={go} />
        <button class="chip" aria-pressed={closed} onClick={() => go(withValue(query, "closed", closed ? "" : "true"))}>{operations("closed_too")}</button>
        <span class="muted">{list.counts.value && operations("cases", { count: list.counts.value.total })}</span>
        <span class="spacer" />
        {may("case.open") && <a class="button primary-link" href="/cases/new" onClick={followLink}><Icon name="plus" /> {t("new_case")}</a>}
      </div>
      <div class="chip-bar"><Chips list={list} onChange={go} /></div>
      {list.problem.value && <ProblemNote problem={list.problem.value} onAgain={() => void list.open(query)} />}
      <CaseTable list={list} empty={filters ? <NothingFits filtered onClear={() => go(new URLSearchParams())} /> : <Empty title={t("no_case")} hint={t("no_case_hint")} />} />
    </main>
  );
}
