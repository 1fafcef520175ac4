/** What customers and staff are told: the company's own words beside the built-in ones, with a preview as sent. */
import { useEffect, useState } from "preact/hooks";
import { command, get } from "../../api/client";
import { asProblem, type Problem } from "../../api/problem";
import { may } from "../../app/session";
import { sayDone } from "../../app/toasts";
import { ProblemNote } from "../../design/problem";
import { dateTime } from "../../i18n/format";
import { LANGUAGE_NAMES, LANGUAGES, language as spoken, type Language } from "../../i18n/language";
import { HERE } from "../../i18n/zones";
import { t as shared } from "../messages";
import { Stale } from "../saving";
import { General } from "./general";
import { t, type MessageText } from "./messages";
import { ownText, PARTS, sameSettings, withSilence, type MessageScreen, type Settings, type Template } from "./model";
import { Preview } from "./preview";
import { TextField } from "./text-field";
import "./templates.css";

const PATH = "/settings/messages";
const nameOf = (occasion: string) => t(occasion as MessageText);

export function Templates() {
  const [base, setBase] = useState<MessageScreen | null>(null);
  const [mine, setMine] = useState<Settings | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [wrong, setWrong] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const [language, setLanguage] = useState<Language>(spoken.value);
  const [occasion, setOccasion] = useState("registered");

  const start = (screen: MessageScreen) => {
    setBase(screen);
    setMine(screen.settings);
    setProblem(null);
    setWrong(null);
  };
  const load = () => get<MessageScreen>(PATH).then(start, (error: unknown) => setProblem(asProblem(error)));
  useEffect(() => void load(), []);
  if (!base || !mine) return problem ? <ProblemNote problem={problem} onAgain={() => void load()} /> : <p class="muted">{shared("loading")}</p>;

  const ofLanguage = base.templates.filter((each) => each.language === language);
  const open = ofLanguage.find((each) => each.occasion === occasion) ?? ofLanguage[0];
  const readOnly = !may("message_settings.change");
  const found = [...(problem?.fields ?? []), ...(wrong?.fields ?? [])];
  const edit = (next: Settings) => (setMine(next), setProblem(null));

  async function save() {
    if (busy) return;
    setBusy(true);
    try {
      start(await command<MessageScreen>(PATH, mine, { method: "PUT", etag: `"${base!.version}"` }));
      sayDone(t("saved"));
    } catch (error) {
      setProblem(asProblem(error));
    }
    setBusy(false);
  }

  return (
    <>
      <header class="admin-head">
        <h1>{t("title")}</h1>
        <span class="muted">{t("version", { version: base.version })}, {base.changed_at
          ? t("changed_by", { who: base.changed_by, when: dateTime(base.changed_at, HERE) }) : t("never_changed")}</span>
      </header>
      <General settings={mine} problems={found} disabled={readOnly} onEdit={edit} />
      <div class="templates">
        <nav aria-label={t("occasion")}>
          <div class="segments" role="group" aria-label={t("message_language")}>
            {LANGUAGES.map((each) => (
              <button key={each} type="button" lang={each} aria-pressed={language === each} onClick={() => setLanguage(each)}>{LANGUAGE_NAMES[each]}</button>
            ))}
          </div>
          {ofLanguage.map((each) => (
            <button key={each.occasion} class="quiet" aria-pressed={each === open} onClick={() => setOccasion(each.occasion)}>
              {nameOf(each.occasion)} <span class="muted small">{marks(mine, each)}</span>
            </button>
          ))}
        </nav>
        {open && (
          <section class="admin-form" aria-label={nameOf(open.occasion)} lang={open.language}>
            <h2>{nameOf(open.occasion)}</h2>
            <label class="tick">
              <input type="checkbox" disabled={readOnly} checked={mine.silent.includes(open.occasion)}
                onChange={(event) => edit(withSilence(mine, open.occasion, event.currentTarget.checked))} /> {t("silent")}
            </label>
            {PARTS.map((part) => (
              <TextField key={`${language}-${open.occasion}-${part}`} part={part} template={open} settings={mine} problems={found}
                disabled={readOnly} onEdit={edit} />
            ))}
          </section>
        )}
        <aside>
          {open && <Preview settings={mine} template={open} onWrong={setWrong} />}
          {problem && (problem.status === 412 ? <Stale problem={problem} onStale={() => void load()} /> : <ProblemNote problem={problem} />)}
          {!readOnly && (sameSettings(base.settings, mine) ? <p class="muted">{t("nothing_changed")}</p> : (
            <div class="row">
              <button class="primary" disabled={busy} onClick={() => void save()}>{t("save")}</button>
              <button onClick={() => start(base)}>{t("discard")}</button>
            </div>
          ))}
        </aside>
      </div>
    </>
  );
}

function marks(settings: Settings, template: Template): string {
  const own = PARTS.some((part) => ownText(settings, template, part) !== null);
  return [own && t("own"), settings.silent.includes(template.occasion) && t("is_silent")].filter(Boolean).join(", ");
}
