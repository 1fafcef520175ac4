/** What a dispatcher does: every change goes to the territory's shared draft, and from there to the plan. */
import { signal } from "@preact/signals";
import { ask, command, get } from "../api/client";
import type { Consequence, Move, Pin, RankedPlace } from "../api/board-types";
import { asProblem, Problem } from "../api/problem";
import type { Because } from "../explain/because";
import { sayDone, sayProblem, sayUndone } from "../app/toasts";
import { becauseText, placeText } from "./explained";
import { t } from "./messages";
import { calledName, swapped, type Bar } from "./model";
import { barsById, board, iso, pending, reload, selected, territory, whole } from "./store";

/** What a move would do, shown before anything is decided. */
export interface Proposal {
  moves: readonly Move[];
  title: string;
  /** Beside the pointer while a bar is dragged; otherwise in its own place, with buttons. */
  at: { x: number; y: number } | null;
  consequence: Consequence | null;
  problem: Problem | null;
}

export const proposal = signal<Proposal | null>(null);

const base = () => `/territories/${encodeURIComponent(territory.value!.id)}`;
const PATIENCE_MS = 90;
let asking: AbortController | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Asks what moves would do. Only the newest question counts; while a bar is moving, questions wait a moment. */
export function preview(moves: readonly Move[], title: string, at: Proposal["at"] = null): void {
  const same = JSON.stringify(proposal.value?.moves) === JSON.stringify(moves);
  proposal.value = same && proposal.value ? { ...proposal.value, at } : { moves, title, at, consequence: null, problem: null };
  if (same) return;
  clearTimeout(timer);
  asking?.abort();
  const mine = (asking = new AbortController());
  timer = setTimeout(() => {
    ask<Consequence>(`${base()}/preview`, { moves }, mine.signal).then(
      (consequence) => answer(mine, { consequence }),
      (error: unknown) => mine.signal.aborted || answer(mine, { problem: asProblem(error) }),
    );
  }, at ? PATIENCE_MS : 0);
}

/** Has the server prepare itself for questions about this territory, while the dispatcher still takes hold of a visit. */
export function warmUp(): void {
  void ask<Consequence>(`${base()}/preview`, { moves: [] }).catch(() => undefined);
}

function answer(mine: AbortController, found: Partial<Proposal>): void {
  if (mine === asking && proposal.value) proposal.value = { ...proposal.value, ...found };
}

export function dropProposal(): void {
  clearTimeout(timer);
  asking?.abort();
  asking = null;
  proposal.value = null;
}

/** What is being put into the draft; whoever publishes or throws away what is shown waits for it to be there. */
let storing: Promise<void> = Promise.resolve();

/** Puts moves into the draft. What is shown changes at once; a refusal takes it back and says why. */
export function addToDraft(moves: readonly Move[]): Promise<void> {
  return (storing = store(moves));
}

async function store(moves: readonly Move[]): Promise<void> {
  dropProposal();
  pending.value = moves;
  try {
    await command(`${base()}/draft`, { moves, base_version: seenVersion() });
    await reload();
    sayDone(t("added", { count: moves.length }), () => void undo());
  } catch (error) {
    const failure = asProblem(error);
    await reload();
    if (failure.code === "draft_changed") sayDone(t("draft_changed", { who: whoChanged(failure) }), () => void addToDraft(moves), t("add_again"));
    else sayProblem(failure);
  } finally {
    pending.value = [];
  }
}

/** The draft that the dispatcher looks at; what is asked for on top of an older one than the newest is refused. */
const seenVersion = (): number => board.value?.draft_version ?? 0;

/** Who was faster; the board shows theirs by now. */
function whoChanged(failure: Problem): string {
  return calledName(String(failure.facts.by ?? ""), board.value?.draft_people ?? {}) || t("somebody");
}

/** What is published or thrown away is what was looked at: a draft that somebody changed since is shown first. */
function sayKept(error: unknown): void {
  const failure = asProblem(error);
  if (failure.code === "draft_changed") sayUndone(t("draft_changed_kept", { who: whoChanged(failure) }), t("draft_changed_kept_do"));
  else sayProblem(failure);
}

export const undo = (): Promise<void> => carryOut(`${base()}/draft/undo`, {}, t("undone"));

