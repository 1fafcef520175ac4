/** Whom to speak with: masked, and in clear for a reason that is recorded. What is shown is forgotten on leaving. */
import { useState } from "preact/hooks";
import { ask } from "../api/client";
import type { Contact } from "../api/case-types";
import { asProblem, type Problem } from "../api/problem";
import { may } from "../app/session";
import { Icon } from "../design/icons";
import { ProblemNote } from "../design/problem";
import { focusOn, Rule } from "./command-form";
import { ruleFor } from "./commands";
import { t } from "./messages";

export function ContactPart({ caseId, contact }: { caseId: string; contact: Contact }) {
  const [clear, setClear] = useState<Contact | null>(null);
  const [asking, setAsking] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const shown = clear ?? contact;

  async function show(event: SubmitEvent) {
    event.preventDefault();
    const reason = String(new FormData(event.currentTarget as HTMLFormElement).get("reason"));
    try {
      setClear(await ask<Contact>(`/cases/${encodeURIComponent(caseId)}/contact`, { reason }));
      setAsking(false);
      setProblem(null);
    } catch (error) {
      setProblem(asProblem(error));
    }
  }

  const rule = problem && ruleFor("reason", problem.fields);
  return (
    <section aria-label={t("contact")}>
      <h3 class="row">{t("contact")}<span class="spacer" />
        {!clear && !asking && may("contact.unmask") && <button onClick={() => setAsking(true)}><Icon name="lock" /> {t("show_contact")}</button>}
      </h3>
      <dl class="facts">
        <Fact name={t("name")} value={shown.name} />
        <Fact name={t("phone")} value={shown.phone} href={clear?.phone && `tel:${clear.phone}`} />
        <Fact name={t("email")} value={shown.email} href={clear?.email && `mailto:${clear.email}`} />
        <Fact name={t("address")} value={shown.address || shown.neighbourhood} />
        <Fact name={t("language")} value={shown.language} />
      </dl>
      {asking && (
        <form class="field" onSubmit={(event) => void show(event)}>
          <label for="why-show">{t("why_show")}</label>
          <span class="row"><input id="why-show" name="reason" minLength={3} maxLength={200} required ref={focusOn} autocomplete="off" /><button class="primary">{t("show_contact")}</button></span>
          {rule ? <Rule id="why-show-rule" rule={rule} /> : <small class="muted">{t("why_show_hint")}</small>}
        </form>
      )}
      {problem && !rule && <ProblemNote problem={problem} />}
      {!clear && !asking && <p class="muted small">{t("masked")}</p>}
    </section>
  );
}

/** A name and a value; what is empty is left out. */
export function Fact({ name, value, href }: { name: string; value: string | number | null | undefined; href?: string | undefined }) {
  if (value === null || value === undefined || value === "") return null;
  return <div><dt class="muted">{name}</dt><dd>{href ? <a href={href}>{value}</a> : value}</dd></div>;
}
