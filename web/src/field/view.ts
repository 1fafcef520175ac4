/** What is open on the phone. */
import { effect, signal } from "@preact/signals";

const STORED = "callout.field.chosen";

/** The stop that was tapped in the list, for as long as the page is open, loaded anew or not; null: the next one. */
export const chosen = signal<string | null>(sessionStorage.getItem(STORED));
effect(() => (chosen.value ? sessionStorage.setItem(STORED, chosen.value) : sessionStorage.removeItem(STORED)));

/** The visit whose report is being written. */
export const reporting = signal<string | null>(null);
