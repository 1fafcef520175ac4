/** A photo on its way: made smaller, sent with its progress. */
import { credentials } from "../api/client";
import { problemOf, unreachable } from "../api/problem";
import { language } from "../i18n/language";

/** Longest side in pixels: a type plate stays readable, and a phone's picture shrinks to some hundred kilobytes. */
const LONGEST = 2_000;
const QUALITY = 0.85;

/** The size of a picture whose longer side is at most `longest`; never larger than it was. */
export function fitted(width: number, height: number, longest = LONGEST): { width: number; height: number } {
  const scale = Math.min(1, longest / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/** The file to send: a smaller JPEG, or the file itself where this browser cannot read it or gains nothing. */
export async function shrink(file: File): Promise<Blob> {
  if (!file.type.startsWith("image/")) return file;
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" }).catch(() => null);
  if (!picture) return file;
  const size = fitted(picture.width, picture.height);
  const canvas = Object.assign(document.createElement("canvas"), size);
  canvas.getContext("2d")!.drawImage(picture, 0, 0, size.width, size.height);
  picture.close();
  const smaller = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
  return smaller && smaller.size < file.size ? smaller : file;
}

/**
 * Sends a file. Throws a `Problem`.
 *
 * @param key The same for every try, so that a photo whose answer was lost is not added twice.
 * @param onProgress Takes the share that is sent, 0 to 1.
 */
export function sendPhoto(body: Blob, key: string, onProgress: (share: number) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", `/api/link/photo?language=${language.value}`);
    for (const [name, value] of Object.entries(credentials("POST"))) request.setRequestHeader(name, value);
    request.setRequestHeader("Idempotency-Key", key);
    request.setRequestHeader("Content-Type", body.type || "application/octet-stream");
    request.upload.onprogress = ({ loaded, total }) => onProgress(total ? loaded / total : 0);
    request.onerror = () => reject(unreachable());
    request.onload = () => {
      if (request.status < 300) return resolve();
      reject(problemOf(request.status, parsed(request.responseText)));
    };
    request.send(body);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
