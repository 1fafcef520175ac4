/** Reads a bar code or QR code with the camera, where the browser can. */
import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "./messages";

interface Detector {
  detect(source: HTMLVideoElement): Promise<{ rawValue: string }[]>;
}

const Known = (globalThis as { BarcodeDetector?: new () => Detector }).BarcodeDetector;
export const canScan = Known !== undefined && typeof navigator !== "undefined" && Boolean(navigator.mediaDevices);
const EVERY_MS = 250;

export function Scanner({ onCode, onClose }: { onCode: (code: string) => void; onClose: () => void }) {
  const video = useRef<HTMLVideoElement>(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    let stream: MediaStream | null = null;
    let over = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = async (detector: Detector) => {
      if (over || !video.current) return;
      // While the camera starts there is nothing to look at.
      const [found] = await detector.detect(video.current).catch(() => []);
      if (found && !over) return onCode(found.rawValue);
      timer = setTimeout(() => void look(detector), EVERY_MS);
    };
    navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } }).then(
      async (given) => {
        stream = given;
        if (over || !video.current || !Known) return given.getTracks().forEach((track) => track.stop());
        video.current.srcObject = given;
        await video.current.play();
        void look(new Known());
      },
      () => setFailed(true),
    );
    return () => {
      over = true;
      clearTimeout(timer);
      stream?.getTracks().forEach((track) => track.stop());
    };
  }, []);
  return (
    <div class="field-scanner" role="dialog" aria-label={t("scan_title")}>
      {failed ? <p class="field-note" role="alert">{t("no_camera")}</p> : <><p>{t("scan_title")}</p><video ref={video} muted playsInline /></>}
      <button type="button" onClick={onClose}>{t("close")}</button>
    </div>
  );
}
