import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { t } from "../src/cases/messages";
import { recordedWhy } from "../src/cases/recorded-why";
import { fill } from "../src/i18n/texts";
import { language } from "../src/i18n/language";

describe("in Chinese", () => {
  beforeAll(() => void (language.value = "zh-CN"));
  afterAll(() => void (language.value = "en"));

  test("each sentence of the workflows is told anew, with its facts", () => {
    const facts = { visit: "C-100042-V1", count: "3", engineer: "E-07", sku: "WP08-FAN", plan: "HH-NORTH-P12", decline: "overloaded" };
    const own = Object.entries(t.all.en).filter(([key]) => key.startsWith("because_") && !["because_and", "because_of_visit", "because_follows"].includes(key));
    expect(own).toHaveLength(25);
    for (const [key, sentence] of own) {
      const told = recordedWhy(fill(sentence, facts));
      expect(told, key).toMatch(/[\u4e00-\u9fff]/);
      expect(told, key).not.toMatch(/visits?\b|declined|offer|absent|\{/);
    }
    expect(recordedWhy("3 visits are without a place")).toBe("3 次上门尚无排程");
  });

  test("several are joined, and those within another are told too", () => {
    expect(recordedWhy("C-1-V1 visit requested, WP08-FAN came in, E-07 is absent")).toBe("请求了上门 C-1-V1；WP08-FAN 已入库；E-07 缺勤");
    expect(recordedWhy("C-1-V1 no answer to the offer")).toBe("C-1-V1：派单未得到答复");
    expect(recordedWhy("C-1-V1 C-2-V1 arrived")).toBe("C-1-V1：C-2-V1 的工程师已到达");
    expect(recordedWhy("2 visits were moved (it follows a visit that was moved)")).toBe("2 次上门被移动（随另一次被移动的上门调整）");
  });

  test("what a person wrote stays whole", () => {
    expect(recordedWhy("Sick child, E-07 is absent")).toBe("Sick child, E-07 is absent");
    expect(recordedWhy("客户要求 (it follows a visit that was moved)")).toBe("客户要求 (it follows a visit that was moved)");
  });
});

test("in English it is what the record says", () => expect(recordedWhy("C-1-V1 departed")).toBe("C-1-V1 departed"));
