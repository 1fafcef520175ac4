import { sayDone } from "../app/toasts";
import { t } from "./messages";

/** A password or a token, shown this once. It stays until the reader says so, not until the next click. */
export function Secret({ text, words, onDone }: { text: string; words: string; onDone: () => void }) {
  const copy = () => void navigator.clipboard?.writeText(text).then(() => sayDone(t("copied")));
  return (
    <section class="secret card" role="alert">
      <h2>{t("once")}</h2>
      <p>{words}</p>
      <code>{text}</code>
      <div class="row">
        {/* Only pages that the browser calls secure may write to the clipboard. */}
        {isSecureContext && <button onClick={copy}>{t("copy")}</button>}
        <button class="primary" onClick={onDone}>{t("hand_over_done")}</button>
      </div>
    </section>
  );
}
