/** Photos of a visit: each is kept the moment it is taken, and sent by itself. */
import { useEffect, useState } from "preact/hooks";
import { t } from "./messages";
import { downscaled, LITTLE_ROOM, roomLeft } from "./photos";
import { kept } from "./saying";
import { bytesOf, discard, entries, keepPhoto } from "./store";

interface Props {
  visit: string;
  /** Keys of the photos of this report. */
  taken: readonly string[];
  onTaken: (key: string) => void;
  onRemoved: (key: string) => void;
}

export function Photos({ visit, taken, onTaken, onRemoved }: Props) {
  const [little, setLittle] = useState(false);
  const [busy, setBusy] = useState(false);
  const look = () => void roomLeft().then((left) => setLittle(left !== null && left < LITTLE_ROOM));
  useEffect(look, [taken.length]);

  async function take(input: HTMLInputElement) {
    const file = input.files?.[0];
    input.value = "";
    if (!file) return;
    setBusy(true);
    await kept(async () => onTaken(await keepPhoto(visit, await downscaled(file))), "photo");
    setBusy(false);
  }

  return (
    <fieldset>
      <legend>{t("photos")}</legend>
      {taken.length > 0 && <ul class="field-photos">{taken.map((key, index) => <Photo key={key} id={key} number={index + 1} onRemoved={() => onRemoved(key)} />)}</ul>}
      {little && <p class="field-note" role="alert">{t("little_room")}</p>}
      <label class="button field-take" aria-busy={busy}>
        {t("take_photo")}
        <input class="hidden-text" type="file" accept="image/*" capture="environment" onChange={(event) => void take(event.currentTarget)} />
      </label>
    </fieldset>
  );
}

function Photo({ id, number, onRemoved }: { id: string; number: number; onRemoved: () => void }) {
  const entry = entries.value.find(({ key }) => key === id);
  const [source, setSource] = useState<string | null>(null);
  useEffect(() => {
    let made: string | null = null;
    void bytesOf(id).then((bytes) => bytes && setSource((made = URL.createObjectURL(new Blob([bytes], { type: "image/jpeg" })))));
    return () => void (made && URL.revokeObjectURL(made));
  }, [id]);
  return (
    <li>
      {source && <img src={source} alt={t("photo", { number })} />}
      <span>{t("photo", { number })}: {t(entry ? "photo_waits" : "photo_sent")}</span>
      {entry && <button type="button" aria-label={t("remove", { what: t("photo", { number }) })} onClick={() => void kept(() => discard([entry.id]).then(onRemoved))}>×</button>}
    </li>
  );
}
