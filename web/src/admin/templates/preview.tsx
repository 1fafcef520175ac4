import { useEffect, useState } from "preact/hooks";
import { ask } from "../../api/client";
import { asProblem, type Problem } from "../../api/problem";
import { ProblemNote } from "../../design/problem";
import { t } from "./messages";
import { PARTS, type Part, type Settings, type Template } from "./model";

const PAUSE = 300;

interface Props {
  settings: Settings;
  template: Template;
  /** Tells what the server refuses of the settings as they stand; null when nothing. */
  onWrong: (problem: Problem | null) => void;
}

/** The message as it would be sent, written by the server a moment after the last key. */
export function Preview({ settings, template: { language, occasion }, onWrong }: Props) {
  const [shown, setShown] = useState<Record<Part, string> | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  useEffect(() => {
    const gone = new AbortController();
    const tell = (text: Record<Part, string> | null, refused: Problem | null) => {
      if (gone.signal.aborted) return;
      setShown(text);
      setProblem(refused);
      onWrong(refused?.status === 422 ? refused : null);
    };
    const timer = setTimeout(() => {
      ask<Record<Part, string>>("/settings/messages/preview", { settings, language, occasion }, gone.signal)
        .then((text) => tell(text, null), (error: unknown) => gone.signal.aborted || tell(null, asProblem(error)));
    }, PAUSE);
    return () => (clearTimeout(timer), gone.abort());
  }, [settings, language, occasion]);
  return (
    <section class="card template-preview" aria-label={t("preview")} aria-live="polite" lang={language}>
      <h2>{t("preview")}</h2>
      {problem && (problem.status === 422 ? <p class="muted">{t("wrong_preview")}</p> : <ProblemNote problem={problem} />)}
      {shown && PARTS.map((part) => <div key={part}><h3>{t(part)}</h3><p>{shown[part]}</p></div>)}
    </section>
  );
}
