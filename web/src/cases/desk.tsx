/** The case desk: where one case stands, everything that happened to it, and what the reader may do now. */
import { useEffect, useState } from "preact/hooks";
import type { Desk } from "../api/case-types";
import { t as shell } from "../app/messages";
import { useKeys } from "../app/keys";
import { followLink } from "../app/router";
import { session } from "../app/session";
import { sayProblem } from "../app/toasts";
import { Icon } from "../design/icons";
import { ProblemNote } from "../design/problem";
import { Moment, casePath } from "../operations/list";
import { causeText } from "./cause";
import { Clocks } from "./clocks";
import { CommandForm, giveCommand } from "./command-form";
import { FORMS, ordered } from "./commands";
import { CompleteForm } from "./complete";
import { ContactPart } from "./contact";
import { t, type CaseText } from "./messages";
import { CustomerLinks } from "./customer-links";
import { Files } from "./files";
import { Costs, Parts, ProductPart, Visits } from "./parts";
import { HintList } from "./similar";
import { SlaMark } from "./sla-mark";
import { Slots } from "./slots";
import { Timeline } from "./timeline";
import { useDesk } from "./use-desk";
import { word } from "./words";

export function CaseDesk({ caseId }: { caseId: string }) {
  const { desk, problem, reload } = useDesk(caseId);
  useEffect(() => {
    document.title = `${caseId} · Callout`;
  }, [caseId]);
  if (!desk) {
    if (problem) return <main class="centre"><ProblemNote problem={problem} onAgain={reload} /></main>;
    return <p class="centre muted">{shell("loading")}</p>;
  }
  const zone = desk.line.time_zone;
  return (
    <main class="desk">
      {problem && <ProblemNote problem={problem} onAgain={reload} />}
      <Head desk={desk} onDone={reload} />
      <div class="desk-columns">
        <div class="desk-main">
          <Clocks desk={desk} />
          <Timeline key={caseId} caseId={caseId} desk={desk} zone={zone} />
        </div>
        <aside class="desk-side">
          <ContactPart key={caseId} caseId={caseId} contact={desk.case.contact} />
          <CustomerLinks key={`links-${caseId}`} caseId={caseId} zone={zone} />
          <Visits desk={desk} />
          <Parts desk={desk} />
          <Files key={`files-${caseId}`} caseId={caseId} desk={desk} onDone={reload} />
          <ProductPart desk={desk} />
          <section><h3>{t("hints")}</h3><HintList hints={desk.hints} zone={zone} /></section>
          <Costs desk={desk} />
        </aside>
      </div>
    </main>
  );
}

function Head({ desk, onDone }: { desk: Desk; onDone: () => void }) {
  const { line, case: facts } = desk;
  const [open, setOpen] = useState<string | null>(null);
  const stands = desk.clocks.some(({ paused_for: reasons }) => reasons.length > 0);
  const names = ordered([...desk.commands, ...desk.visit_commands], line.next_step).filter((name) => name !== "resume" || stands);
  const caseUrl = casePath(line.id);
  const pathOf = (name: string) => (desk.commands.includes(name) ? caseUrl : `/visits/${encodeURIComponent(line.open_visit_id ?? "")}`);
  const done = () => (setOpen(null), onDone());
  const press = (name: string) => {
    if (name in FORMS || name === "complete_registration" || name === "choose_slot") setOpen(open === name ? null : name);
    else void giveCommand(pathOf(name), name).then(done, sayProblem);
  };
  // A form whose command is no longer possible closes; what was typed would be refused.
  const shown = open && names.includes(open) ? open : null;
  useKeys([
    { key: "n", label: t("key_note"), run: () => names.includes("note") && setOpen("note") },
    { key: "Enter", label: t("key_primary"), run: () => void (names[0] && press(names[0])) },
    { key: "Escape", label: t("key_close"), run: () => setOpen(null) },
  ]);
  return (
    <header class="desk-head">
      <div class="desk-title">
        <a href="/cases" onClick={followLink} class="muted">{t("back")}</a>
        <h1>{line.id}</h1>
        <SlaMark state={line.sla} />
        <b>{word("state", line.state)}</b>
        {line.severity && <span class={line.severity === "safety" ? "safety" : "muted"}>{word("kind", line.kind)} · {word("severity", line.severity)}</span>}
        {facts.repeat_of && <a class="tag" href={casePath(facts.repeat_of)} onClick={followLink}>{t("repeat_of", { case: facts.repeat_of })}</a>}
        {facts.reopened > 0 && <span class="tag">{t("reopened", { count: facts.reopened })}</span>}
        <span class="spacer" />
        <div class="row buttons" role="group">
          {names.map((name, index) => (
            <button key={name} class={index === 0 && name !== "note" ? "primary" : ""} aria-expanded={name in FORMS ? shown === name : undefined} data-command={name} onClick={() => press(name)}>
              {t(`cmd_${name}` as CaseText)}
            </button>
          ))}
          <WorkflowLink caseId={line.id} />
        </div>
      </div>
      <p class="desk-symptom">{line.product_model && <b>{line.product_model} </b>}{line.symptom}<span class="muted">{line.neighbourhood && ` · ${line.neighbourhood}`}</span></p>
      <dl class="desk-step">
        {line.closed_at
          ? <div><dt>{t("closed")}</dt><dd><Moment at={line.closed_at} zone={line.time_zone} /></dd></div>
          : <>
              <div><dt>{t("step")}</dt><dd><b>{word("step", line.next_step) || "–"}</b></dd></div>
              <div><dt>{t("responsible")}</dt><dd>{word("role", line.responsible)}</dd></div>
              <div><dt>{t("due")}</dt><dd class={line.overdue ? "overdue" : ""}>{line.due_at ? <Moment at={line.due_at} zone={line.time_zone} overdue={line.overdue} /> : "–"}{line.overdue && ` (${t("overdue")})`}</dd></div>
              {line.cause && <div class="wide-fact"><dt class="hidden-text">{t("reason")}</dt><dd>{causeText(line.cause, line.time_zone)}</dd></div>}
            </>}
        <div><dt>{t("opened")}</dt><dd><Moment at={line.opened_at} zone={line.time_zone} /></dd></div>
      </dl>
      {shown === "choose_slot" && <Slots caseId={line.id} onChosen={done} />}
      {shown === "complete_registration" && <CompleteForm desk={desk} onDone={done} onClose={() => setOpen(null)} />}
      {shown && shown in FORMS && <CommandForm key={shown} path={pathOf(shown)} name={shown} onDone={done} onClose={() => setOpen(null)} />}
    </header>
  );
}

/** For administrators, where the company's Temporal UI is known. */
function WorkflowLink({ caseId }: { caseId: string }) {
  const ui = session.value?.temporal_ui;
  if (!ui) return null;
  return <a class="button" href={`${ui}/workflows/${encodeURIComponent(`case/${caseId}`)}`} target="_blank" rel="noreferrer" title={t("workflow_hint")}><Icon name="gear" /> {t("workflow")}</a>;
}
