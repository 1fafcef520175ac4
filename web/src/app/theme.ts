import { signal } from "@preact/signals";

export type Theme = "system" | "light" | "dark";
const STORED = "callout.theme";

export const theme = signal<Theme>("system");

/** Takes the reader's earlier choice; without one the system's setting counts. */
export function startTheme(): void {
  chooseTheme((localStorage.getItem(STORED) as Theme | null) ?? "system");
}

export function chooseTheme(next: Theme): void {
  theme.value = next;
  localStorage.setItem(STORED, next);
  document.documentElement.dataset.theme = next;
}
