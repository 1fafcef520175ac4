/** A pad to sign on with a finger; the picture is a PNG on white paper. */
import { useEffect, useRef } from "preact/hooks";
import { t } from "./messages";
import { bytesOf } from "./photos";
import { kept } from "./saying";

const WIDTH = 900, HEIGHT = 360;

export function Signature({ bytes, onChange }: { bytes: ArrayBuffer | null; onChange: (bytes: ArrayBuffer | null) => void }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const drawing = useRef(false);

  useEffect(() => {
    clear();
    // A report that was half written before the page was closed.
    if (bytes) void createImageBitmap(new Blob([bytes], { type: "image/png" })).then((picture) => pen().drawImage(picture, 0, 0)).catch(() => onChange(null));
  }, []);

  const pen = () => canvas.current!.getContext("2d")!;
  function clear() {
    const paper = pen();
    paper.fillStyle = "#fff";
    paper.fillRect(0, 0, WIDTH, HEIGHT);
    Object.assign(paper, { strokeStyle: "#000", lineWidth: 5, lineCap: "round", lineJoin: "round" });
  }
  function place(event: PointerEvent): [number, number] {
    const box = canvas.current!.getBoundingClientRect();
    return [((event.clientX - box.left) * WIDTH) / box.width, ((event.clientY - box.top) * HEIGHT) / box.height];
  }
  function down(event: PointerEvent) {
    drawing.current = true;
    canvas.current!.setPointerCapture(event.pointerId);
    const paper = pen();
    paper.beginPath();
    paper.moveTo(...place(event));
  }
  function move(event: PointerEvent) {
    if (!drawing.current) return;
    const paper = pen();
    paper.lineTo(...place(event));
    paper.stroke();
  }
  async function up() {
    if (!drawing.current) return;
    drawing.current = false;
    await kept(async () => onChange(await bytesOf(canvas.current!, "image/png")));
  }

  return (
    <div class="field-signature">
      <p class="muted">{t("sign_here")}</p>
      <canvas ref={canvas} width={WIDTH} height={HEIGHT} role="img" aria-label={t("signature")}
        onPointerDown={down} onPointerMove={move} onPointerUp={() => void up()} onPointerCancel={() => void up()} />
      <button type="button" onClick={() => (clear(), onChange(null))}>{t("clear")}</button>
    </div>
  );
}
