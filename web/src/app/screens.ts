/** Every screen: where it is, who sees it, and how its code is fetched. A new screen is one entry here. */
import type { ComponentType } from "preact";
import type { IconName } from "../design/icons";
import { may } from "./session";
import type { ShellText } from "./messages";

export interface Screen {
  path: `/${string}`;
  title: ShellText;
  icon: IconName;
  /** The permission that opens it: resource and action, as api/access.py names them. */
  needs: string;
  /** Covers the whole window: no top navigation. */
  bare?: boolean;
  load: () => Promise<{ default: ComponentType }>;
}

export const SCREENS: readonly Screen[] = [
  { path: "/board", title: "board", icon: "board", needs: "plan.view", load: () => import("../board/board-screen") },
  { path: "/operations", title: "operations", icon: "operations", needs: "operations.view", load: () => import("../operations/operations-screen") },
  { path: "/cases", title: "cases", icon: "cases", needs: "operations.view", load: () => import("../cases/cases-screen") },
  { path: "/admin", title: "admin", icon: "gear", needs: "policy.view", load: () => import("../admin/admin-screen") },
];

/** The screens in the top navigation of the signed-in user. */
export const mine = (): Screen[] => SCREENS.filter((screen) => may(screen.needs));

/** The screen at a path, whoever may see it; the longest matching path wins. */
export function screenAt(path: string): Screen | undefined {
  return SCREENS.filter((screen) => path === screen.path || path.startsWith(`${screen.path}/`)).sort(
    (a, b) => b.path.length - a.path.length,
  )[0];
}
