/** A new case in under a minute: typed without leaving the keyboard, and led on to an appointment on the same page. */
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { ask, command } from "../api/client";
import type { Check, Opened } from "../api/case-types";
import { asProblem, type Problem } from "../api/problem";
import { language } from "../i18n/language";
import { ProblemNote } from "../design/problem";
import { t } from "./messages";
import { NextSteps } from "./next-steps";
import { missing, registrationOf, rulesOf, soughtIn, type Entered, type RegistrationField } from "./registration";
import { RegistrationFields } from "./registration-fields";
import { Known } from "./similar";

const PAUSE_MS = 300;

export function NewCase() {
  const [turn, setTurn] = useState(0);
  const [opened, setOpened] = useState<Opened | null>(null);
  useEffect(() => {
    document.title = `${t("new_title")} · Callout`;
  }, []);
  if (opened) return <NextSteps opened={opened} onNext={() => (setOpened(null), setTurn(turn + 1))} />;
  return <Registration key={turn} onOpened={setOpened} />;
}

function Registration({ onOpened }: { onOpened: (opened: Opened) => void }) {
  const [entered, setEntered] = useState<Entered>({ channel: "phone", "contact.language": language.value });
  const [rules, setRules] = useState<Partial<Record<RegistrationField, string>>>({});
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const check = useCheck(entered);
  const enter = (changes: Entered) => {
    setEntered((before) => ({ ...before, ...changes }));
    setRules((before) => Object.fromEntries(Object.entries(before).filter(([name]) => !(name in changes))));
  };

  async function register(allowIncomplete: boolean) {
    const found = missing(entered);
    setRules(Object.fromEntries(found.map(([field, rule]) => [field, t(rule)])));
    setProblem(null);
    if (found.length && !allowIncomplete) return document.getElementById(found[0]![0])?.focus();
    setBusy(true);
    try {
      onOpened(await command<Opened>("/cases", { ...registrationOf(entered), ...(allowIncomplete ? { allow_incomplete: true } : {}) }));
    } catch (error) {
      const refused = asProblem(error);
      const byField = rulesOf(refused.fields);
      setRules(byField);
      setProblem(refused);
      document.getElementById(Object.keys(byField)[0] ?? "")?.focus();
    } finally {
      setBusy(false);
    }
  }

  const wrong = Object.keys(rules).length;
  return (
    <main class="new-case">
      <form ref={form} class="registration" aria-label={t("new_title")} noValidate
        onSubmit={(event) => (event.preventDefault(), void register((event.submitter as HTMLButtonElement | null)?.name === "incomplete"))}>
        <h1>{t("new_title")}</h1>
        <RegistrationFields entered={entered} rules={rules} onEnter={enter} />
        {problem && <ProblemNote problem={problem} />}
        <div class="row">
          <button class="primary" disabled={busy}>{t("register")} <kbd>Ctrl ⏎</kbd></button>
          {wrong > 0 && <button name="incomplete" disabled={busy}>{t("register_incomplete")}</button>}
          {wrong > 0 && <span role="status" class="rule">{t("fix_fields", { count: wrong })}</span>}
        </div>
      </form>
      <Known check={check} />
    </main>
  );
}

/** What is known of a case like this, asked whenever the typing pauses. */
function useCheck(entered: Entered): Check | null {
  const [check, setCheck] = useState<Check | null>(null);
  const sought = useMemo(() => JSON.stringify(soughtIn(entered)), [entered]);
  useEffect(() => {
    if (sought === "null") return setCheck(null);
    const stop = new AbortController();
    // A check that fails takes nothing away: the case can be registered without it.
    const timer = setTimeout(() => ask<Check>("/cases/check", JSON.parse(sought), stop.signal).then(setCheck, () => stop.signal.aborted || setCheck(null)), PAUSE_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [sought]);
  return check;
}
