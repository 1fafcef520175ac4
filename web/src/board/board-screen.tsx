/** The dispatcher's board: what is unplanned, who does what when, where that is, and what the draft would change. */
import { useEffect } from "preact/hooks";
import { onChange } from "../api/changes";
import { t as shell } from "../app/messages";
import { useKeys } from "../app/keys";
import { location, setQuery } from "../app/router";
import { may } from "../app/session";
import { Empty } from "../design/empty";
import { ProblemNote } from "../design/problem";
import { AbsenceForm, absentee } from "./absence";
import { dropProposal, pin, proposal, proposeBest, undo } from "./commands";
import { ProposalCard } from "./consequence";
import { Differences } from "./differences";
import { comparing, DraftBar } from "./draft-bar";
import { BoardMap } from "./map";
import { t } from "./messages";
import { NO_FILTERS } from "./model";
import { barsById, board, close as leave, filters, heed, open, opened, problem, reload, selected, territories, territory, view } from "./store";
import { SplitForm, splitting } from "./split";
import { BoardTimeline } from "./timeline";
import { HeldCard, stepUnplanned, UnplannedList } from "./unplanned";
import { VisitPanel } from "./visit-panel";
import { WhatIf, wondering } from "./what-if";
import "./board.css";

export default function BoardScreen() {
  useEffect(() => {
    void open(location.value.query.get("territory"));
    const stop = onChange(heed, () => void reload());
    return () => {
      stop();
      leave();
    };
  }, []);
  useEffect(() => {
    if (territory.value) setQuery({ territory: territory.value.id });
  }, [territory.value]);
  useBoardKeys();
  if (!board.value) {
    if (problem.value) return <main class="centre"><ProblemNote problem={problem.value} onAgain={() => void open(null)} /></main>;
    if (territory.value === null && territories.value.length === 0 && opened.value) return <Empty title={t("no_territory")} hint={t("no_territory_hint")} />;
    return <p class="centre muted">{shell("loading")}</p>;
  }
  return (
    <main class="board">
      <DraftBar />
      <div class="board-columns">
        <UnplannedList />
        <div class="board-middle">
          {problem.value && <ProblemNote problem={problem.value} onAgain={() => void reload()} />}
          <BoardTimeline />
          <NoRows />
        </div>
        <Side />
      </div>
      <ProposalCard />
      <HeldCard />
    </main>
  );
}

/** The panel that was asked for, above the map. */
function Side() {
  const visit = selected.value.at(-1);
  return (
    <div class="board-side">
      {absentee.value ? <AbsenceForm />
        : splitting.value && splitting.value.visit.id === visit ? <SplitForm />
        : wondering.value ? <WhatIf key={territory.value?.id} />
        : comparing.value ? <Differences />
        : visit && <VisitPanel key={visit} visitId={visit} />}
      <BoardMap />
    </div>
  );
}

function NoRows() {
  if (view.value?.engineers.length !== 0) return null;
  if (board.value?.engineers.length === 0) return <div class="no-rows"><Empty title={t("no_engineers")} hint={t("no_engineers_hint")} /></div>;
  return (
    <div class="no-rows">
      <Empty title={t("nothing_found")}><button onClick={() => (filters.value = NO_FILTERS)}>{t("clear_filters")}</button></Empty>
    </div>
  );
}

function useBoardKeys(): void {
  const chosen = () => barsById.value.get(selected.value.at(-1) ?? "");
  useKeys([
    { key: "j", label: t("key_next"), run: () => stepUnplanned(1) },
    { key: "k", label: t("key_previous"), run: () => stepUnplanned(-1) },
    { key: "Enter", label: t("key_best"), run: () => void (selected.value.length && may("draft.preview") && proposeBest(selected.value.at(-1)!)) },
    { key: "p", label: t("key_pin"), run: () => void (chosen() && may("visit.pin") && pin(chosen()!)) },
    { key: "u", label: t("key_undo"), run: () => void (board.value?.draft && may("draft.change") && undo()) },
    { key: "/", label: t("key_search"), run: () => document.getElementById("board-search")?.focus() },
    { key: "c", label: t("key_compare"), run: () => (comparing.value = !comparing.value) },
    { key: "w", label: t("what_if"), run: () => may("draft.preview") && (wondering.value = !wondering.value) },
    { key: "Escape", label: t("key_close"), run: close },
  ]);
}

/** Closes the innermost thing that is open. */
function close(): void {
  if (proposal.value) dropProposal();
  else if (absentee.value) absentee.value = null;
  else if (wondering.value) wondering.value = false;
  else if (comparing.value) comparing.value = false;
  else selected.value = [];
}
