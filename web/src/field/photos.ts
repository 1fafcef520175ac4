/** Photos small enough to be kept and sent: downscaled before they are stored. */

export const LONGEST_EDGE = 1_920;
const QUALITY = 0.82;
/** Below so much room the engineer is told before taking another photo. */
export const LITTLE_ROOM = 20_000_000;

/** The picture cannot be read by this browser. */
export class UnreadablePhotoError extends Error {}

/** A JPEG of at most `LONGEST_EDGE` pixels. Throws an `UnreadablePhotoError`. */
export async function downscaled(file: Blob): Promise<ArrayBuffer> {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" }).catch(() => {
    throw new UnreadablePhotoError();
  });
  const scale = Math.min(1, LONGEST_EDGE / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  canvas.getContext("2d")!.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  return bytesOf(canvas, "image/jpeg");
}

export async function bytesOf(canvas: HTMLCanvasElement, type: "image/jpeg" | "image/png"): Promise<ArrayBuffer> {
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, type, QUALITY));
  if (!blob) throw new UnreadablePhotoError();
  return blob.arrayBuffer();
}

/** The room that is left, in bytes; null where the browser does not say. */
export async function roomLeft(): Promise<number | null> {
  const { quota, usage } = (await navigator.storage?.estimate?.()) ?? {};
  return quota === undefined || usage === undefined ? null : quota - usage;
}

/** Asks the browser never to throw the outbox away by itself. */
export const keepStorage = async (): Promise<boolean> => (await navigator.storage?.persist?.()) ?? false;
