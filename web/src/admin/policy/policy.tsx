/** The company's policy: a form made from its schema, a preview on the open cases, and a save that never overwrites. */
import { useEffect, useState } from "preact/hooks";
import { ask, command, get } from "../../api/client";
import { asProblem, type Problem } from "../../api/problem";
import { may } from "../../app/session";
import { sayDone } from "../../app/toasts";
import { ProblemNote } from "../../design/problem";
import { dateTime } from "../../i18n/format";
import { HERE } from "../../i18n/zones";
import { t as shared } from "../messages";
import { Conflict } from "./conflict";
import { differences, same, withValue, type Json, type Path } from "./document";
import { Field, type Form } from "./field";
import { History } from "./history";
import { t } from "./messages";
import { Preview, type PolicyPreview } from "./preview";
import type { Schema } from "./schema";
import { pathWords } from "./words";

export interface PolicyScreen {
  version: number;
  changed_at: string | null;
  changed_by: string;
  policy: Json;
  policy_schema: Schema;
  overridden_in: Record<string, string[]>;
}

export function Policy() {
  const [base, setBase] = useState<PolicyScreen | null>(null);
  const [mine, setMine] = useState<Json>(null);
  const [preview, setPreview] = useState<PolicyPreview | "counting" | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [contested, setContested] = useState<readonly Path[]>([]);

  const start = (screen: PolicyScreen, document: Json = screen.policy) => {
    setBase(screen);
    setMine(document);
    setPreview(null);
    setProblem(null);
  };
  const load = () => get<PolicyScreen>("/admin/policy").then(start, (error: unknown) => setProblem(asProblem(error)));
  useEffect(() => void load(), []);
  if (!base) return problem ? <ProblemNote problem={problem} onAgain={() => void load()} /> : <p class="muted">{shared("loading")}</p>;

  const changed = differences(base.policy, mine);
  const form: Form = {
    root: base.policy_schema, document: mine, disabled: !may("policy.edit"),
    wrong: new Map(problem?.status === 422 ? problem.fields.map(({ field, rule }) => [field, rule]) : []),
    set: (path, value) => (setMine(withValue(mine, path, value)), setPreview(null)),
  };

  async function count() {
    setProblem(null);
    setPreview("counting");
    try {
      setPreview(await ask<PolicyPreview>("/admin/policy/preview", mine));
    } catch (error) {
      setPreview(null);
      setProblem(asProblem(error));
    }
  }

  async function save(reason: string) {
    setProblem(null);
    try {
      start(await command<PolicyScreen>("/admin/policy", { policy: mine, reason }, { method: "PUT", etag: `"${base!.version}"` }));
      setContested([]);
      sayDone(t("saved"));
    } catch (error) {
      setProblem(asProblem(error));
    }
  }

  return (
    <div class="policy">
      <header class="admin-head">
        <h1>{t("policy")}</h1>
        <span class="muted">{t("version", { version: base.version })}, {base.changed_at
          ? t("changed_by", { who: base.changed_by, when: dateTime(base.changed_at, HERE) }) : t("never_changed")}</span>
      </header>
      <p class="muted">{form.disabled ? t("read_only") : t("keeps")}</p>
      {Object.entries(base.overridden_in).map(([territory, parts]) => (
        <p key={territory} class="muted">{t("overridden", { territory, parts: parts.map((part) => pathWords(part.split("."))).join(", ") })}</p>
      ))}
      <div class="policy-split">
        <div class="policy-form">
          {Object.entries(base.policy_schema.properties ?? {}).map(([name, schema]) => <Field key={`${base.version}-${name}`} form={form} schema={schema} path={[name]} />)}
        </div>
        <aside aria-live="polite">
          {contested.map((path) => <p key={path.join()} class="problem">{t("contested", { what: pathWords(path) })}</p>)}
          {problem?.status === 412 ? (
            <Conflict problem={problem} base={base} mine={mine}
              onContinue={(theirs, document, paths) => (start(theirs, document), setContested(paths))}
              onDiscard={(theirs) => (start(theirs), setContested([]))} />
          ) : problem && <ProblemNote problem={problem} />}
          {!form.disabled && (same(base.policy, mine) ? <p class="muted">{t("nothing_changed")}</p> : (
            <Preview changed={changed} preview={preview} onPreview={() => void count()} onSave={save} onDiscard={() => start(base)} />
          ))}
          <History key={base.version} />
        </aside>
      </div>
    </div>
  );
}

