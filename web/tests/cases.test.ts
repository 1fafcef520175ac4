import { describe, expect, test } from "vitest";
import type { Entry, Message } from "../src/api/case-types";
import { bodyOf, FORMS, ordered, ruleFor, UnreadableError } from "../src/cases/commands";
import { missing, pair, registrationOf, rulesOf, soughtIn, type Entered } from "../src/cases/registration";
import { eventText, moveText, pausesOf, timelineOf, windowText } from "../src/cases/timeline-model";
import { word } from "../src/cases/words";
import { language } from "../src/i18n/language";

language.value = "en";
const ZONE = "Asia/Shanghai";
const enter = (values: Record<string, string>) => (name: string) => values[name] ?? null;
const entry = (id: number, kind: string, at: string, data: Record<string, unknown> = {}): Entry => ({
  id, kind, at, recorded_at: at, actor_role: "agent", actor_id: "U-1", visit_id: null, data, move: null, engineer: null, checklist: null,
});

describe("what a command sends", () => {
  test("a visit's needs are nested, skills are levels, parts are quantities", () => {
    const entered = { decision: "on_site", "needs.minutes": "90", "needs.skills": "refrigerant 2，electrics", "needs.parts": "WP08-FAN 2, B001", quote_cents: "12,50" };
    expect(bodyOf(FORMS.decide!, enter(entered))).toEqual({
      decision: "on_site", needs: { minutes: 90, skills: { refrigerant: 2, electrics: 1 }, parts: [{ sku: "WP08-FAN", quantity: 2 }, { sku: "B001", quantity: 1 }] }, quote_cents: 1250,
    });
  });

  test("needs are left out of a decision without a visit", () => {
    expect(bodyOf(FORMS.decide!, enter({ decision: "depot", "needs.minutes": "90" }))).toEqual({ decision: "depot" });
  });

  test("an unreadable list is told with what could not be read", () => {
    expect(() => bodyOf(FORMS.decide!, enter({ decision: "on_site", "needs.skills": "high voltage two" }))).toThrow(UnreadableError);
  });

  test("ticks are yes or no, an empty number is nothing", () => {
    expect(bodyOf(FORMS.call_back!, enter({ satisfaction: "" }))).toEqual({ fault_is_back: false });
    expect(bodyOf(FORMS.answer_quote!, enter({ accepted: "no" }))).toEqual({ accepted: false });
    expect(bodyOf(FORMS.diagnose!, enter({ findings: " dead ", solved: "on" }))).toEqual({ findings: "dead", solved: true });
  });

  test("the next step comes first, cancelling last", () => {
    expect(ordered(["cancel", "note", "choose_slot", "decide", "choose_slot"], "decide")).toEqual(["decide", "choose_slot", "note", "cancel"]);
  });

  test("a file is added where files are listed, not by a button", () => {
    expect(ordered(["attach", "note"], null)).toEqual(["note"]);
  });

  test("a rule is found under the path that the API gives it", () => {
    const problems = [{ field: "needs.minutes", rule: "too long" }, { field: "body.reason", rule: "missing" }];
    expect(ruleFor("needs.minutes", problems)).toBe("too long");
    expect(ruleFor("reason", problems)).toBe("missing");
    expect(ruleFor("note", problems)).toBeUndefined();
  });
});

describe("the registration form", () => {
  const whole: Entered = { symptom: "No heat", product_model: "WP-08", "contact.name": "E. M.", "site.latitude": "53,58", "site.longitude": "9.95" };

  test("everything that is missing is named at once", () => {
    expect(missing({}).map(([field]) => field)).toEqual(["symptom", "contact.name", "product_model", "site.latitude"]);
    expect(missing(whole)).toEqual([]);
  });

  test("a known product needs no model and no place, a known customer no name", () => {
    expect(missing({ symptom: "x", installed_product_id: "IP-1", customer_id: "CU-1" })).toEqual([]);
  });

  test("what is ill-formed is named with its rule", () => {
    expect(missing({ ...whole, "contact.phone": "call me", "contact.email": "e@", "site.latitude": "91", "site.longitude": "east" })).toEqual([
      ["contact.phone", "rule_phone"], ["contact.email", "rule_email"], ["site.latitude", "rule_latitude"], ["site.longitude", "rule_longitude"],
    ]);
  });

  test("it sends numbers as numbers and leaves out what is empty", () => {
    expect(registrationOf({ ...whole, channel: "phone", serial: " " })).toEqual({
      channel: "phone", symptom: "No heat", product_model: "WP-08", contact: { name: "E. M." }, site: { latitude: 53.58, longitude: 9.95 },
    });
  });

  test("nothing is asked before a product or model is known, and never with the contact", () => {
    expect(soughtIn({ symptom: "No heat", "contact.name": "E. M." })).toBeNull();
    expect(soughtIn({ ...whole, error_code: "E31" })).toEqual({ product_model: "WP-08", symptom: "No heat", error_code: "E31", latitude: 53.58, longitude: 9.95 });
  });

  test("coordinates are taken apart as maps copy them", () => {
    expect(pair("31.2304, 121.4737")).toEqual(["31.2304", "121.4737"]);
    expect(pair("-33.9，18.4")).toEqual(["-33.9", "18.4"]);
    expect(pair("31.2304")).toBeNull();
    expect(pair("Ringstraße 7, 20095")).toBeNull();
  });

  test("the API's problems find their fields", () => {
    expect(rulesOf([{ field: "site", rule: "needs both" }, { field: "registration.contact.phone", rule: "bad" }, { field: "?", rule: "x" }])).toEqual({ "site.latitude": "needs both", "contact.phone": "bad" });
  });
});

