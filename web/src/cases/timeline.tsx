/** What happened and what was told, the newest first. */
import { useEffect, useState } from "preact/hooks";
import { get } from "../api/client";
import type { Desk, Entry, Message, Timeline as Page } from "../api/case-types";
import { asProblem, Problem } from "../api/problem";
import { Empty } from "../design/empty";
import { Icon, type IconName } from "../design/icons";
import { ProblemNote } from "../design/problem";
import { date, dateTime, time } from "../i18n/format";
import { ChecklistAnswers } from "./checklist";
import { t, type CaseText } from "./messages";
import { eventText, FILTERS, timelineOf, whyText, type Filter, type Line } from "./timeline-model";
import { word } from "./words";

export function Timeline({ caseId, desk, zone }: { caseId: string; desk: Desk; zone: string }) {
  const [filter, setFilter] = useState<Filter>("all");
  const [older, setOlder] = useState<Entry[]>([]);
  const [page, setPage] = useState<Page | null>(null);
  const [messages, setMessages] = useState<Message[]>([]);
  const [problem, setProblem] = useState<Problem | null>(null);
  const path = `/cases/${encodeURIComponent(caseId)}`;
  const first = filter === "all" ? desk.timeline : page;
  const [cursor, setCursor] = useState<string | null>(null);

  useEffect(() => {
    const stop = new AbortController();
    // Whoever may not read messages sees the timeline without them.
    get<Message[]>(`${path}/messages`, stop.signal).then(setMessages, (error: unknown) => {
      if (!stop.signal.aborted && !(error instanceof Problem && [403, 404].includes(error.status))) setProblem(asProblem(error));
    });
    return () => stop.abort();
  }, [path, desk]);

  useEffect(() => {
    setOlder([]);
    setCursor(null);
    if (filter === "all" || filter === "messages") return;
    const stop = new AbortController();
    get<Page>(`${path}/events?kind=${filter}`, stop.signal).then(setPage, (error: unknown) => stop.signal.aborted || setProblem(asProblem(error)));
    return () => stop.abort();
  }, [filter, path, filter === "all" ? 0 : desk.case.version]);

  async function more() {
    const kind = filter === "all" ? "" : `kind=${filter}&`;
    try {
      const next = await get<Page>(`${path}/events?${kind}cursor=${encodeURIComponent(cursor ?? first?.next_cursor ?? "")}`);
      setOlder([...older, ...next.items]);
      setCursor(next.next_cursor ?? "");
    } catch (error) {
      setProblem(asProblem(error));
    }
  }

  const known = new Set(first?.items.map(({ id }) => id));
  const entries = [...(first?.items ?? []), ...older.filter(({ id }) => !known.has(id))];
  const hasMore = filter !== "messages" && (cursor === null ? Boolean(first?.next_cursor) : cursor !== "");
  const lines = timelineOf(entries, messages, filter, hasMore);
  return (
    <section class="timeline-part" aria-label={t("what_happened")}>
      <div class="chips" role="group" aria-label={t("what_happened")}>
        {FILTERS.map((one) => <button key={one} class="chip" aria-pressed={filter === one} onClick={() => setFilter(one)}>{t(`filter_${one}`)}</button>)}
      </div>
      {problem && <ProblemNote problem={problem} />}
      {lines.length === 0 && <Empty title={t("nothing_happened")} />}
      <ol class="events">{lines.map((line, index) => <Event key={line.key} line={line} zone={zone} newDay={index === 0 || date(line.at, zone) !== date(lines[index - 1]!.at, zone)} />)}</ol>
      {hasMore && <button onClick={() => void more()}><Icon name="chevron_down" /> {t("older")}</button>}
    </section>
  );
}

function Event({ line, zone, newDay }: { line: Line; zone: string; newDay: boolean }) {
  return (
    <li>
      {newDay && <h3 class="event-day">{date(line.at, zone)}</h3>}
      <div class="event">
        <time dateTime={line.at} class="muted">{time(line.at, zone)}</time>
        <Icon name={iconOf(line)} />
        {"entry" in line ? <EntryText entry={line.entry} zone={zone} /> : <MessageText message={line.message} />}
      </div>
    </li>
  );
}

function EntryText({ entry, zone }: { entry: Entry; zone: string }) {
  const late = Date.parse(entry.recorded_at) - Date.parse(entry.at) > 60_000;
  return (
    <div>
      <span class="event-text">{eventText(entry, zone)}</span>
      {entry.checklist && <ChecklistAnswers checklist={entry.checklist} />}
      {entry.move?.why && <p class="muted">{t("moved_why", { why: whyText(entry, entry.move.why, zone) })}</p>}
      <span class="muted small">
        {[word("role", entry.actor_role), entry.actor_id !== "callout" && entry.actor_id, entry.visit_id, late && t("recorded_later", { time: dateTime(entry.recorded_at, zone) })].filter(Boolean).join(" · ")}
      </span>
    </div>
  );
}

function MessageText({ message }: { message: Message }) {
  const state = `message_${message.state}`;
  return (
    <div>
      <span class="event-text">{toldText(message)}</span>
      <span class="tag">{state in t.all.en ? t(state as CaseText) : message.state}</span>
      {message.reason && <p class="muted">{word("unsent", message.reason)}</p>}
    </div>
  );
}

/** What was told to whom; before it is sent, and if it cannot be, there is no way yet by which. */
function toldText({ occasion, recipient, channel }: Message): string {
  const values = { occasion: word("occasion", occasion), recipient: recipientOf(recipient), channel: word("way", channel) };
  return t(channel ? "message_to" : "message_for", values);
}

function recipientOf(reference: string): string {
  const [kind, id = ""] = reference.split(":");
  return kind === "role" ? word("role", id) : kind === "contact" ? word("role", "customer") : id || reference;
}

const ICONS: [RegExp, IconName][] = [
  [/^(booked|booking_|visit_moved|visit_booked|visit_split)/, "board"],
  [/^part_/, "box"],
  [/^(clock|step_escalated)/, "clock"],
  [/^note/, "list"],
  [/^contact_shown/, "lock"],
  [/^(visit_|offered|accepted|declined|offer_|departed|arrived|finished)/, "route"],
];

function iconOf(line: Line): IconName {
  if ("message" in line) return "message";
  return ICONS.find(([pattern]) => pattern.test(line.entry.kind))?.[1] ?? "cases";
}
