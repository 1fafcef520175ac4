/** The customer's page: where things stand, what comes next, the one thing to do now; then everything else. */
import { useEffect, useRef } from "preact/hooks";
import { time } from "../i18n/format";
import { HERE } from "../i18n/zones";
import { language, LANGUAGE_NAMES, LANGUAGES } from "../i18n/language";
import { Action } from "./actions";
import { CommandForm } from "./form";
import { t } from "./messages";
import { Photos } from "./photos";
import { ProblemBox, wordsFor } from "./problem";
import { chooseLinkLanguage, done, load, problem, seenAt, tell, view } from "./store";
import { TimeForm } from "./time-form";
import type { CustomerView, Visit } from "./types";

export function Page() {
  const shown = view.value;
  useEffect(() => void (document.title = shown ? `${shown.standing} ${shown.company}` : "Callout"), [shown?.standing, shown?.company]);
  return (
    <>
      <header>
        <div class="company">{shown?.company ?? "Callout"}</div>
        <Languages />
      </header>
      <main>
        <Trouble />
        <Done />
        {shown && <Case view={shown} />}
        {!shown && !problem.value && <p class="hint" role="status">{t("loading")}</p>}
      </main>
    </>
  );
}

function Languages() {
  return (
    <nav aria-label={t("language")}>
      {LANGUAGES.map((each) => (
        <button key={each} type="button" class="plain" lang={each} aria-pressed={language.value === each} onClick={() => chooseLinkLanguage(each)}>
          {LANGUAGE_NAMES[each]}
        </button>
      ))}
    </nav>
  );
}

function Trouble() {
  const trouble = problem.value;
  if (!trouble) return null;
  const words = wordsFor(trouble);
  const final = trouble === "no_token" || trouble.status === 401;
  if (final) return <section class="final" role="alert"><h1>{words.what}</h1><p>{words.todo}</p></section>;
  const old = view.value ? ` ${t("old_state", { time: time(seenAt.value, HERE) })}` : "";
  return <ProblemBox words={{ what: words.what, todo: words.todo + old }} onAgain={() => void load()} />;
}

/** What was done last. It takes the focus, so that a screen reader says it and goes on from there. */
function Done() {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (done.value) box.current?.focus();
  }, [done.value]);
  return done.value ? <div class="done" ref={box} tabIndex={-1} role="status">{done.value}</div> : null;
}

function Case({ view: shown }: { view: CustomerView }) {
  const action = shown.action;
  // "Ask for another time" is no answer to a question of ours: it waits below, it does not shout.
  const main = action && action.name !== "windows" ? action : null;
  return (
    <>
      <p class="number">{[t("case_number", { number: shown.number }), shown.product].filter(Boolean).join(" · ")}</p>
      <div aria-live="polite">
        <h1>{shown.standing}</h1>
        {shown.visit && <Arrival visit={shown.visit} zone={shown.time_zone} />}
        <h2>{t("next_title")}</h2>
        <p class="next">{shown.next}</p>
      </div>
      {main ? (
        <section class="now" aria-labelledby="now">
          <h2 id="now">{t("now_title")}</h2>
          <p>{main.sentence}</p>
          <Action key={main.name} view={shown} />
        </section>
      ) : <p class="hint">{t("nothing_to_do")}</p>}
      {(action?.name === "windows" || action?.name === "slot") && (
        <details>
          <summary>{t("other_time")}</summary>
          <TimeForm zone={shown.time_zone} now={shown.now} />
        </details>
      )}
      {shown.may_write && <More />}
      <Story view={shown} />
    </>
  );
}

function Arrival({ visit, zone }: { visit: Visit; zone: string }) {
  if (!visit.arrival)
    return visit.window ? <p class="hint">{t("visit_window")}: {visit.window}</p> : null;
  return (
    <div class={visit.live ? "arrival live" : "arrival"}>
      <div>{visit.live ? t("arrives_about") : t("expected")}</div>
      <div class="big-time">{time(visit.arrival, zone)}</div>
      {visit.live && <div class="hint">{t("late")}</div>}
    </div>
  );
}

function More() {
  const send = async (form: FormData) => {
    const text = String(form.get("text")).trim();
    if (!text) return t("note_missing");
    return tell("note", { text }, t("done_note"));
  };
  return (
    <section>
      <h2>{t("add")}</h2>
      <Photos />
      <CommandForm label={t("note_send")} second send={send}>
        <label for="note">{t("note_label")}</label>
        <p class="hint" id="note-hint">{t("note_hint")}</p>
        <textarea id="note" name="text" rows={3} maxLength={2000} aria-describedby="note-hint" />
      </CommandForm>
    </section>
  );
}

function Story({ view: shown }: { view: CustomerView }) {
  return (
    <section>
      <h2>{t("story_title")}</h2>
      {shown.story.length ? (
        <ol class="story">
          {shown.story.map((line) => (
            <li key={line.at + line.sentence}><time dateTime={line.at}>{line.when}</time><span>{line.sentence}</span></li>
          ))}
        </ol>
      ) : <p class="hint">{t("story_empty")}</p>}
    </section>
  );
}
