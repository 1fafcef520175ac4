/** What a move would do, before it is decided: rules by name, travel and cost, promises, who else moves. */
import type { Consequence } from "../api/board-types";
import { may } from "../app/session";
import { Icon } from "../design/icons";
import { ProblemNote } from "../design/problem";
import { money, span, time } from "../i18n/format";
import { addToDraft, dropProposal, proposal } from "./commands";
import { brokenText } from "./explained";
import { t } from "./messages";
import { barsById, engineerName, zone } from "./store";

const CARD = { width: 300, height: 230, gap: 18 };

/** Beside the pointer during a drag, otherwise at the foot of the board with its buttons. */
export function ProposalCard() {
  const shown = proposal.value;
  if (!shown) return null;
  const dragging = shown.at !== null;
  return (
    <div class={`card proposal ${dragging ? "proposal-drag" : "proposal-still"}`} style={dragging ? beside(shown.at!) : undefined} role="status">
      <h3>{shown.title}</h3>
      {shown.moves.map(({ visit_id: id }) => <Promised key={id} visitId={id} />)}
      {shown.problem && <ProblemNote problem={shown.problem} />}
      {!shown.problem && !shown.consequence && <p class="muted">{t("asking")}</p>}
      {shown.consequence && <ConsequenceView consequence={shown.consequence} />}
      {!dragging && (
        <div class="row">
          {may("draft.change") && <button class="primary" disabled={!shown.consequence} onClick={() => void addToDraft(shown.moves)}>{t("add")}</button>}
          <button onClick={dropProposal}>{t("cancel")}</button>
        </div>
      )}
    </div>
  );
}

/** That somebody was told of the place which a visit is about to leave. */
function Promised({ visitId }: { visitId: string }) {
  const bar = barsById.value.get(visitId);
  const why = bar?.fixedBecause;
  if (why !== "confirmed" && why !== "offered") return null;
  return <p><Icon name="alert" /> {t("moves_promised", { case: bar!.caseId, why: t(`fixed_${why}`) })}</p>;
}

export function ConsequenceView({ consequence }: { consequence: Consequence }) {
  const { broken, promises_lost: lost, promises_saved: saved, others } = consequence;
  return (
    <div class="consequence">
      {broken.length === 0 ? (
        <p class="verdict"><Icon name="check" /> {t("allowed")}</p>
      ) : (
        <ul class="broken" aria-label={t("broken")}>
          {broken.slice(0, 4).map((rule, index) => <li key={index}><Icon name="alert" /> {brokenText(rule)}</li>)}
        </ul>
      )}
      <dl class="changes">
        <Change label={t("travel")} value={span(consequence.travel_change_seconds, true)} />
        <Change label={t("cost")} value={money(consequence.cost_change_cents, true)} />
        <Change label={t("extra_hours")} value={span(consequence.overtime_change_seconds, true)} />
      </dl>
      <Promises title={t("promises_lost")} icon="cross" kind="breached" found={lost} />
      <Promises title={t("promises_saved")} icon="check" kind="kept" found={saved} />
      {others.length === 0 ? (
        <p class="muted">{t("no_others")}</p>
      ) : (
        <div>
          <h4>{t("others_move")} · {others.length}</h4>
          <ul class="others">
            {others.slice(0, 4).map((other) => (
              <li key={other.visit_id}>
                {t("other_moves", {
                  case: barsById.value.get(other.visit_id)?.caseId ?? other.visit_id,
                  from: time(other.from_arrival, zone.value),
                  to: time(other.to_arrival, zone.value),
                })}
                <span class="muted"> {engineerName(other.engineer_id)}</span>
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
  );
}

function Change({ label, value }: { label: string; value: string }) {
  return <div><dt>{label}</dt><dd>{value}</dd></div>;
}

function Promises({ title, icon, kind, found }: {
  title: string; icon: "cross" | "check"; kind: "breached" | "kept"; found: Consequence["promises_lost"];
}) {
  if (found.length === 0) return null;
  return (
    <div>
      <h4><span class={`promise promise-${kind}`}><Icon name={icon} /> {title} · {found.length}</span></h4>
      <ul class="others">
        {found.slice(0, 4).map((each) => (
          <li key={each.visit_id}>
            {each.late_seconds ? t("late_by", { case: each.case_id, span: span(each.late_seconds) }) : each.case_id}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** To the right of the pointer and below it, or on the other side where the window ends. */
function beside({ x, y }: { x: number; y: number }): { left: string; top: string } {
  const left = x + CARD.gap + CARD.width > innerWidth ? x - CARD.gap - CARD.width : x + CARD.gap;
  const top = y + CARD.gap + CARD.height > innerHeight ? Math.max(8, y - CARD.gap - CARD.height) : y + CARD.gap;
  return { left: `${left}px`, top: `${top}px` };
}
