/** Administration: one section at a time, each with its own address; only those that the user's roles open. */
import type { ComponentType } from "preact";
import { followLink, location } from "../app/router";
import { may } from "../app/session";
import { Calendar } from "./calendar/calendar";
import { Checklists } from "./checklists/checklists";
import { Engineers } from "./engineers";
import { t } from "./messages";
import { Policy } from "./policy/policy";
import { Parts } from "./stores/parts";
import { Warehouses } from "./stores/warehouses";
import { Templates } from "./templates/templates";
import { Territories } from "./territories";
import { Tokens } from "./tokens";
import { Users } from "./users";
import { Webhooks } from "./webhooks/webhooks";
import "./admin.css";

const SECTIONS = [
  { name: "users", needs: "user.view", Section: Users },
  { name: "tokens", needs: "token.view", Section: Tokens },
  { name: "policy", needs: "policy.view", Section: Policy },
  { name: "engineers", needs: "engineer.edit", Section: Engineers },
  { name: "calendar", needs: "engineer.edit", Section: Calendar },
  { name: "checklists", needs: "checklist.view", Section: Checklists },
  { name: "templates", needs: "message_settings.view", Section: Templates },
  { name: "webhooks", needs: "webhook.view", Section: Webhooks },
  { name: "territories", needs: "territory.view", Section: Territories },
  { name: "warehouses", needs: "warehouse.view", Section: Warehouses },
  { name: "parts", needs: "part.view", Section: Parts },
] as const satisfies readonly { name: string; needs: string; Section: ComponentType }[];

export default function AdminScreen() {
  const mine = SECTIONS.filter(({ needs }) => may(needs));
  const asked = location.value.path.split("/")[2];
  const open = mine.find(({ name }) => name === asked) ?? mine[0];
  if (!open) return null;
  const { Section } = open;
  return (
    <div class="admin">
      <nav aria-label={t("sections")}>
        {mine.map(({ name }) => (
          <a key={name} href={`/admin/${name}`} onClick={followLink} aria-current={open.name === name ? "page" : undefined}>{t(name)}</a>
        ))}
      </nav>
      <main><Section key={open.name} /></main>
    </div>
  );
}
