import { useState } from "preact/hooks";
import { command } from "../api/client";
import type { Page, Territory } from "../api/types";
import { sayDone, sayProblem } from "../app/toasts";
import { Empty } from "../design/empty";
import { ProblemNote } from "../design/problem";
import { dateTime } from "../i18n/format";
import { HERE } from "../i18n/zones";
import { useAsked } from "./list";
import { t } from "./messages";
import { SaveForm } from "./saving";
import { Secret } from "./secret";
import { ROLES, type TokenLine } from "./types";
import { roleName } from "./users";

interface NewToken {
  token: TokenLine;
  secret: string;
}

export function Tokens() {
  const { items, problem, reload } = useAsked<TokenLine[]>("/admin/tokens");
  const [adding, setAdding] = useState(false);
  const [shown, setShown] = useState<NewToken | null>(null);
  const [sure, setSure] = useState<string | null>(null);
  if (problem) return <ProblemNote problem={problem} onAgain={() => void reload()} />;
  if (!items) return <p class="muted">{t("loading")}</p>;

  async function revoke(token: TokenLine) {
    setSure(null);
    await command(`/admin/tokens/${token.id}`, undefined, { method: "DELETE" });
    sayDone(t("token_revoked", { name: token.name }));
    await reload();
  }

  return (
    <>
      <header class="admin-head"><h1>{t("tokens")}</h1><button class="primary" onClick={() => setAdding(true)}>{t("add_token")}</button></header>
      {shown && <Secret text={shown.secret} words={t("once_token", { name: shown.token.name })} onDone={() => setShown(null)} />}
      <div class="admin-split">
        {items.length ? (
          <table class="admin-table">
            <thead><tr><th>{t("name")}</th><th>{t("role")}</th><th>{t("scopes")}</th><th>{t("territory")}</th><th>{t("expires")}</th><th>{t("last_used")}</th><th>{t("state")}</th><th /></tr></thead>
            <tbody>
              {items.map((token) => (
                <tr key={token.id}>
                  <td>{token.name}</td><td>{roleName(token.role)}</td><td>{token.scopes.join(", ")}</td>
                  <td>{token.territory_id ?? t("every_territory")}</td>
                  <td class="number">{token.expires_at ? dateTime(token.expires_at, HERE) : t("never")}</td>
                  <td class="number">{token.last_used_at ? dateTime(token.last_used_at, HERE) : t("never")}</td>
                  <td>{t(token.state)}</td>
                  <td>
                    {token.state === "valid" && (sure === token.id ? (
                      <span class="sure">{t("revoke_sure", { name: token.name })}
                        <button onClick={() => void revoke(token).catch(sayProblem)}>{t("revoke")}</button>
                        <button onClick={() => setSure(null)}>{t("cancel")}</button>
                      </span>
                    ) : <button class="link" onClick={() => setSure(token.id)}>{t("revoke")}</button>)}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        ) : <Empty title={t("no_tokens")} hint={t("no_tokens_hint")} />}
        {adding && <TokenForm onCancel={() => setAdding(false)} onMade={(made) => (setAdding(false), setShown(made), void reload())} />}
      </div>
    </>
  );
}

function TokenForm({ onMade, onCancel }: { onMade: (made: NewToken) => void; onCancel: () => void }) {
  const territories = useAsked<Page<Territory>>("/territories").items?.items ?? [];

  async function save(form: FormData) {
    const scopes = String(form.get("scopes")).split(/[\s,]+/).filter(Boolean);
    const days = String(form.get("days"));
    onMade(await command<NewToken>("/admin/tokens", {
      name: form.get("name"), role: form.get("role"), scopes, territory_id: form.get("territory") || null, days: days ? Number(days) : null,
    }));
  }

  return (
    <SaveForm title={t("add_token")} label={t("add_token")} save={save} onCancel={onCancel}>
      <label>{t("name")}<input name="name" required maxLength={100} autofocus /></label>
      <label>{t("role")}<select name="role">{ROLES.filter((role) => role !== "engineer").map((role) => <option key={role} value={role}>{t(`role_${role}`)}</option>)}</select></label>
      <label>{t("scopes")}<textarea name="scopes" rows={3} required aria-describedby="scopes-hint" /><span class="muted small" id="scopes-hint">{t("scopes_hint")}</span></label>
      <label>{t("territory")}
        <select name="territory"><option value="">{t("every_territory")}</option>{territories.map(({ id, name }) => <option key={id} value={id}>{name}</option>)}</select>
      </label>
      <label>{t("days")}<input name="days" type="number" min={1} max={3650} defaultValue="365" aria-describedby="days-hint" /><span class="muted small" id="days-hint">{t("days_hint")}</span></label>
    </SaveForm>
  );
}
