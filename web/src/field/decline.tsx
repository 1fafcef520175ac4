import { useState } from "preact/hooks";
import { t } from "./messages";
import { kept } from "./saying";
import { act } from "./store";
import { DECLINE_REASONS, type DeclineReason, type FieldVisit } from "./types";

/** Why the engineer does not take a visit: one tap on the reason, with a note if there is more to say. */
export function Decline({ visit, onClose }: { visit: FieldVisit; onClose: () => void }) {
  const [note, setNote] = useState("");
  const decline = (reason: DeclineReason) =>
    kept(() => act(visit.id, "decline", { reason, note: note.trim(), booking: visit.booking_id }));
  return (
    <section class="field-form" aria-label={t("decline")}>
      <h2>{t("why_decline")}</h2>
      <label>{t("note")} <textarea rows={2} maxLength={1000} value={note} onInput={(event) => setNote(event.currentTarget.value)} /></label>
      <div class="field-choices">
        {DECLINE_REASONS.map((reason) => <button key={reason} onClick={() => void decline(reason)}>{t(`reason_${reason}`)}</button>)}
      </div>
      <button class="quiet" onClick={onClose}>{t("cancel")}</button>
    </section>
  );
}
