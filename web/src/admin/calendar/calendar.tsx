/** A week of a territory's engineers: who works when, who is away; an absence is entered where it will stand. */
import { useState } from "preact/hooks";
import type { Engineer } from "../../api/board-types";
import { command } from "../../api/client";
import type { Page, Territory } from "../../api/types";
import { may } from "../../app/session";
import { sayDone } from "../../app/toasts";
import { Empty } from "../../design/empty";
import { Icon } from "../../design/icons";
import { ProblemNote } from "../../design/problem";
import { date, time } from "../../i18n/format";
import { boundsOf, dayOf, instantOf, isoIn, shiftDay } from "../../i18n/zones";
import { useAsked } from "../list";
import { t as shared } from "../messages";
import { SaveForm } from "../saving";
import { t } from "./messages";
import { daysFrom, mondayOf, stretchesOn, type Stretch } from "./week";

const KINDS = ["sick", "vacation", "training", "other"] as const;

export function Calendar() {
  const { items, problem, reload } = useAsked<Page<Territory>>("/territories");
  const [chosen, setChosen] = useState<string | null>(null);
  if (problem) return <ProblemNote problem={problem} onAgain={() => void reload()} />;
  if (!items) return <p class="muted">{shared("loading")}</p>;
  const territory = items.items.find(({ id }) => id === chosen) ?? items.items[0];
  if (!territory) return <Empty title={t("no_territory")} />;
  return (
    <>
      <header class="admin-head">
        <h1>{t("title")}</h1>
        <label>{t("territory")}{" "}
          <select value={territory.id} onInput={(event) => setChosen(event.currentTarget.value)}>
            {items.items.map(({ id, name }) => <option key={id} value={id}>{name}</option>)}
          </select>
        </label>
      </header>
      <Week key={territory.id} territory={territory} />
    </>
  );
}

function Week({ territory }: { territory: Territory }) {
  const zone = territory.time_zone;
  const [monday, setMonday] = useState(mondayOf(dayOf(Date.now(), zone)));
  const [open, setOpen] = useState<{ engineer: Engineer; day: string } | null>(null);
  const span = { from: boundsOf(monday, zone).from, to: boundsOf(shiftDay(monday, 6), zone).to };
  const query = new URLSearchParams({ from: isoIn(span.from, zone), to: isoIn(span.to, zone) });
  const { items, problem, reload } = useAsked<{ engineers: Engineer[] }>(`/territories/${territory.id}/board?${query}`);
  return (
    <>
      <div class="row calendar-bar">
        <button class="icon-button" aria-label={t("earlier")} onClick={() => setMonday(shiftDay(monday, -7))}><Icon name="chevron_left" /></button>
        <button onClick={() => setMonday(mondayOf(dayOf(Date.now(), zone)))}>{t("this_week")}</button>
        <button class="icon-button" aria-label={t("later")} onClick={() => setMonday(shiftDay(monday, 7))}><Icon name="chevron_right" /></button>
      </div>
      {problem && <ProblemNote problem={problem} onAgain={() => void reload()} />}
      {!items && !problem && <p class="muted">{shared("loading")}</p>}
      {items && !items.engineers.length && <Empty title={t("nobody")} />}
      <div class="admin-split">
        {items && items.engineers.length > 0 && <Days engineers={items.engineers} days={daysFrom(monday)} zone={zone} onAdd={(engineer, day) => setOpen({ engineer, day })} />}
        {open && (
          <AbsenceForm key={open.engineer.id + open.day} engineer={open.engineer} day={open.day} zone={zone}
            onCancel={() => setOpen(null)} onEntered={() => (setOpen(null), void reload())} />
        )}
      </div>
    </>
  );
}

interface DaysProps {
  engineers: readonly Engineer[];
  days: readonly string[];
  zone: string;
  onAdd: (engineer: Engineer, day: string) => void;
}

function Days({ engineers, days, zone, onAdd }: DaysProps) {
  const shown = (day: string) => date(instantOf(day, "12:00", zone), zone);
  return (
    <table class="admin-table calendar">
      <thead><tr><th>{t("engineer")}</th>{days.map((day) => <th key={day}>{shown(day)}</th>)}</tr></thead>
      <tbody>
        {engineers.map((engineer) => (
          <tr key={engineer.id}>
            <th scope="row">{engineer.name}</th>
            {days.map((day) => (
              <td key={day}>
                <Cell stretches={stretchesOn(engineer, day, zone)} zone={zone} />
                {may("absence.report") && (
                  <button class="icon-button" aria-label={t("add", { name: engineer.name, day: shown(day) })} onClick={() => onAdd(engineer, day)}><Icon name="plus" /></button>
                )}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Cell({ stretches, zone }: { stretches: readonly Stretch[]; zone: string }) {
  if (!stretches.length) return <span class="muted">{t("free")}</span>;
  return (
    <>
      {stretches.map((each) => (
        <div key={`${each.kind}-${each.start}`} class={`stretch stretch-${each.kind}`}>
          {each.kind === "absence" && <><Icon name="away" /> {kindName(each.why)} </>}
          {each.end - each.start >= 23 * 3_600_000 ? t("whole_day") : `${time(each.start, zone)}–${time(each.end, zone)}`}
        </div>
      ))}
    </>
  );
}

interface FormProps {
  engineer: Engineer;
  day: string;
  zone: string;
  onEntered: () => void;
  onCancel: () => void;
}

function AbsenceForm({ engineer, day, zone, onEntered, onCancel }: FormProps) {
  const [wrong, setWrong] = useState(false);
  const instant = (text: string) => instantOf(text.slice(0, 10), text.slice(11, 16), zone);

  async function save(form: FormData) {
    const [start, end] = [instant(String(form.get("start"))), instant(String(form.get("end")))];
    setWrong(start >= end);
    if (start >= end) return;
    await command(`/engineers/${engineer.id}/absences`, { start: isoIn(start, zone), end: isoIn(end, zone), kind: form.get("kind") });
    sayDone(t("entered", { name: engineer.name }));
    onEntered();
  }

  return (
    <SaveForm title={t("form", { name: engineer.name })} label={t("enter")} save={save} onCancel={onCancel}>
      <label>{t("from")}<input type="datetime-local" name="start" required defaultValue={`${day}T00:00`} autofocus /></label>
      <label>{t("to")}<input type="datetime-local" name="end" required defaultValue={`${shiftDay(day, 1)}T00:00`} /></label>
      <label>{t("kind")}<select name="kind">{KINDS.map((kind) => <option key={kind} value={kind}>{t(kind)}</option>)}</select></label>
      {wrong && <p class="problem" role="alert">{t("wrong_order")}</p>}
    </SaveForm>
  );
}

function kindName(kind: string): string {
  const known = KINDS.find((each) => each === kind);
  return known ? t(known) : kind;
}
