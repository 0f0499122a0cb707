import { authorHue } from "../../../matrix/author-hue.ts";
import { serverOf } from "../../../matrix/ids.ts";
import type { ImportedSender } from "../../../bundle/manifest/manifest.ts";
import { nameOf } from "../../../bundle/profiles.ts";
import { safe, type Html } from "./html.ts";
import type { MediaFiles } from "../media-files.ts";

type Person = Pick<ImportedSender, "user_id" | "display_name">;

/** Somebody's name in their colour. */
export function nameHtml(person: Person): Html {
  return safe`<bdi class="name c${authorHue(person.user_id)}" title="${person.user_id}">${nameOf(person)}</bdi>`;
}

/** `[Original: Alice from acme.org]`: who wrote what an import brought. */
export function originHtml(person: Person): Html {
  return safe` <small class="origin">[Original: <bdi>${nameOf(person)}</bdi> from ${serverOf(person.user_id)}]</small>`;
}

/** A picture, or the first letter of the name on the person's colour. */
export function avatarHtml(person: ImportedSender, sha256: string | undefined, media: MediaFiles): Html {
  if (media.isImage(sha256)) return safe`<img class="avatar" alt="" loading="lazy"${media.sourceAttribute(sha256)}>`;
  const [letter = "?"] = nameOf(person)
    .replace(/^[@#!]/, "")
    .toUpperCase();
  return safe`<span class="avatar b${authorHue(person.user_id)}" aria-hidden="true">${letter}</span>`;
}
