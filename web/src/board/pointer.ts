/** Where the pointer is: cards that explain a drag stand beside it. */
let last = { x: 0, y: 0 };

if (typeof addEventListener !== "undefined") {
  const note = (event: PointerEvent) => (last = { x: event.clientX, y: event.clientY });
  addEventListener("pointermove", note, { capture: true, passive: true });
  addEventListener("pointerdown", note, { capture: true, passive: true });
}

export const pointerAt = (): { x: number; y: number } => last;
