import type { ImportedSender, ManifestHead } from "./manifest/manifest.ts";
import type { OriginalEvent } from "./original.ts";
import { stringMember } from "../matrix/json.ts";

interface Profile {
  display_name: string | null;
  avatar: string | null;
}

/** Names and avatars as they were at each moment of the conversation. */
export class Profiles {
  readonly #now = new Map<string, Profile>();
  readonly #senders: ManifestHead["senders"];

  constructor(senders: ManifestHead["senders"]) {
    this.#senders = senders;
  }

  /** Takes note of a membership event; call it with every event, in order. */
  observe(event: OriginalEvent): void {
    if (event.type !== "m.room.member" || event.stateKey === undefined || event.redaction) return;
    const membership = stringMember(event.content, "membership");
    if (membership !== "join" && membership !== "invite" && membership !== "knock") return;
    this.#now.set(event.stateKey, {
      display_name: stringMember(event.content, "displayname") ?? null,
      avatar: stringMember(event.content, "avatar_url") ?? null,
    });
  }

  /** The author of an event, with the name and avatar of that moment; where no membership was seen, those of the export. */
  authorOf(event: OriginalEvent): ImportedSender {
    if (event.imported && event.author) return event.author;
    const now = this.#now.get(event.sender);
    if (now) return { user_id: event.sender, ...now };
    if (event.author) return event.author;
    const sender = this.#senders.get(event.sender);
    return {
      user_id: event.sender,
      display_name: sender?.display_name ?? null,
      avatar: sender?.avatar?.uri ?? null,
    };
  }
}

/** Names that look alike have the same one. */
export function lookOf(name: string): string {
  return name
    .normalize("NFKC")
    .replaceAll(/[\s\p{Cf}]+/gu, " ")
    .trim()
    .toLowerCase();
}

/** The name to show: the display name, or the user id where there is none. */
export function nameOf(author: Pick<ImportedSender, "user_id" | "display_name">): string {
  return author.display_name || author.user_id;
}
