import { signal } from "@preact/signals";

/** The languages of the console. Adding one here makes every `texts` call demand its translation. */
export const LANGUAGES = ["en", "zh-CN"] as const;
export type Language = (typeof LANGUAGES)[number];
export const LANGUAGE_NAMES: Record<Language, string> = { en: "English", "zh-CN": "中文" };

const STORED = "callout.language";

export const language = signal<Language>(initial());

/** Changes the language, here and at the next visit. */
export function chooseLanguage(next: Language): void {
  language.value = next;
  localStorage.setItem(STORED, next);
  document.documentElement.lang = next;
}

/** Takes the language of the user's account, unless this browser was told another. */
export function followAccount(tag: string | null | undefined): void {
  if (!localStorage.getItem(STORED)) language.value = nearest(tag ? [tag] : navigator.languages);
  document.documentElement.lang = language.value;
}

/** The supported language nearest to a list of wishes. */
export function nearest(wishes: readonly string[]): Language {
  for (const wish of wishes) {
    if (wish.toLowerCase().startsWith("zh")) return "zh-CN";
    if (wish.toLowerCase().startsWith("en")) return "en";
  }
  return "en";
}

function initial(): Language {
  if (typeof localStorage === "undefined") return "en";
  const stored = localStorage.getItem(STORED);
  return nearest(stored ? [stored] : navigator.languages);
}
