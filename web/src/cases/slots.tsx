/** Windows that can be kept, offered by the day; one is held while the customer decides, and chosen. */
import { useEffect, useState } from "preact/hooks";
import { command, get } from "../api/client";
import type { Hold, Offers, Slot } from "../api/case-types";
import { asProblem, type Problem } from "../api/problem";
import { sayDone } from "../app/toasts";
import { Empty } from "../design/empty";
import { Icon } from "../design/icons";
import { ProblemNote } from "../design/problem";
import { date, money, span, time } from "../i18n/format";
import { noSlotText, placeText } from "../explain/explain";
import { casePath } from "../operations/list";
import { t } from "./messages";
import { windowText } from "./timeline-model";

/** A decision is carried out within moments; until then the case has no visit that a time could be chosen for. */
const MOMENT_MS = 1000;
const MOMENTS = 15;

export function Slots({ caseId, onChosen }: { caseId: string; onChosen: () => void }) {
  const [offers, setOffers] = useState<Offers | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [gone, setGone] = useState(false);
  const path = `${casePath(caseId)}/slots`;
  const load = async (stop?: AbortSignal, moments = MOMENTS) => {
    try {
      setOffers(await get<Offers>(path, stop));
      setProblem(null);
    } catch (error) {
      if (stop?.aborted) return;
      const found = asProblem(error);
      if (found.code === "wrong_state" && moments > 0) setTimeout(() => void load(stop, moments - 1), MOMENT_MS);
      else setProblem(found);
    }
  };
  useEffect(() => {
    const stop = new AbortController();
    void load(stop.signal);
    return () => stop.abort();
  }, [caseId]);

  async function attempt(act: () => Promise<void>) {
    setGone(false);
    try {
      await act();
    } catch (error) {
      const found = asProblem(error);
      if (found.code !== "slot_gone") return setProblem(found);
      setGone(true);
      await load();
    }
  }
  const hold = (slot: Slot) => attempt(async () => {
    const held = await command<Hold>(`${path}/hold`, { start: slot.start, end: slot.end });
    setOffers((known) => known && { ...known, hold: held });
  });
  const choose = (held: Hold, zone: string) => attempt(async () => {
    await command(`${path}/choose`, { hold: held.id });
    sayDone(t("slot_chosen", { window: windowText(held.start, held.end, zone) }));
    onChosen();
  });

  if (problem) return <ProblemNote problem={problem} onAgain={() => void load()} />;
  if (!offers) return <p class="muted" role="status">{t("slots_searching")}</p>;
  const zone = offers.time_zone;
  const free = offers.days.flatMap(({ slots }) => slots);
  const least = Math.min(...free.map(({ extra_cost_cents }) => extra_cost_cents));
  const { hold: held } = offers;
  return (
    <section class="slots" aria-label={t("slots")}>
      <h2>{t("slots")} <span class="muted small">{zone}</span></h2>
      {gone && <p class="problem" role="alert"><Icon name="alert" /> {t("slot_gone")}</p>}
      {held && (
        <p class="row held">
          {t("slot_held", { window: windowText(held.start, held.end, zone), until: time(held.expires_at, zone) })}
          <button class="primary" onClick={() => void choose(held, zone)}>{t("slot_choose")}</button>
        </p>
      )}
      {free.length === 0 && <Empty title={t("slots_none")} {...(offers.days[0]?.reason ? { hint: whyNone(offers.days[0], zone) } : {})} />}
      <div class="slot-days">
        {offers.days.map(({ day, slots, ...rest }) => (
          <div key={day} class="slot-day">
            <h3>{date(slots[0]?.start ?? `${day}T12:00:00Z`, slots[0] ? zone : "UTC")}</h3>
            {slots.length === 0 && <p class="muted small">{whyNone(rest, zone)}</p>}
            {slots.map((slot) => (
              <button key={slot.start} class="slot" aria-pressed={held?.start === slot.start} title={slotText(slot, zone)} onClick={() => void hold(slot)}>
                <b>{time(slot.start, zone)}–{time(slot.end, zone)}</b>
                <span class="muted small">{slot.extra_cost_cents === least && <Icon name="check" />}{money(slot.extra_cost_cents, true)}</span>
                {slot.late_seconds > 0 && <span class="small"><Icon name="alert" /> {t("slot_late", { span: span(slot.late_seconds) })}</span>}
              </button>
            ))}
          </div>
        ))}
      </div>
    </section>
  );
}

type NoSlots = Pick<Offers["days"][number], "reason" | "why">;

/** Why a day has no window that can be kept. */
const whyNone = ({ reason, why }: NoSlots, zone: string): string => (why ? noSlotText(why, { zone }) : reason);

/** Who would come, and what that costs. */
function slotText({ sentence, engineer_id, drawbacks, people, ...slot }: Slot, zone: string): string {
  const facts = { sentence, engineer_id, drawbacks, people, cost: slot.extra_cost_cents, travel: slot.extra_travel_seconds, late: slot.late_seconds };
  return placeText(facts, { zone });
}
