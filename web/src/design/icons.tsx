/** The console's icons: strokes on a 16 x 16 grid, in the colour of the text around them. */
const PATHS = {
  alert: "M8 2 14.5 13.5h-13zM8 6.5v3.2M8 11.4v.4",
  away: "M6.5 2.5a2.4 2.4 0 1 0 0 4.8 2.4 2.4 0 0 0 0-4.8M2 13.5c.5-2.4 2.2-3.8 4.5-3.8M10 9.5l4 4M14 9.5l-4 4",
  board: "M2 3.5h5M4 8h8M7 12.5h7",
  box: "M2.5 5 8 2.2 13.5 5v6L8 13.8 2.5 11zM2.5 5 8 7.8 13.5 5M8 7.8v6",
  cases: "M3 2.5h10v11H3zM5.5 5.5h5M5.5 8h5M5.5 10.5h3",
  check: "m3 8.5 3.2 3L13 4.5",
  chevron_down: "m4 6 4 4 4-4",
  chevron_left: "M10 3.5 5.5 8 10 12.5",
  chevron_right: "M6 3.5 10.5 8 6 12.5",
  clock: "M8 2.2a5.8 5.8 0 1 0 0 11.6A5.8 5.8 0 0 0 8 2.2M8 4.8V8l2.2 1.6",
  close: "m4 4 8 8M12 4l-8 8",
  cross: "m4 4 8 8M12 4l-8 8",
  cup: "M3 6h8v4.5a2.5 2.5 0 0 1-2.5 2.5h-3A2.5 2.5 0 0 1 3 10.5zM11 7h1a1.7 1.7 0 0 1 0 3.4h-1M5.5 2v1.8M8.5 2v1.8",
  dash: "M4 8h8",
  filter: "M2 3.5h12L9.5 8.5v4l-3 1.5V8.5z",
  gear: "M8 5.6a2.4 2.4 0 1 0 0 4.8 2.4 2.4 0 0 0 0-4.8M8 1.8v2M8 12.2v2M1.8 8h2M12.2 8h2M3.6 3.6 5 5M11 11l1.4 1.4M12.4 3.6 11 5M5 11l-1.4 1.4",
  jeopardy: "M8 1.8 14.2 8 8 14.2 1.8 8zM8 5v3.4M8 10.4v.4",
  keyboard: "M1.5 4h13v8h-13zM4 6.5h.5M6.7 6.5h.5M9.3 6.5h.5M12 6.5h.3M5 9.5h6",
  down: "M8 3v9.5M4 9l4 4 4-4",
  list: "M2.5 4h11M2.5 8h11M2.5 12h7",
  lock: "M4 7.5h8v6H4zM5.5 7.5V5a2.5 2.5 0 0 1 5 0v2.5",
  map: "m2 4 4-1.5 4 1.5 4-1.5V12l-4 1.5L6 12l-4 1.5zM6 2.5V12M10 4v9.5",
  message: "M2 3.5h12v8.5H7l-3 2.5v-2.5H2z",
  moon: "M13 9.6A5.6 5.6 0 0 1 6.4 3 5.6 5.6 0 1 0 13 9.6",
  person: "M8 2.3a2.7 2.7 0 1 0 0 5.4 2.7 2.7 0 0 0 0-5.4M2.8 13.8c.6-2.7 2.6-4.2 5.2-4.2s4.6 1.5 5.2 4.2",
  pause: "M5.5 3.5v9M10.5 3.5v9",
  phone: "M4.5 1.8h7v12.4h-7zM7.2 12h1.6",
  pin: "M6 2h4l-.5 4.2L12 8.8H4l2.5-2.6zM8 8.8V14",
  operations: "M2.5 13.5v-4M6.2 13.5v-7M9.8 13.5V8.5M13.5 13.5v-11",
  plus: "M8 3v10M3 8h10",
  route: "M4 12.5h6a2.5 2.5 0 0 0 0-5H6A2.5 2.5 0 0 1 6 2.5h6M4 11v3M12 1v3",
  screen: "M2 3h12v8H2zM5.5 13.8h5M8 11v2.8",
  search: "M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9M10.3 10.3l3.5 3.5",
  split: "M2 8h4.5l3-4.5H14M6.5 8l3 4.5H14",
  sun: "M8 5.3a2.7 2.7 0 1 0 0 5.4 2.7 2.7 0 0 0 0-5.4M8 1.5v1.6M8 12.9v1.6M1.5 8h1.6M12.9 8h1.6M3.4 3.4l1.1 1.1M11.5 11.5l1.1 1.1M12.6 3.4l-1.1 1.1M4.5 11.5l-1.1 1.1",
  swap: "M3 5.5h9.5L10 3M13 10.5H3.5L6 13",
  up: "M8 13V3.5M4 7l4-4 4 4",
  undo: "M6 3 2.8 6.2 6 9.4M3 6.2h6.4a3.8 3.8 0 0 1 0 7.6H7",
} as const;

export type IconName = keyof typeof PATHS;

/** Decoration: the words beside it say the same. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}

/** The same icon as markup, for libraries that take elements. */
export function iconMarkup(name: IconName): string {
  return `<svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true"><path d="${PATHS[name]}"/></svg>`;
}
