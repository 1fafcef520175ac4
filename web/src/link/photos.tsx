/** Photos that the customer adds: each shows how far it is, and what failed can be sent again. */
import { signal } from "@preact/signals";
import { newId } from "../api/ids";
import { asProblem } from "../api/problem";
import { t } from "./messages";
import { sendPhoto, shrink } from "./photo";
import { wordsFor } from "./problem";
import { load } from "./store";

interface Photo {
  key: string;
  file: File;
  preview: string;
  share: number;
  state: "waiting" | "sending" | "sent" | "failed";
  why: string;
}

const photos = signal<readonly Photo[]>([]);

export function Photos() {
  return (
    <>
      <label for="photos">{t("photos_label")}</label>
      <p class="hint" id="photos-hint">{t("photos_hint")}</p>
      <input id="photos" type="file" accept="image/*,application/pdf" multiple aria-describedby="photos-hint"
        onChange={(event) => add(event.currentTarget)} />
      <ul class="photos" aria-live="polite">
        {photos.value.map((photo) => (
          <li key={photo.key}>
            {photo.preview ? <img src={photo.preview} alt="" /> : <span class="no-picture" aria-hidden="true">{photo.file.type === "application/pdf" && "PDF"}</span>}
            <div>
              <div class="file-name">{photo.file.name}</div>
              {photo.state === "sending" && <progress max={1} value={photo.share} aria-label={photo.file.name} />}
              <div class={photo.state === "failed" ? "missing" : "hint"}>{wordsOf(photo)}</div>
              {photo.state === "failed" && <button type="button" class="second" onClick={() => void send(photo.key)}>{t("photo_again")}</button>}
            </div>
          </li>
        ))}
      </ul>
    </>
  );
}

function wordsOf(photo: Photo): string {
  if (photo.state === "failed") return photo.why;
  if (photo.state === "sent") return t("photo_sent");
  if (photo.state === "waiting") return t("photo_waiting");
  // In tens: a screen reader would otherwise count aloud.
  return t("photo_sending", { percent: Math.floor(photo.share * 10) * 10 });
}

function add(input: HTMLInputElement): void {
  const added = [...(input.files ?? [])].map((file): Photo => ({
    key: newId(), file, share: 0, state: "waiting", why: "",
    preview: file.type.startsWith("image/") ? URL.createObjectURL(file) : "",
  }));
  input.value = "";
  photos.value = [...photos.value, ...added];
  void inOrder(added.map(({ key }) => key));
}

/** One after the other: a phone's upload is narrow, and the first one is then soon there. */
async function inOrder(keys: readonly string[]): Promise<void> {
  for (const key of keys) await send(key);
}

async function send(key: string): Promise<void> {
  const photo = photos.value.find((each) => each.key === key);
  if (!photo || photo.state === "sending" || photo.state === "sent") return;
  change(key, { state: "sending", share: 0, why: "" });
  try {
    await sendPhoto(await shrink(photo.file), key, (share) => change(key, { share }));
    change(key, { state: "sent", share: 1 });
    void load();
  } catch (error) {
    const { what, todo } = wordsFor(asProblem(error), "file");
    change(key, { state: "failed", why: `${what} ${todo}` });
  }
}

function change(key: string, changes: Partial<Photo>): void {
  photos.value = photos.value.map((photo) => (photo.key === key ? { ...photo, ...changes } : photo));
}
