import { lookup } from "mime-types";

/** So many bytes of a file tell what it is. */
export const TYPE_BYTES = 4100;

/** The media type of a file by its first bytes, or else by its name; what an export declares is not believed. */
export async function mediaType(start: Uint8Array, name: string): Promise<string> {
  // many exports hold no file: loading it takes longer than all else at the start
  const { fileTypeFromBuffer } = await import("file-type");
  const byName = lookup(name) || undefined;
  const byBytes = (await fileTypeFromBuffer(start).catch(() => undefined))?.mime;
  // an office document is a ZIP, a drawing is XML: the name knows more
  const isContainer = byBytes === "application/zip" || byBytes === "application/xml" || byBytes === "application/x-cfb";
  const found = (isContainer ? (byName ?? byBytes) : (byBytes ?? byName)) ?? "application/octet-stream";
  return (found.split(";")[0] ?? found).trim();
}

/** How a message shows a file of that type. An SVG can hold scripts: it is a file. */
export function messageType(mimetype: string): "m.image" | "m.video" | "m.audio" | "m.file" {
  if (mimetype === "image/svg+xml") return "m.file";
  const [kind] = mimetype.split("/");
  return kind === "image" || kind === "video" || kind === "audio" ? `m.${kind}` : "m.file";
}
