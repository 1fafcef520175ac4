import { expect, test } from "vitest";
import { fill, type Text } from "../src/i18n/texts";

const parts = import.meta.glob<Record<string, unknown>>("../src/**/{messages,words}.ts", { eager: true });
const names = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort();

for (const [file, module] of Object.entries(parts).filter(([, each]) => "t" in each)) {
  const { en, "zh-CN": zh } = (module.t as Text<string>).all;

  test(`${file} has the same keys and values in every language, and no empty text`, () => {
    expect(Object.keys(zh).sort()).toEqual(Object.keys(en).sort());
    for (const key of Object.keys(en)) {
      expect(names(zh[key]!), key).toEqual(names(en[key]!));
      expect(zh[key]!.trim(), key).not.toBe("");
      expect(en[key]!.trim(), key).not.toBe("");
    }
  });
}

test("every part with texts was found", () => {
  expect(Object.keys(parts)).toContain("../src/app/messages.ts");
  for (const [file, each] of Object.entries(parts)) if (file.endsWith("messages.ts")) expect(each, file).toHaveProperty("t");
});

test("a value without a place is left out, a place without a value is seen", () => {
  expect(fill("{count} of {all}", { count: 3, more: 1 })).toBe("3 of {all}");
});
