import { useState } from "preact/hooks";
import { command } from "../api/client";
import type { Page, Territory } from "../api/types";
import { sayDone, sayProblem } from "../app/toasts";
import { Empty } from "../design/empty";
import { ProblemNote } from "../design/problem";
import { dateTime } from "../i18n/format";
import { LANGUAGE_NAMES, LANGUAGES } from "../i18n/language";
import { HERE } from "../i18n/zones";
import { useAsked } from "./list";
import { t } from "./messages";
import { SaveForm } from "./saving";
import { Secret } from "./secret";
import { ROLES, type EngineerLine, type UserLine } from "./types";

interface Shown {
  password: string;
  user: UserLine;
}

export function Users() {
  const { items, problem, reload } = useAsked<UserLine[]>("/admin/users");
  const [open, setOpen] = useState<UserLine | "new" | null>(null);
  const [shown, setShown] = useState<Shown | null>(null);
  const [text, setText] = useState("");
  if (problem) return <ProblemNote problem={problem} onAgain={() => void reload()} />;
  if (!items) return <p class="muted">{t("loading")}</p>;
  const fitting = items.filter((user) => `${user.name} ${user.email} ${user.id}`.toLowerCase().includes(text.toLowerCase()));
  const close = () => setOpen(null);
  return (
    <>
      <header class="admin-head">
        <h1>{t("users")}</h1>
        <input type="search" placeholder={t("find")} aria-label={t("find")} value={text} onInput={(event) => setText(event.currentTarget.value)} />
        <button class="primary" onClick={() => setOpen("new")}>{t("add_user")}</button>
      </header>
      {shown && <Secret text={shown.password} words={t("once_password", { name: shown.user.name })} onDone={() => setShown(null)} />}
      <div class="admin-split">
        {fitting.length ? (
          <table class="admin-table">
            <thead><tr><th>{t("name")}</th><th>{t("email")}</th><th>{t("roles")}</th><th>{t("territory")}</th><th>{t("last_sign_in")}</th><th>{t("state")}</th></tr></thead>
            <tbody>
              {fitting.map((user) => (
                <tr key={user.id} aria-selected={open !== "new" && open?.id === user.id}>
                  <td><button class="link" onClick={() => setOpen(user)}>{user.name}</button></td>
                  <td>{user.email}</td>
                  <td>{user.roles.map(roleName).join(", ")}</td>
                  <td>{user.territory_id ?? t("every_territory")}</td>
                  <td class="number">{user.last_sign_in_at ? dateTime(user.last_sign_in_at, HERE) : t("never")}</td>
                  <td>{!user.active ? t("disabled") : user.has_password ? t("enabled") : t("no_password")}</td>
                </tr>
              ))}
            </tbody>
          </table>
        ) : <Empty title={items.length ? t("found_none") : t("no_users")} />}
        {open && (
          <UserForm key={open === "new" ? "new" : open.etag} user={open === "new" ? null : open}
            onCancel={close} onStale={() => void reload().then(close)}
            onSaved={(given) => (close(), given && setShown(given), void reload())} />
        )}
      </div>
    </>
  );
}

interface FormProps {
  user: UserLine | null;
  onSaved: (shown: Shown | null) => void;
  onCancel: () => void;
  onStale: () => void;
}

function UserForm({ user, onSaved, onCancel, onStale }: FormProps) {
  const territories = useAsked<Page<Territory>>("/territories").items?.items ?? [];
  const engineers = useAsked<EngineerLine[]>("/admin/engineers").items ?? [];

  async function save(form: FormData) {
    const body = {
      name: form.get("name"), roles: form.getAll("roles"), language: form.get("language"),
      territory_id: form.get("territory") || null, engineer_id: form.get("engineer") || null,
      active: user ? form.has("active") : true,
    };
    if (user) {
      await command(`/admin/users/${user.id}`, body, { method: "PUT", etag: user.etag });
      sayDone(t("user_saved", { name: String(body.name) }));
      return onSaved(null);
    }
    onSaved(await command<Shown>("/admin/users", { ...body, email: form.get("email"), id: form.get("id") || null }));
  }

  return (
    <SaveForm title={user?.name ?? t("add_user")} label={t("save")} save={save} onCancel={onCancel} onStale={onStale}>
      <label>{t("name")}<input name="name" required maxLength={100} defaultValue={user?.name ?? ""} autofocus /></label>
      {!user && <label>{t("email")}<input name="email" type="email" required /></label>}
      {!user && <label>{t("id")}<input name="id" maxLength={60} aria-describedby="id-hint" /><span class="muted small" id="id-hint">{t("id_hint")}</span></label>}
      <fieldset>
        <legend>{t("roles")}</legend>
        {ROLES.map((role) => (
          <label key={role} class="tick"><input type="checkbox" name="roles" value={role} defaultChecked={user?.roles.includes(role) ?? false} /> {t(`role_${role}`)}</label>
        ))}
      </fieldset>
      {/* The options come later than the form: the key lets the choice be made anew when they are there. */}
      <label>{t("territory")}
        <select key={territories.length} name="territory" defaultValue={user?.territory_id ?? ""}>
          <option value="">{t("every_territory")}</option>
          {territories.map(({ id, name }) => <option key={id} value={id} selected={id === user?.territory_id}>{name}</option>)}
        </select>
      </label>
      <label>{t("engineer")}
        <select key={engineers.length} name="engineer" defaultValue={user?.engineer_id ?? ""}>
          <option value="">{t("no_engineer")}</option>
          {engineers.map(({ id, name }) => <option key={id} value={id} selected={id === user?.engineer_id}>{name} ({id})</option>)}
        </select>
      </label>
      <label>{t("language")}
        <select name="language" defaultValue={user?.language ?? "en"}>
          {LANGUAGES.map((each) => <option key={each} value={each} selected={each === user?.language}>{LANGUAGE_NAMES[each]}</option>)}
        </select>
      </label>
      {user && <label class="tick"><input type="checkbox" name="active" defaultChecked={user.active} /> {t("active")}</label>}
      {user && <Reset user={user} onDone={onSaved} />}
    </SaveForm>
  );
}

function Reset({ user, onDone }: { user: UserLine; onDone: (shown: Shown) => void }) {
  const [asked, setAsked] = useState(false);
  const reset = () => void command<Shown>(`/admin/users/${user.id}/password`).then(onDone, sayProblem);
  if (!asked) return <button type="button" onClick={() => setAsked(true)}>{t("reset_password")}</button>;
  return (
    <div class="sure">
      {t("reset_sure", { name: user.name })}
      <button type="button" onClick={reset}>{t("reset_password")}</button>
      <button type="button" onClick={() => setAsked(false)}>{t("cancel")}</button>
    </div>
  );
}

export function roleName(role: string): string {
  const known = ROLES.find((each) => each === role);
  return known ? t(`role_${known}`) : role;
}
