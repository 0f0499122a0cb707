import { objectMember, stringMember, type JsonObject } from "../../matrix/json.ts";
import type { Files } from "../timeline/timeline.ts";
import { quoted, words, type WordPart, type Words } from "./words.ts";

/** An image pack of the room (client-server API, "Image packs"), and what it was called before it was part of the specification. */
export const IMAGE_PACK_TYPES: readonly string[] = ["m.room.image_pack", "im.ponies.room_emotes"];

/** Of larger packs so many images are named. */
const SHOWN = 20;

/** `changed the image pack “Tea”: :cup: :pot:` */
export function imagePackWords(content: JsonObject, stateKey: string, files: Files): Words {
  const images = Object.entries(objectMember(content, "images") ?? {});
  const name = stringMember(objectMember(content, "pack"), "display_name") || stateKey;
  const which: Words = name ? words`the image pack ${quoted(name)}` : words`the room’s image pack`;
  if (images.length === 0) return words`changed ${which}: no images`;
  const parts = images.slice(0, SHOWN).flatMap(([shortcode, image]): WordPart[] => {
    const uri = stringMember(image, "url");
    const sha256 = uri !== undefined && Object.hasOwn(files, uri) ? files[uri] : undefined;
    return [" ", { kind: "picture", text: `:${shortcode}:`, sha256 }];
  });
  const more = images.length > SHOWN ? ` and ${String(images.length - SHOWN)} more` : undefined;
  return words`changed ${which}:${parts}${more}`;
}
