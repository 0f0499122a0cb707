import { member, objectMember, stringMember, type JsonObject } from "../../../matrix/json.ts";
import { bytesText } from "../../../bundle/archive/bytes-text.ts";
import { safe, type Html } from "./html.ts";
import type { MediaFiles } from "../media-files.ts";
import { textOf } from "./text.ts";

/** Message types that carry a file. */
export const FILE_TYPES: readonly string[] = ["m.image", "m.video", "m.audio", "m.file"];

/**
 * The file of a message: shown where its own bytes say that it is a picture, a film or a sound, whatever the message says; else a
 * link. With its caption.
 */
export function fileHtml(content: JsonObject, named: Readonly<Record<string, string>>, media: MediaFiles): Html {
  const encrypted = objectMember(content, "file");
  const uri = stringMember(content, "url") ?? stringMember(encrypted, "url");
  const body = stringMember(content, "body") ?? "";
  const name = stringMember(content, "filename") ?? (body || "file");
  const sha256 = uri !== undefined && Object.hasOwn(named, uri) ? named[uri] : undefined;
  const hasCaption = Object.hasOwn(content, "filename") && body !== "" && body !== name;
  const caption = hasCaption ? textOf(content, named, media, false) : undefined;
  return safe`<figure class="file">${shownHtml(content, sha256, name, hasCaption ? body : name, media)}${
    caption && safe`<figcaption>${caption}</figcaption>`
  }</figure>`;
}

function shownHtml(
  content: JsonObject,
  sha256: string | undefined,
  name: string,
  words: string,
  media: MediaFiles,
): Html {
  const file = media.get(sha256);
  if (sha256 === undefined || !file) return safe`<p class="missing">${name}: this file is not in the bundle.</p>`;
  if (objectMember(content, "file"))
    return safe`<p class="download">${media.link(sha256, `${name}.encrypted`, safe`${name}`)} <small>encrypted, ${bytesText(file.size)}</small></p>`;
  const source = media.sourceAttribute(sha256);
  const label = safe`${name} <small>${bytesText(file.size)}</small>`;
  switch (file.shown?.kind) {
    case "image": {
      const picture = safe`<img class="picture" alt="${words}" loading="lazy"${sizeOf(content)}${source}>`;
      return media.link(sha256, name, picture);
    }
    case "video":
      return safe`<video controls preload="metadata" aria-label="${words}"${sizeOf(content)}${source}></video><p class="download">${media.link(sha256, name, label)}</p>`;
    case "audio":
      return safe`<audio controls preload="metadata" aria-label="${words}"${source}></audio><p class="download">${media.link(sha256, name, label)}</p>`;
    case undefined:
      return safe`<p class="download">${media.link(sha256, name, label)}</p>`;
  }
}

/** So that the page does not jump when the picture comes. */
function sizeOf(content: JsonObject): Html | undefined {
  const info = objectMember(content, "info");
  const [width, height] = [member(info, "w"), member(info, "h")];
  const isSize = (value: unknown): value is number =>
    Number.isInteger(value) && Number(value) > 0 && Number(value) < 20_000;
  return isSize(width) && isSize(height) ? safe` width="${width}" height="${height}"` : undefined;
}
