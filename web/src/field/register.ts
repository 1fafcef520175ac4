/** The service worker keeps the page itself, so that it opens in a cellar. It keeps no answer of the API. */
import { signal } from "@preact/signals";

/** Takes the newer version that is ready; null while there is none. */
export const newVersion = signal<(() => void) | null>(null);

export function registerWorker(): void {
  if (!("serviceWorker" in navigator) || import.meta.env.DEV) return;
  void navigator.serviceWorker.register("/sw.js", { scope: "/field" }).then((registration) => {
    const offer = () => {
      const ready = registration.waiting;
      if (!ready || !navigator.serviceWorker.controller) return;
      newVersion.value = () => {
        navigator.serviceWorker.addEventListener("controllerchange", () => window.location.reload(), { once: true });
        ready.postMessage("take over");
      };
    };
    offer();
    registration.addEventListener("updatefound", () => registration.installing?.addEventListener("statechange", offer));
  }, console.error);
}
