/** The frame around every screen: who, where to, whether what is seen is current. */
import { signal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { connection } from "../api/changes";
import { asProblem, type Problem } from "../api/problem";
import { Empty } from "../design/empty";
import { Icon } from "../design/icons";
import { ProblemNote } from "../design/problem";
import { LanguageChoice, ThemeChoice } from "./choices";
import { KeyHelp, openKeyHelp } from "./keys";
import { t } from "./messages";
import { openPasswordForm, PasswordForm } from "./password-form";
import { followLink, location, navigate } from "./router";
import { mine, opens, screenAt, type Screen } from "./screens";
import { resume, session, signOut, signOutEverywhere } from "./session";
import { SignIn } from "./sign-in";
import { sayDone, sayProblem, Toasts } from "./toasts";

export function Shell() {
  return (
    <>
      <Inside />
      <KeyHelp />
      <PasswordForm />
      <Toasts />
    </>
  );
}

function Inside() {
  const [problem, setProblem] = useState<Problem | null>(null);
  const screen = screenAt(location.value.path);
  const start = () => {
    setProblem(null);
    resume(screen?.offline ?? false).catch((error: unknown) => setProblem(asProblem(error)));
  };
  useEffect(start, []);
  if (problem) return <main class="centre"><ProblemNote problem={problem} onAgain={start} /></main>;
  if (session.value === undefined) return null;
  if (session.value === null) return <SignIn />;
  if (location.value.path === "/") {
    const first = mine()[0];
    if (first) queueMicrotask(() => navigate(first.path, true));
    else return <WithBar><Empty title={t("nothing_allowed")} hint={t("not_allowed_hint")} /></WithBar>;
    return null;
  }
  if (!screen) return <WithBar><Empty title={t("no_screen")} hint={t("no_screen_hint")} /></WithBar>;
  if (!opens(screen)) return <WithBar><Empty title={t("not_allowed")} hint={t("not_allowed_hint")} /></WithBar>;
  if (screen.bare) return <Lazy key={screen.path} screen={screen} />;
  return <WithBar><Lazy key={screen.path} screen={screen} /></WithBar>;
}

function WithBar({ children }: { children: preact.ComponentChildren }) {
  return (
    <div class="frame">
      <TopBar />
      {children}
    </div>
  );
}

/** What the open screen puts into the middle of the top bar, so that no second bar takes height. */
export const barSlot = signal<preact.ComponentChildren>(null);

function TopBar() {
  return (
    <header class="top-bar">
      <a class="brand" href="/" onClick={followLink}><img src="/mark.svg" alt="" width="20" height="20" /> Callout</a>
      <nav>
        {mine().map((screen) => (
          <a key={screen.path} href={screen.path} onClick={followLink}
            aria-current={screenAt(location.value.path) === screen ? "page" : undefined}>
            <Icon name={screen.icon} /> {t(screen.title)}
          </a>
        ))}
      </nav>
      <div class="spacer" />
      <ConnectionMark />
      <button class="icon-button" onClick={openKeyHelp} aria-label={t("keys")} title={`${t("keys")} (?)`}><Icon name="keyboard" /></button>
      <details class="menu">
        <summary aria-label={session.value?.user.name}><Icon name="person" /> {session.value?.user.name}</summary>
        <div class="card">
          <LanguageChoice />
          <ThemeChoice />
          <button onClick={openPasswordForm}>{t("change_password")}</button>
          <button onClick={() => void signOut().catch(sayProblem)}>{t("sign_out")}</button>
          <button onClick={leaveEverywhere} title={t("sign_out_everywhere_hint")}>{t("sign_out_everywhere")}</button>
        </div>
      </details>
    </header>
  );
}

function leaveEverywhere(): void {
  signOutEverywhere().then(() => sayDone(t("signed_out_everywhere")), sayProblem);
}

function ConnectionMark() {
  const state = connection.value;
  return (
    <span class={`connection connection-${state}`} role="status" title={state === "online" ? "" : t("offline_hint")}>
      <i aria-hidden="true" /> {t(state)}
    </span>
  );
}

function Lazy({ screen }: { screen: Screen }) {
  const [Loaded, setLoaded] = useState<ComponentType | null>(null);
  const [stale, setStale] = useState(false);
  useEffect(() => {
    document.title = `${t(screen.title)} · Callout`;
    // The chunk's name is gone when a newer version was deployed under the open page.
    screen.load().then((module) => setLoaded(() => module.default), () => setStale(true));
  }, [screen]);
  if (stale)
    return <Empty title={t("new_version")}><button class="primary" onClick={() => window.location.reload()}>{t("reload")}</button></Empty>;
  return Loaded ? <Loaded /> : <p class="centre muted">{t("loading")}</p>;
}
