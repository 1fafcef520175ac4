import { chooseLanguage, language, LANGUAGE_NAMES, LANGUAGES } from "../i18n/language";
import { Icon } from "../design/icons";
import { t } from "./messages";
import { chooseTheme, theme, type Theme } from "./theme";

export function LanguageChoice() {
  return (
    <div class="segments" role="group" aria-label={t("language")}>
      {LANGUAGES.map((each) => (
        <button key={each} type="button" lang={each} aria-pressed={language.value === each} onClick={() => chooseLanguage(each)}>
          {LANGUAGE_NAMES[each]}
        </button>
      ))}
    </div>
  );
}

const THEMES = { light: "sun", system: "screen", dark: "moon" } as const;

export function ThemeChoice() {
  return (
    <div class="segments" role="group" aria-label={t("theme")}>
      {(Object.keys(THEMES) as Theme[]).map((each) => (
        <button key={each} type="button" title={t(`theme_${each}`)} aria-label={t(`theme_${each}`)}
          aria-pressed={theme.value === each} onClick={() => chooseTheme(each)}>
          <Icon name={THEMES[each]} />
        </button>
      ))}
    </div>
  );
}
