/** The planner's explanations as the board tells them: with its cases, engineers and zone. */
import type { RankedPlace } from "../api/board-types";
import * as told from "../explain/because";
import * as explain from "../explain/explain";
import type { BrokenRule, Change, Choice, Reason } from "../explain/types";
import { barsById, engineerName, zone } from "./store";

const knows = (): explain.Knows => ({
  zone: zone.value, engineer: engineerName, caseOf: (visit) => barsById.value.get(visit)?.caseId,
});

export const reasonText = (reason: Reason): string => explain.reasonText(reason, knows());
export const brokenText = (broken: BrokenRule): string => explain.brokenText(broken, knows());
export const choiceText = (choice: Choice): string => explain.choiceText(choice, knows());
export const changeText = (change: Change): string => explain.changeText(change, knows());

export const becauseText = (because: readonly told.Because[] | undefined, recorded: string): string => told.becauseText(because, recorded, knows());

export function placeText(place: RankedPlace): string {
  const { sentence, engineer_id, drawbacks, people } = place;
  const facts = {
    sentence, engineer_id, drawbacks, people, cost: place.cost_change_cents, travel: place.travel_change_seconds,
    late: place.sla.late_seconds, othersLate: place.others_late_seconds,
  };
  return explain.placeText(facts, knows());
}
