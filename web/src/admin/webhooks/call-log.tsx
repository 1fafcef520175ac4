import { useEffect, useState } from "preact/hooks";
import { get } from "../../api/client";
import { sayProblem } from "../../app/toasts";
import { dateTime, time } from "../../i18n/format";
import { HERE } from "../../i18n/zones";
import { t } from "./messages";
import type { Webhook } from "./webhooks";

interface Call {
  id: number;
  topic: string;
  state: "queued" | "sending" | "sent" | "failed" | "undeliverable";
  attempts: number;
  last_status: number | null;
  last_answer: string;
  created_at: string;
  updated_at: string;
}

const PAGE = 50;

/** Each call with its attempts and the last answer, the newest first. */
export function CallLog({ webhook }: { webhook: Webhook }) {
  const [calls, setCalls] = useState<readonly Call[] | null>(null);
  const ask = (before?: number) => get<Call[]>(`/webhooks/${webhook.id}/calls?limit=${PAGE}${before ? `&before=${before}` : ""}`);
  const refresh = () => void ask().then(setCalls, sayProblem);
  useEffect(refresh, [webhook.id]);
  const older = (known: readonly Call[]) => void ask(known.at(-1)!.id).then((more) => setCalls([...known, ...more]), sayProblem);
  if (!calls) return null;
  return (
    <section class="call-log">
      <div class="admin-head"><h2>{t("log")}: {webhook.url}</h2><button onClick={refresh}>{t("refresh")}</button></div>
      {!calls.length && <p class="muted">{t("no_calls")}</p>}
      {calls.length > 0 && (
        <table class="admin-table">
          <thead><tr><th>{t("at")}</th><th>{t("event")}</th><th>{t("state")}</th><th class="number">{t("attempts")}</th><th>{t("answer")}</th></tr></thead>
          <tbody>
            {calls.map((call) => (
              <tr key={call.id}>
                <td>{dateTime(call.created_at, HERE)}</td><td>{call.topic}</td>
                <td>{t(call.state)} <span class="muted">{time(call.updated_at, HERE)}</span></td>
                <td class="number">{call.attempts}</td>
                <td>{[call.last_status, call.last_answer].filter(Boolean).join(" ")}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {calls.length > 0 && calls.length % PAGE === 0 && <button onClick={() => older(calls)}>{t("older")}</button>}
    </section>
  );
}
