import type { ImportedSender, ManifestHead } from "./manifest/manifest.ts";
import type { OriginalEvent } from "./original.ts";
import { stringMember } from "../matrix/json.ts";

/** Names and avatars as they were at each moment of the conversation. */
export class Profiles {
  readonly #now = new Map<string, ImportedSender>();
  /** of those whose membership was not seen */
  readonly #atExport = new Map<string, ImportedSender>();
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
      user_id: event.stateKey,
      display_name: stringMember(event.content, "displayname") ?? null,
      avatar: stringMember(event.content, "avatar_url") ?? null,
    });
  }

  /** The author of an event, with the name and avatar of that moment; where no membership was seen, those of the export. */
  authorOf(event: OriginalEvent): Readonly<ImportedSender> {
    if (event.imported && event.author) return event.author;
    const now = this.#now.get(event.sender);
    if (now) return now;
    if (event.author) return event.author;
    const known = this.#atExport.get(event.sender);
    if (known) return known;
    const sender = this.#senders.get(event.sender);
    const author: ImportedSender = {
      user_id: event.sender,
      display_name: sender?.display_name ?? null,
      avatar: sender?.avatar?.uri ?? null,
    };
    // a bundle may be read that was not verified: then not everybody is listed
    if (sender) this.#atExport.set(event.sender, author);
    return author;
  }
}

/** Most names that are asked for were asked for before. */
const looks = new Map<string, string>();
const [MOST_LOOKS, LONGEST_NAME] = [1000, 100];

/** Names that look alike have the same one. */
export function lookOf(name: string): string {
  const known = looks.get(name);
  if (known !== undefined) return known;
  const look = name
    .normalize("NFKC")
    .replaceAll(/[\s\p{Cf}]+/gu, " ")
    .trim()
    .toLowerCase();
  if (looks.size >= MOST_LOOKS) looks.clear();
  if (name.length <= LONGEST_NAME) looks.set(name, look);
  return look;
}

/** The name to show: the display name, or the user id where there is none. */
export function nameOf(author: Pick<ImportedSender, "user_id" | "display_name">): string {
  return author.display_name || author.user_id;
}