describe("the timeline", () => {
  const message = (id: number, at: string): Message => ({ id, created_at: at, sent_at: null }) as Message;

  test("events and messages stand in one order, the newest first", () => {
    const lines = timelineOf([entry(2, "note", "2026-11-25T10:00:00Z"), entry(1, "registered", "2026-11-25T08:00:00Z")], [message(9, "2026-11-25T09:00:00Z")], "all", false);
    expect(lines.map(({ key }) => key)).toEqual(["e2", "m9", "e1"]);
  });

  test("a message from before the oldest loaded event waits for its page", () => {
    const lines = timelineOf([entry(2, "note", "2026-11-25T10:00:00Z")], [message(9, "2026-11-25T09:00:00Z")], "all", true);
    expect(lines.map(({ key }) => key)).toEqual(["e2"]);
  });

  test("messages are shown alone, and not among other kinds", () => {
    expect(timelineOf([entry(2, "note", "2026-11-25T10:00:00Z")], [message(9, "2026-11-25T09:00:00Z")], "messages", true).map(({ key }) => key)).toEqual(["m9"]);
    expect(timelineOf([entry(2, "note", "2026-11-25T10:00:00Z")], [message(9, "2026-11-25T09:00:00Z")], "note", false).map(({ key }) => key)).toEqual(["e2"]);
  });

  test("what the plan and the case record beside the visit's own event is told once", () => {
    const at = "2026-11-25T10:00:00Z";
    const lines = timelineOf([entry(3, "visit_booked", at), entry(2, "booked", at), entry(1, "booking_made", at)], [], "all", false);
    expect(lines.map(({ key }) => key)).toEqual(["e2"]);
  });

  test("events are told in the reader's words; a kind that is not known yet is readable", () => {
    expect(eventText(entry(1, "classified", "", { case_kind: "fault", severity: "high" }), ZONE)).toBe("Classified: Fault, High");
    expect(eventText(entry(1, "clock_warning", "", { subject: "on_site" }), ZONE)).toBe("Promise near its end: On site");
    expect(eventText(entry(1, "step_escalated", "", { subject: "diagnose", rung: "team_lead" }), ZONE)).toBe("Step escalated to Team lead: Diagnose");
    expect(eventText(entry(1, "registration_incomplete", "", { missing: "product_model, contact.phone" }), ZONE)).toBe("Registered, fields missing: model, phone");
    expect(eventText({ ...entry(1, "offered", "", { engineer: "E1" }), engineer: "Wu" }, ZONE)).toBe("Offered to Wu");
    expect(eventText(entry(1, "brand_new", ""), ZONE)).toBe("brand new");
  });

  test("a plan change says from where to where", () => {
    const move = { from_engineer: "Li", from_arrival: "2026-11-25T01:00:00Z", to_engineer: "Wu", to_arrival: "2026-11-25T03:00:00Z", why: "", made_by: "", plan_id: null, sentence: "" };
    expect(moveText(move, ZONE)).toBe("Moved from Li, Wed 25 Nov 09:00 to Wu, Wed 25 Nov 11:00");
    expect(moveText({ ...move, to_engineer: null, to_arrival: null }, ZONE)).toBe("Li, Wed 25 Nov 09:00 is given up");
    expect(moveText({ ...move, from_engineer: null, from_arrival: null }, ZONE)).toBe("Booked with Wu, Wed 25 Nov 11:00");
  });

  test("a window names its day once, unless it ends on another", () => {
    expect(windowText("2026-11-25T01:00:00Z", "2026-11-25T03:00:00Z", ZONE)).toBe("Wed 25 Nov 09:00–11:00");
    expect(windowText("2026-11-25T15:00:00Z", "2026-11-25T17:00:00Z", ZONE)).toBe("Wed 25 Nov 23:00 – Thu 26 Nov 01:00");
  });

  test("pauses are read from their events, an open one lasts until now, reasons do not mix", () => {
    const at = (hour: number) => `2026-11-25T${String(hour).padStart(2, "0")}:00:00Z`;
    const events = [
      entry(4, "clocks_paused", at(12), { reason: "site_closed" }), entry(3, "clocks_resumed", at(11), { reason: "waiting_for_customer" }),
      entry(2, "clocks_resumed", at(10), { reason: "site_closed" }), entry(1, "clocks_paused", at(9), { reason: "waiting_for_customer" }),
    ];
    expect(pausesOf(events, Date.parse(at(13)))).toEqual([
      { from: Date.parse(at(9)), to: Date.parse(at(11)) },
      { from: Date.parse(at(12)), to: Date.parse(at(13)) },
    ]);
  });
});

test("a word that is not known yet is shown readable", () => {
  expect(word("state", "handed_over")).toBe("In the depot");
  expect(word("state", "some_new_state")).toBe("some new state");
  expect(word("state", null)).toBe("");
});
