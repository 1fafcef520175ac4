/** What is open on the phone. */
import { signal } from "@preact/signals";

/** The stop that was tapped in the list; null: the next one. */
export const chosen = signal<string | null>(null);
/** The visit whose report is being written. */
export const reporting = signal<string | null>(null);
