/** What comes right after registering: classification, diagnosis, decision, appointment, one after the other. */
import type { Opened } from "../api/case-types";
import { followLink } from "../app/router";
import { t as shell } from "../app/messages";
import { ProblemNote } from "../design/problem";
import { Icon } from "../design/icons";
import { casePath } from "../operations/list";
import { CommandForm } from "./command-form";
import { CompleteForm } from "./complete";
import { Clocks } from "./clocks";
import { t } from "./messages";
import { HintList } from "./similar";
import { Slots } from "./slots";
import { useDesk } from "./use-desk";
import { word } from "./words";

const ASKED = ["complete_registration", "classify", "diagnose", "decide", "answer_quote"] as const;

export function NextSteps({ opened, onNext }: { opened: Opened; onNext: () => void }) {
  const { desk, problem, reload } = useDesk(opened.case_id);
  const path = casePath(opened.case_id);
  const commands = desk?.commands ?? [];
  const next = ASKED.find((name) => commands.includes(name) && name === desk?.line.next_step);
  const agreed = desk?.timeline.items.some(({ kind }) => kind === "slot_chosen") ?? false;
  const offersSlots = !agreed && desk?.case.decision === "on_site" && [...commands, ...(desk?.visit_commands ?? [])].includes("choose_slot");
  return (
    <main class="new-case">
      <div class="registration">
        <h1><Icon name="check" /> {t(opened.state === "registering" && opened.problems.length === 0 ? "still_registering" : "registered_as", { case: opened.case_id })}</h1>
        <div class="row">
          <a class="button" href={path} onClick={followLink}>{t("open_desk")}</a>
          <button onClick={onNext}>{t("next_case")}</button>
          {desk && <span class="muted">{word("state", desk.line.state)}</span>}
        </div>
        {problem && <ProblemNote problem={problem} onAgain={reload} />}
        {!desk && !problem && <p class="muted">{shell("loading")}</p>}
        {desk && next === "complete_registration" && <CompleteForm desk={desk} onDone={reload} onClose={onNext} />}
        {desk && next && next !== "complete_registration" && <CommandForm key={next} path={path} name={next} onDone={reload} />}
        {offersSlots && <Slots caseId={opened.case_id} onChosen={reload} />}
        {desk && !next && !offersSlots && <p class="muted">{t("nothing_left")}</p>}
      </div>
      <div class="known">
        {desk && <Clocks desk={desk} />}
        {desk && <section><h3>{t("hints")}</h3><HintList hints={desk.hints} zone={desk.line.time_zone} /></section>}
      </div>
    </main>
  );
}
