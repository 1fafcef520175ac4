import { language, type Language } from "./language";

type Values = Readonly<Record<string, string | number>>;
export type Text<Key extends string> = ((key: Key, values?: Values) => string) & {
  readonly all: Record<Language, Record<Key, string>>;
};

/**
 * The texts of one part of the console. A key that one language lacks does not compile.
 *
 * `{name}` in a text is replaced by `values.name`; tests/texts.test.ts compares the names across languages.
 */
export function texts<const En extends Record<string, string>>(
  en: En,
  zh: { [Key in keyof En]: string },
): Text<keyof En & string> {
  const all = { en: en as Record<keyof En & string, string>, "zh-CN": zh as Record<keyof En & string, string> };
  const text = (key: keyof En & string, values: Values = {}) => fill(all[language.value][key], values);
  return Object.assign(text, { all });
}

/** Puts values into a text; an unknown name stays as it is, so that it is seen. */
export function fill(text: string, values: Values): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => (name in values ? String(values[name]) : whole));
}
