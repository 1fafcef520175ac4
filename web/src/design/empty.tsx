import type { ComponentChildren } from "preact";

/** What a list says when it has nothing to show, and what one may do about it. */
export function Empty({ title, hint, children }: { title: string; hint?: string; children?: ComponentChildren }) {
  return (
    <div class="empty">
      <p class="empty-title">{title}</p>
      {hint && <p class="muted">{hint}</p>}
      {children}
    </div>
  );
}
