import { useState } from "preact/hooks";
import { command } from "../api/client";
import { sayDone } from "../app/toasts";
import { Empty } from "../design/empty";
import { ProblemNote } from "../design/problem";
import { HERE, dayOf } from "../i18n/zones";
import { useAsked } from "./list";
import { t } from "./messages";
import { SaveForm } from "./saving";
import type { EngineerLine, HeldSkill } from "./types";

export function Engineers() {
  const { items, problem, reload } = useAsked<EngineerLine[]>("/admin/engineers");
  const [open, setOpen] = useState<EngineerLine | null>(null);
  const [text, setText] = useState("");
  if (problem) return <ProblemNote problem={problem} onAgain={() => void reload()} />;
  if (!items) return <p class="muted">{t("loading")}</p>;
  const fits = (one: EngineerLine) =>
    `${one.name} ${one.id} ${one.territory_id} ${one.skills.map(({ skill }) => skill).join(" ")}`.toLowerCase().includes(text.toLowerCase());
  const fitting = items.filter(fits);
  return (
    <>
      <header class="admin-head">
        <h1>{t("engineers")}</h1>
        <input type="search" placeholder={t("find")} aria-label={t("find")} value={text} onInput={(event) => setText(event.currentTarget.value)} />
      </header>
      <div class="admin-split">
        {fitting.length ? (
          <table class="admin-table">
            <thead><tr><th>{t("name")}</th><th>{t("territory")}</th><th>{t("skills")}</th><th>{t("tools")}</th><th>{t("state")}</th></tr></thead>
            <tbody>
              {fitting.map((one) => (
                <tr key={one.id} aria-selected={open?.id === one.id}>
                  <td><button class="link" onClick={() => setOpen(one)}>{one.name}</button></td>
                  <td>{one.territory_id}</td>
                  <td>{one.skills.map(wordsOf).join(", ")}</td>
                  <td>{one.tools.join(", ")}</td>
                  <td>{t(one.active ? "works" : "works_not")}</td>
                </tr>
              ))}
            </tbody>
          </table>
        ) : <Empty title={items.length ? t("found_none") : t("no_engineers")} />}
        {open && (
          <EngineerForm key={open.etag} engineer={open} onCancel={() => setOpen(null)}
            onStale={() => void reload().then(() => setOpen(null))} onSaved={() => (setOpen(null), void reload())} />
        )}
      </div>
    </>
  );
}

function wordsOf({ skill, level, expires_on }: HeldSkill): string {
  const over = expires_on !== null && expires_on < dayOf(Date.now(), HERE);
  return `${skill} ${level}${over ? ` (${t("certificate_over", { day: expires_on })})` : ""}`;
}

interface FormProps {
  engineer: EngineerLine;
  onSaved: () => void;
  onCancel: () => void;
  onStale: () => void;
}

function EngineerForm({ engineer, onSaved, onCancel, onStale }: FormProps) {
  const [skills, setSkills] = useState<readonly HeldSkill[]>(engineer.skills);
  const set = (index: number, change: Partial<HeldSkill>) =>
    setSkills(skills.map((each, n) => (n === index ? { ...each, ...change } : each)));

  async function save(form: FormData) {
    const tools = String(form.get("tools")).split("\n").map((line) => line.trim()).filter(Boolean);
    await command(`/admin/engineers/${engineer.id}`, { skills, tools, active: form.has("active") }, { method: "PUT", etag: engineer.etag });
    sayDone(t("engineer_saved", { name: engineer.name }));
    onSaved();
  }

  return (
    <SaveForm title={engineer.name} label={t("save")} save={save} onCancel={onCancel} onStale={onStale}>
      <table class="skills">
        <thead><tr><th>{t("skill")}</th><th>{t("level")}</th><th>{t("expires_on")}</th><th /></tr></thead>
        <tbody>
          {skills.map((held, n) => (
            <tr key={n}>
              <td><input aria-label={t("skill")} required maxLength={60} value={held.skill} onInput={(event) => set(n, { skill: event.currentTarget.value })} /></td>
              <td><input aria-label={t("level")} type="number" required min={1} max={5} value={held.level} onInput={(event) => set(n, { level: event.currentTarget.valueAsNumber })} /></td>
              <td><input aria-label={t("expires_on")} type="date" value={held.expires_on ?? ""} onInput={(event) => set(n, { expires_on: event.currentTarget.value || null })} /></td>
              <td><button type="button" class="link" onClick={() => setSkills(skills.filter((_, other) => other !== n))}>{t("remove")}</button></td>
            </tr>
          ))}
        </tbody>
      </table>
      <button type="button" onClick={() => setSkills([...skills, { skill: "", level: 1, expires_on: null }])}>{t("add_skill")}</button>
      <label>{t("tools")}<textarea name="tools" rows={4} defaultValue={engineer.tools.join("\n")} aria-describedby="tools-hint" /><span class="muted small" id="tools-hint">{t("tools_hint")}</span></label>
      <label class="tick"><input type="checkbox" name="active" defaultChecked={engineer.active} /> {t("works")}</label>
    </SaveForm>
  );
}
