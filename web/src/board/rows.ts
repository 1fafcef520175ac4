/** The head of an engineer's row: name, load, and what can be done with the day. Made by hand because vis-timeline takes elements. */
import type { Engineer } from "../api/board-types";
import { iconMarkup, type IconName } from "../design/icons";
import { share } from "../i18n/format";
import { language } from "../i18n/language";
import { lockDay } from "./commands";
import { absentee } from "./absence";
import { t } from "./messages";

/** Changes when the head looks different. */
export const groupSignature = (engineer: Engineer, order: number): string =>
  [engineer.name, engineer.load, order, language.value, engineer.skills.map(({ skill }) => skill)].join("|");

export function groupElement(engineer: Engineer): HTMLElement {
  const head = document.createElement("div");
  head.className = "row-head";
  const name = document.createElement("span");
  name.className = "row-name";
  name.textContent = engineer.name;
  name.title = engineer.skills.map(({ skill, level }) => `${skill} ${level}`).join(", ");
  const buttons = document.createElement("span");
  buttons.className = "row-buttons";
  buttons.append(button("lock", t("lock_day"), () => void lockDay(engineer.id)),
    button("away", t("add_absence"), () => (absentee.value = engineer)));
  head.append(name, buttons, load(engineer.load));
  return head;
}

function load(part: number | null): HTMLElement {
  const meter = document.createElement("span");
  meter.className = "row-load";
  meter.title = t("load");
  const filled = document.createElement("i");
  // Not as markup: the page's policy forbids styles there.
  filled.style.setProperty("--load", String(Math.min(part ?? 0, 1)));
  meter.append(filled, part === null ? "–" : share(part));
  return meter;
}

function button(icon: IconName, label: string, act: () => void): HTMLElement {
  const made = document.createElement("button");
  made.className = "icon-button row-button";
  made.innerHTML = iconMarkup(icon);
  made.title = label;
  made.setAttribute("aria-label", label);
  made.addEventListener("click", (event) => (event.stopPropagation(), act()));
  return made;
}
