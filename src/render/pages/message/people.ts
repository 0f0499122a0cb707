import { authorHue } from "../../../matrix/author-hue.ts";
import { serverOf } from "../../../matrix/ids.ts";
import { nameOf } from "../../../bundle/profiles.ts";
import type { Author } from "../../timeline/author.ts";
import type { PersonName } from "../../timeline/people.ts";
import type { MediaFiles } from "../media-files.ts";
import { safe, type Html } from "./html.ts";

/** Somebody's name in their colour, with their user id where the name alone could mean somebody else. */
export function nameHtml({ userId, name, isShared }: PersonName): Html {
  return safe`<bdi class="name c${authorHue(userId)}" title="${userId}">${name}</bdi>${isShared && safe` <small class="id">${userId}</small>`}`;
}

/** `[Original: Alice from acme.org]`: who wrote what an import brought. */
export function originHtml(person: Author): Html {
  return safe` <small class="origin">[Original: <bdi>${nameOf(person)}</bdi> from ${serverOf(person.user_id)}]</small>`;
}

/** A picture, or the first letter of the name on the person's colour. */
export function avatarHtml(person: Author, sha256: string | undefined, media: MediaFiles): Html {
  if (media.isImage(sha256)) return safe`<img class="avatar" alt="" loading="lazy"${media.sourceAttribute(sha256)}>`;
  const [letter = "?"] = nameOf(person)
    .replace(/^[@#!]/, "")
    .toUpperCase();
  return safe`<span class="avatar b${authorHue(person.user_id)}" aria-hidden="true">${letter}</span>`;
}
