/** The registration again, complete: what the case knows stands in the fields, the contact is asked for anew. */
import { useState } from "preact/hooks";
import type { Desk } from "../api/case-types";
import { asProblem, type Problem } from "../api/problem";
import { ProblemNote } from "../design/problem";
import { casePath } from "../operations/list";
import { giveCommand } from "./command-form";
import { t } from "./messages";
import { missing, registrationOf, rulesOf, type Entered } from "./registration";
import { RegistrationFields } from "./registration-fields";

export function CompleteForm({ desk, onDone, onClose }: { desk: Desk; onDone: () => void; onClose: () => void }) {
  const [entered, setEntered] = useState<Entered>(() => known(desk));
  const [rules, setRules] = useState(() => rulesOf(desk.case.problems));
  const [problem, setProblem] = useState<Problem | null>(null);

  async function submit(event: SubmitEvent) {
    event.preventDefault();
    const found = missing(entered);
    setRules(Object.fromEntries(found.map(([field, rule]) => [field, t(rule)])));
    if (found.length) return document.getElementById(found[0]![0])?.focus();
    try {
      await giveCommand(casePath(desk.line.id), "complete_registration", { registration: registrationOf(entered) });
      onDone();
    } catch (error) {
      const refused = asProblem(error);
      setProblem(refused);
      setRules(rulesOf(refused.fields));
    }
  }

  return (
    <form class="registration command-form" aria-label={t("cmd_complete_registration")} noValidate onSubmit={(event) => void submit(event)}>
      <RegistrationFields entered={entered} rules={rules} onEnter={(changes) => setEntered((before) => ({ ...before, ...changes }))} />
      {problem && <ProblemNote problem={problem} />}
      <div class="row"><button class="primary">{t("do")}</button><button type="button" onClick={onClose}>{t("close")}</button></div>
    </form>
  );
}

function known({ line, case: facts }: Desk): Entered {
  const place = facts.contact;
  return {
    channel: facts.channel,
    symptom: line.symptom,
    product_model: line.product_model ?? "",
    serial: facts.serial,
    error_code: facts.error_code,
    installed_product_id: facts.installed_product_id ?? "",
    customer_id: place.customer_id ?? "",
    "contact.language": place.language || "en",
    "site.latitude": place.latitude === null ? "" : String(place.latitude),
    "site.longitude": place.longitude === null ? "" : String(place.longitude),
  };
}
