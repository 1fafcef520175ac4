/** Other systems that are told of events, and the log of every call. */
import { useState } from "preact/hooks";
import { command } from "../../api/client";
import { sayDone, sayProblem } from "../../app/toasts";
import { Empty } from "../../design/empty";
import { ProblemNote } from "../../design/problem";
import { useAsked } from "../list";
import { t as shared } from "../messages";
import { SaveForm } from "../saving";
import { Secret } from "../secret";
import { CallLog } from "./call-log";
import { t } from "./messages";

export interface Webhook {
  id: string;
  url: string;
  topics: string[];
  active: boolean;
}

interface NewWebhook {
  webhook: Webhook;
  secret: string;
}

export function Webhooks() {
  const { items, problem, reload } = useAsked<Webhook[]>("/webhooks");
  const [adding, setAdding] = useState(false);
  const [logOf, setLogOf] = useState<Webhook | null>(null);
  const [shown, setShown] = useState<NewWebhook | null>(null);
  if (problem) return <ProblemNote problem={problem} onAgain={() => void reload()} />;
  if (!items) return <p class="muted">{shared("loading")}</p>;

  const turn = (webhook: Webhook) =>
    command(`/webhooks/${webhook.id}`, { active: !webhook.active }, { method: "PATCH" }).then(reload, sayProblem);
  const test = (webhook: Webhook) =>
    command(`/webhooks/${webhook.id}/test`).then(() => (sayDone(t("tested")), setLogOf(webhook)), sayProblem);

  return (
    <>
      <header class="admin-head"><h1>{t("title")}</h1><button class="primary" onClick={() => setAdding(true)}>{t("add")}</button></header>
      {shown && <Secret text={shown.secret} words={t("secret", { url: shown.webhook.url })} onDone={() => setShown(null)} />}
      <div class="admin-split">
        {items.length ? (
          <table class="admin-table">
            <thead><tr><th>{t("address")}</th><th>{t("topics")}</th><th>{t("state")}</th><th /></tr></thead>
            <tbody>
              {items.map((webhook) => (
                <tr key={webhook.id} aria-selected={logOf?.id === webhook.id}>
                  <td>{webhook.url}</td>
                  <td>{webhook.topics.join(", ") || t("all")}</td>
                  <td>{t(webhook.active ? "on" : "off")}</td>
                  <td class="row">
                    <button class="link" onClick={() => setLogOf(webhook)}>{t("log")}</button>
                    <button class="link" onClick={() => void test(webhook)}>{t("test")}</button>
                    <button class="link" onClick={() => void turn(webhook)}>{t(webhook.active ? "switch_off" : "switch_on")}</button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        ) : <Empty title={t("none")} hint={t("none_hint")} />}
        {adding && <WebhookForm onCancel={() => setAdding(false)} onMade={(made) => (setAdding(false), setShown(made), void reload())} />}
      </div>
      {logOf && <CallLog key={logOf.id} webhook={logOf} />}
    </>
  );
}

function WebhookForm({ onMade, onCancel }: { onMade: (made: NewWebhook) => void; onCancel: () => void }) {
  async function save(form: FormData) {
    const topics = String(form.get("topics")).split(/[\s,]+/).filter(Boolean);
    onMade(await command<NewWebhook>("/webhooks", { url: form.get("url"), topics }));
  }
  return (
    <SaveForm title={t("add")} label={t("add")} save={save} onCancel={onCancel}>
      <label>{t("address")}<input name="url" type="url" required placeholder="https://" autofocus /></label>
      <label>{t("topics")}<textarea name="topics" rows={4} aria-describedby="topics-hint" /><span class="muted small" id="topics-hint">{t("topics_hint")}</span></label>
    </SaveForm>
  );
}
