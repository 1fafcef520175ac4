/** What the phone itself could not do, in words, next to where it happened. */
import { signal } from "@preact/signals";
import { StorageFullError } from "./database";
import { t } from "./messages";
import { UnreadablePhotoError } from "./photos";

/** Told above everything until it is closed or the next act works. */
export const trouble = signal<string | null>(null);

/** Does something that must be kept; says so and answers false when it was not. */
export async function kept(work: () => Promise<unknown>, what: "act" | "photo" = "act"): Promise<boolean> {
  try {
    await work();
    trouble.value = null;
    return true;
  } catch (error) {
    if (error instanceof StorageFullError) trouble.value = t(what === "photo" ? "full_photo" : "full");
    else if (error instanceof UnreadablePhotoError) trouble.value = t("unreadable_photo");
    else trouble.value = t("not_kept", { reason: error instanceof Error ? error.message : String(error) });
    return false;
  }
}
