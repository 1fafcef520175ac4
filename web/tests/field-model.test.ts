import { expect, test } from "vitest";
import { Problem } from "../src/api/problem";
import { after, companyNow, draftOf, EMPTY_DRAFT, gaps, nextStep, nextStop, partByCode, projected, reportOf } from "../src/field/model";
import type { Entry } from "../src/field/outbox";
import { verdictOf } from "../src/field/send";
import { OUTCOMES, type FieldDay, type FieldVisit, type VisitState } from "../src/field/types";

const visit = (id: string, state: VisitState, more: Partial<FieldVisit> = {}) => ({ id, state, parts: [], ...more }) as unknown as FieldVisit;
const act = (id: string, kind: Entry["kind"], more: Partial<Entry> = {}) =>
  ({ visit: id, kind, at: "2026-11-25T09:00:00Z", refusal: null, ...more }) as Entry;
const part = (sku: string, serialised = false, serials: string[] = []) => ({ sku, name: sku, serialised, serials, free: 1, on_hand: 1 });
const DAY = { visits: [], van: [part("FAN"), part("PUMP", true, ["A-1", "A-2"])], catalogue: [part("FAN"), part("PUMP", true), part("SEAL")] } as unknown as FieldDay;

test("the main button is always the next step", () => {
  const steps = (["booked", "offered", "confirmed", "en_route", "on_site", "done"] as const).map((state) => nextStep(visit("V", state)));
  expect(steps).toEqual(["accept", "accept", "depart", "arrive", "finish", null]);
});

test("a visit that has begun comes first, then the route's order", () => {
  const visits = [visit("V1", "done"), visit("V2", "confirmed"), visit("V3", "on_site")];
  expect(nextStop(visits)?.id).toBe("V3");
  expect(nextStop(visits.slice(0, 2))?.id).toBe("V2");
  expect(nextStop(visits.slice(0, 1))).toBeUndefined();
});

test("what waits is seen as done, a refused act is not, and a declined visit is gone", () => {
  const visits = [visit("V1", "confirmed"), visit("V2", "offered"), visit("V3", "confirmed")];
  const entries = [act("V1", "depart"), act("V1", "arrive"), act("V2", "decline"), act("V3", "depart", { refusal: { status: 409 } as never })];

  expect(projected(visits, entries).map(({ id, state }) => [id, state])).toEqual([["V1", "on_site"], ["V3", "confirmed"]]);
});

test("a visit never goes back because an answer was lost", () => {
  expect(projected([visit("V1", "on_site")], [act("V1", "depart")])[0]!.state).toBe("on_site");
});

test("an act keeps its own moment", () => {
  expect(after(visit("V1", "en_route"), "arrive", "2026-11-25T09:31:00Z")).toMatchObject({ state: "on_site", arrived_at: "2026-11-25T09:31:00Z" });
});

test("each outcome asks for what it needs and no more", () => {
  expect(gaps(EMPTY_DRAFT, DAY, null)).toEqual(["outcome"]);
  const asked = OUTCOMES.map((outcome) => [outcome, ...gaps({ ...EMPTY_DRAFT, outcome }, DAY, null)]);
  expect(asked).toEqual([
    ["fixed", "work_done", "signature"],
    ["partially_fixed", "work_done", "signature"],
    ["part_missing", "work_done", "needed", "signature"],
    ["no_access", "work_done"],
    ["unsafe", "work_done"],
    ["beyond_repair", "work_done", "signature"],
  ]);
});

test("a unit with a serial number is named by it", () => {
  const draft = { ...EMPTY_DRAFT, outcome: "fixed" as const, work_done: "x", unsigned: true, used: [{ sku: "PUMP", quantity: 1, serial: "" }] };
  expect(gaps(draft, DAY, null)).toEqual(["serial"]);
  expect(gaps({ ...draft, used: [{ sku: "PUMP", quantity: 1, serial: "A-1" }] }, DAY, null)).toEqual([]);
});

test("the report holds what its outcome asks for, and minutes since the arrival unless others were entered", () => {
  const draft = { ...EMPTY_DRAFT, outcome: "no_access" as const, work_done: " nobody there ", used: [{ sku: "FAN", quantity: 2, serial: "" }] };
  expect(reportOf(draft, 12, null)).toEqual({
    outcome: "no_access", work_done: "nobody there", parts_used: [], needed_parts: [], readings: [], checklist: [], labour_minutes: 12, signed_by_customer: false,
  });
  const fixed = { ...draft, outcome: "fixed" as const, labour: 45, signature: new ArrayBuffer(1), readings: [{ name: "Supply", value: "45 °C" }] };
  expect(reportOf(fixed, 12, null)).toMatchObject({
    parts_used: [{ sku: "FAN", quantity: 2, serial: null }], readings: [{ name: "Supply", value: "45 °C" }], labour_minutes: 45, signed_by_customer: true,
  });
});

test("a refused report comes back as it was, and nobody signs twice", () => {
  const body = reportOf({ ...EMPTY_DRAFT, outcome: "fixed", work_done: "Pump", used: [{ sku: "PUMP", quantity: 1, serial: "A-9" }], signature: new ArrayBuffer(1) }, 30, null);
  const draft = draftOf(body);
  expect(gaps(draft, DAY, null)).toEqual([]);
  expect(reportOf(draft, 99, null)).toEqual(body);
});

test("a code is a serial number in the van, a part's number, or unknown", () => {
  expect(partByCode("a-2 ", DAY, visit("V", "on_site"))).toEqual({ sku: "PUMP", quantity: 1, serial: "A-2" });
  expect(partByCode("seal", DAY, visit("V", "on_site"))).toEqual({ sku: "SEAL", quantity: 1, serial: "" });
  expect(partByCode("4006381333931", DAY, visit("V", "on_site"))).toBeNull();
});

test("the company's time goes on without a network, however wrong the phone's clock is", () => {
  const clock = { now: "2026-11-25T08:00:00Z", speed: 60 };
  expect(new Date(companyNow(clock, 5_000, 65_000)).toISOString()).toBe("2026-11-25T09:00:00.000Z");
});

test("the server's answers mean what is to be done with an act", () => {
  const answer = (status: number, code = "", facts = {}) => verdictOf("depart", new Problem(status, code, "words", [], facts)).is;
  expect([0, 401, 429, 500, 503, 404, 422].map((status) => answer(status))).toEqual(
    ["offline", "signed_out", "later", "later", "later", "refused", "refused"],
  );
  expect(answer(403, "cross_site")).toBe("signed_out");
  expect(answer(403, "forbidden")).toBe("refused");
  expect(answer(409, "wrong_state", { state: "on_site" })).toBe("done");
  expect(answer(409, "wrong_state", { state: "requested" })).toBe("refused");
  expect(verdictOf("finish", new Problem(409, "wrong_state", "", [], { state: "done" })).is).toBe("refused");
});
