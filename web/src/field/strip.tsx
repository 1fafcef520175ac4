/** Always in sight: whether there is a network, what waits, when the server was last heard. */
import { signal } from "@preact/signals";
import { LanguageChoice, ThemeChoice } from "../app/choices";
import { t as shell } from "../app/messages";
import { askToSignIn, session, signOut, signOutEverywhere } from "../app/session";
import { sayProblem } from "../app/toasts";
import { Icon } from "../design/icons";
import { dateTime } from "../i18n/format";
import { HERE } from "../i18n/zones";
import { t } from "./messages";
import { newVersion } from "./register";
import { trouble } from "./saying";
import { lastSync, network, othersWaiting, refused, sending, sync, unsafeStorage, waiting } from "./store";

const menuOpen = signal(false);

export function Strip() {
  const count = waiting.value.length;
  return (
    <header class="field-top">
      <div class={`field-strip field-strip-${network.value}`}>
        <div class="field-strip-words" role="status" aria-live="polite">
          <strong><i aria-hidden="true" /> {t(network.value)}</strong>
          <span>{count ? t("waits", { count }) : !refused.value.length && t("nothing_waits")}</span>
          {refused.value.length > 0 && <span>{t("not_taken", { count: refused.value.length })}</span>}
          <span class="field-synced">{lastSync.value ? t("synced", { time: dateTime(lastSync.value, HERE) }) : t("never_synced")}</span>
        </div>
        <button class="field-square" aria-label={sending.value ? t("sending") : t("sync")} aria-busy={sending.value} onClick={() => void sync(true)}>
          <Icon name="swap" />
        </button>
        <button class="field-square" aria-label={menuOpen.value ? t("close") : t("menu")} aria-expanded={menuOpen.value}
          onClick={() => (menuOpen.value = !menuOpen.value)}>
          <Icon name={menuOpen.value ? "close" : "list"} />
        </button>
      </div>
      {menuOpen.value && <Menu count={count} />}
      {trouble.value && (
        <div class="field-note field-trouble" role="alert">
          <Icon name="alert" /> <span>{trouble.value}</span>
          <button onClick={() => (trouble.value = null)}>{t("close")}</button>
        </div>
      )}
      {network.value === "signed_out" && (
        <div class="field-note" role="alert"><span>{t("sign_in_to_send")}</span> <button class="primary" onClick={askToSignIn}>{t("sign_in")}</button></div>
      )}
      {othersWaiting.value > 0 && <p class="field-note">{t("others_wait", { count: othersWaiting.value })}</p>}
      {unsafeStorage.value && count > 0 && <p class="field-note">{t("unsafe_storage")}</p>}
      {newVersion.value && (
        <div class="field-note"><span>{t("new_version")}</span> <button onClick={newVersion.value}>{t("reload")}</button></div>
      )}
    </header>
  );
}

function Menu({ count }: { count: number }) {
  const leave = (ways: () => Promise<void>) => () => void ways().then(() => (menuOpen.value = false)).catch(sayProblem);
  return (
    <div class="field-menu">
      <p>{session.value?.user.name}</p>
      <LanguageChoice />
      <ThemeChoice />
      {count > 0 && <p class="field-note">{t("sign_out_waits", { count })}</p>}
      <button onClick={leave(signOut)}>{t("sign_out")}</button>
      <button onClick={leave(signOutEverywhere)} title={shell("sign_out_everywhere_hint")}>{shell("sign_out_everywhere")}</button>
    </div>
  );
}
