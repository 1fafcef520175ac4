/** Every screen: where it is, who sees it, and how its code is fetched. A new screen is one entry here. */
import type { ComponentType } from "preact";
import type { IconName } from "../design/icons";
import { may, session } from "./session";
import type { ShellText } from "./messages";

export interface Screen {
  path: `/${string}`;
  title: ShellText;
  icon: IconName;
  /** The permission that opens it: resource and action, as api/access.py names them. */
  needs: string;
  /** For people who are engineers themselves. */
  own?: boolean;
  /** Opens without a network for who was signed in before. */
  offline?: boolean;
  /** Covers the whole window: no top navigation. */
  bare?: boolean;
  load: () => Promise<{ default: ComponentType }>;
}

export const SCREENS: readonly Screen[] = [
  { path: "/board", title: "board", icon: "board", needs: "board.view", load: () => import("../board/board-screen") },
  { path: "/operations", title: "operations", icon: "operations", needs: "operations.view", load: () => import("../operations/operations-screen") },
  { path: "/cases", title: "cases", icon: "cases", needs: "operations.view", load: () => import("../cases/cases-screen") },
  { path: "/stock", title: "stock", icon: "box", needs: "stock.view", load: () => import("../stock/stock-screen") },
  { path: "/admin", title: "admin", icon: "gear", needs: "policy.view", load: () => import("../admin/admin-screen") },
  {
    path: "/field", title: "field", icon: "phone", needs: "visit.finish", own: true, offline: true, bare: true,
    load: () => import("../field/field-screen"),
  },
];

/** The screens in the top navigation of the signed-in user. */
export const mine = (): Screen[] => SCREENS.filter(opens);

/** Whether a screen opens for the signed-in user. */
export const opens = (screen: Screen): boolean =>
  may(screen.needs) && (!screen.own || Boolean(session.value?.user.engineer_id));

/** The screen at a path, whoever may see it; the longest matching path wins. */
export function screenAt(path: string): Screen | undefined {
  return SCREENS.filter((screen) => path === screen.path || path.startsWith(`${screen.path}/`)).sort(
    (a, b) => b.path.length - a.path.length,
  )[0];
}