/** The visits that got another booking, and those that stay in the draft: they changed, or a rule is against their places. */
interface Published {
  moved: string[];
  left_alone: { visit_id: string; why: string; because?: Because[] }[];
}

/** Makes the draft, or its moves of some visits, the plan. */
export async function publish(visits: readonly string[] | null): Promise<void> {
  await storing;
  try {
    const { moved, left_alone: left } = await command<Published>(`${base()}/draft/publish`, { visit_ids: visits, base_version: seenVersion() });
    await reload();
    if (moved.length || !left.length) sayDone(t("published", { count: moved.length }));
    const reasons = left.map(({ visit_id: id, why, because }) => t("left_alone", { case: barsById.value.get(id)?.caseId ?? id, why: becauseText(because, why) }));
    if (reasons.length) sayUndone(reasons.join(" "), t("left_alone_do"));
  } catch (error) {
    await reload();
    sayKept(error);
  }
}

/** Throws the draft away; the way back puts the same moves into a new one. */
export async function discard(): Promise<void> {
  await storing;
  const moves = (board.value?.draft?.changes ?? []).map(
    ({ visit_id, to }): Move => ({ visit_id, engineer_id: to?.engineer_id ?? null, arrival: to?.arrival ?? null }),
  );
  await carryOut(
    `${base()}/draft?base_version=${seenVersion()}`, undefined, t("discarded"), () => void addToDraft(moves), "DELETE",
  );
}

export async function pin(bar: Bar): Promise<void> {
  const kind: Pin | null = bar.pinned ? null : "both";
  const back = () => void setPin(bar.visitId, bar.pinned ? "both" : null).then(reload).catch(sayProblem);
  try {
    await setPin(bar.visitId, kind);
    await reload();
    sayDone(t(kind ? "pinned" : "unpinned", { case: bar.caseId }), back);
  } catch (error) {
    sayProblem(error);
  }
}

/** Pins everything on an engineer's shown day that is not pinned yet. */
export async function lockDay(engineerId: string): Promise<void> {
  const bars = (whole.value?.bars ?? []).filter((bar) => bar.engineerId === engineerId && !bar.pinned && !bar.drafted && !bar.started);
  const done: string[] = [];
  try {
    for (const bar of bars) {
      await setPin(bar.visitId, "both");
      done.push(bar.visitId);
    }
  } catch (error) {
    sayProblem(error);
  }
  await reload();
  const back = async () => {
    for (const visit of done) await setPin(visit, null);
    await reload();
  };
  if (done.length) sayDone(t("day_locked", { count: done.length }), () => void back().catch(sayProblem));
}

export const unplan = (visitId: string): Promise<void> =>
  addToDraft([{ visit_id: visitId, engineer_id: null, arrival: null }]);

/** Shows what changing the places of the two selected visits would do. */
export function proposeSwap(): void {
  const [a, b] = selected.value.map((id) => barsById.value.get(id));
  if (a && b && !a.started && !b.started) preview(swapped(a, b, iso), t("swap_title", { a: a.caseId, b: b.caseId }));
}

/** Looks for the best place of a visit and shows what it would do. */
export async function proposeBest(visitId: string): Promise<void> {
  try {
    const [best] = await placesOf(visitId);
    if (best) preview([{ visit_id: visitId, engineer_id: best.engineer_id, arrival: best.arrival }], placeText(best));
    else sayDone(t("no_place"));
  } catch (error) {
    sayProblem(error);
  }
}

/** Where a visit could go, the cheapest place first. */
export async function placesOf(visitId: string): Promise<RankedPlace[]> {
  return get<RankedPlace[]>(`/visits/${encodeURIComponent(visitId)}/places`);
}

export async function reportAbsence(engineerId: string, start: string, end: string, kind: string): Promise<void> {
  await command(`/engineers/${encodeURIComponent(engineerId)}/absences`, { start, end, kind });
  sayDone(t("absence_reported"));
  await reload();
}

const setPin = (visitId: string, kind: Pin | null) =>
  command(`/visits/${encodeURIComponent(visitId)}/pin`, { kind });

async function carryOut(
  path: string, body: unknown, done: string, back?: () => void, method: "POST" | "DELETE" = "POST",
): Promise<void> {
  try {
    await command(path, body, { method });
    await reload();
    sayDone(done, back);
  } catch (error) {
    await reload();
    sayKept(error);
  }
}
