import { expect, test } from "vitest";
import { ownText, ruleFor, sameSettings, withSilence, withText, type Settings, type Template } from "../src/admin/templates/model";

const settings: Settings = {
  company: "Heat Ltd", link_page: "https://x/link", currency: "EUR", quiet_from: "21:00:00", quiet_until: "08:00:00",
  silent: [], staff_language: "en", link_days: 30, words: {},
};
const template: Template = { language: "en", occasion: "quote", subject: "A price", body: "Hello", sms: "Price", names: ["amount"] };

test("an own text is kept beside the others, and a reset leaves nothing behind", () => {
  const own = withText(withText(settings, template, "sms", "${amount}"), template, "subject", "Your price");
  expect(own.words).toEqual({ en: { quote: { sms: "${amount}", subject: "Your price" } } });
  expect(ownText(own, template, "body")).toBeNull();
  const back = withText(withText(own, template, "sms", null), template, "subject", "A price");
  expect(back.words).toEqual({});
  expect(sameSettings(back, settings)).toBe(true);
  expect(settings.words).toEqual({});
});

test("the other languages and occasions stay as they are", () => {
  const zh = withText(settings, { ...template, language: "zh-CN" }, "sms", "报价");
  expect(withText(withText(zh, template, "sms", "x"), template, "sms", null).words).toEqual({ "zh-CN": { quote: { sms: "报价" } } });
});

test("silence is the same in any order, and a text that the server left empty is none", () => {
  const both = withSilence(withSilence(settings, "quote", true), "escalation", true);
  expect(sameSettings(both, { ...both, silent: ["quote", "escalation"] })).toBe(true);
  expect(withSilence(both, "quote", false).silent).toEqual(["escalation"]);
  expect(sameSettings(settings, { ...settings, words: {} })).toBe(true);
  expect(sameSettings(both, settings)).toBe(false);
});

test("a refusal is found at its text", () => {
  const found = [{ field: "words.en.quote.sms", rule: "knows no ${phone}" }];
  expect(ruleFor(found, template, "sms")).toBe("knows no ${phone}");
  expect(ruleFor(found, template, "body")).toBe("");
});
