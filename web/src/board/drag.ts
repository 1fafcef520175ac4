/** Holding a visit: from a row or from the list, over any row; previewed on the way, drafted where it is let go. */
import { signal } from "@preact/signals";
import { may } from "../app/session";
import { time } from "../i18n/format";
import { snapped } from "./axis";
import { addToDraft, dropProposal, preview, warmUp } from "./commands";
import { t } from "./messages";
import { engineerName, iso, zone } from "./store";

export interface Held {
  visitId: string;
  caseId: string;
  /** Where it would be now; null outside of the rows. */
  place: { engineerId: string; arrival: number } | null;
  x: number;
  y: number;
}

export interface Grip {
  visitId: string;
  caseId: string;
  /** Where it lies now; null when it comes from the list. */
  from: { engineerId: string; arrival: number } | null;
  /** Milliseconds between its beginning and the place where the pointer took it. */
  offset: number;
}

type Finder = (x: number, y: number) => { engineerId: string; at: number } | null;

export const held = signal<Held | null>(null);
const NEAR_PX = 5;
let find: Finder = () => null;

/** How the board tells which row and moment is under a point. */
export function findPlacesWith(finder: Finder): void {
  find = finder;
}

/** Follows the pointer from a press on: a click as long as it stays near, then a drag. */
export function hold(down: PointerEvent, grip: Grip): void {
  if (down.button !== 0 || !may("draft.change")) return;
  warmUp();
  const move = (event: PointerEvent) => {
    if (!held.value && Math.hypot(event.clientX - down.clientX, event.clientY - down.clientY) < NEAR_PX) return;
    event.preventDefault();
    carry(grip, event);
  };
  const stop = (event: Event) => {
    removeEventListener("pointermove", move);
    removeEventListener("pointerup", stop);
    removeEventListener("pointercancel", stop);
    removeEventListener("keydown", cancel, true);
    const last = held.value;
    held.value = null;
    if (!last) return;
    // The press ends over something: that must not count as a click on it.
    addEventListener("click", swallow, { capture: true, once: true });
    setTimeout(() => removeEventListener("click", swallow, true), 0);
    if (event.type === "pointerup" && last.place && !isSame(grip, last.place)) drop(grip, last.place);
    else dropProposal();
  };
  const cancel = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || !held.value) return;
    event.stopPropagation();
    stop(event);
  };
  addEventListener("pointermove", move);
  addEventListener("pointerup", stop);
  addEventListener("pointercancel", stop);
  addEventListener("keydown", cancel, true);
}

function carry(grip: Grip, { clientX: x, clientY: y }: PointerEvent): void {
  const found = find(x, y);
  const place = found && { engineerId: found.engineerId, arrival: snapped(found.at - grip.offset) };
  held.value = { visitId: grip.visitId, caseId: grip.caseId, place, x, y };
  if (!place || isSame(grip, place)) return dropProposal();
  const title = t("move_title", { case: grip.caseId, engineer: engineerName(place.engineerId), time: time(place.arrival, zone.value) });
  preview([{ visit_id: grip.visitId, engineer_id: place.engineerId, arrival: iso(place.arrival) }], title, { x, y });
}

function drop(grip: Grip, place: { engineerId: string; arrival: number }): void {
  void addToDraft([{ visit_id: grip.visitId, engineer_id: place.engineerId, arrival: iso(place.arrival) }]);
}

const isSame = ({ from }: Grip, place: { engineerId: string; arrival: number }): boolean =>
  from !== null && from.engineerId === place.engineerId && from.arrival === place.arrival;

const swallow = (event: Event): void => (event.stopPropagation(), event.preventDefault());
