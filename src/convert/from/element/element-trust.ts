import { authorFault } from "../../../bundle/author-fault.ts";
import type { ImportedSender, ManifestHead } from "../../../bundle/manifest/manifest.ts";
import { redactedBecause, type ClientEvent } from "../../../matrix/event.ts";
import { isUserId } from "../../../matrix/ids.ts";
import { objectMember, stringMember, type JsonObject } from "../../../matrix/json.ts";
import { IMPORTED, IMPORTED_SENDER, ORIGIN } from "../../../matrix/names.ts";

/** Whom to believe about the authors of imported messages: anybody can write such a block. */
export class ElementTrust {
  readonly #trusted: ReadonlySet<string>;

  constructor(trusted: readonly string[] = []) {
    this.#trusted = new Set(trusted);
  }

  /** Who wrote the event, by what an import says that was sent by somebody who is trusted; "damaged": in a way that no reader would take. */
  authorOf(event: ClientEvent, source: ManifestHead["source"]): ImportedSender | "damaged" | undefined {
    const author = this.#trusted.has(event.sender) ? this.#named(event) : undefined;
    return author && authorFault({ ...event, [IMPORTED_SENDER]: author }, source) !== undefined ? "damaged" : author;
  }

  #named(event: ClientEvent): ImportedSender | undefined {
    const because = redactedBecause(event);
    if (because?.sender === event.sender)
      return authorIn(objectMember(objectMember(because.content, ORIGIN), "target"));
    return objectMember(event.content, ORIGIN) ? authorIn(event.content) : undefined;
  }

  /** Does the event name another author, whom nobody was asked to believe? */
  isDoubtful(event: ClientEvent): boolean {
    return (
      !this.#trusted.has(event.sender) &&
      objectMember(event.content, ORIGIN) !== undefined &&
      authorIn(event.content) !== undefined
    );
  }

  /** Is it the mark that an import of a trusted user leaves in the room that it makes? */
  isMark({ type, sender, state_key }: ClientEvent): boolean {
    return type === IMPORTED && state_key === "" && this.#trusted.has(sender);
  }
}

function authorIn(holder: JsonObject | undefined): ImportedSender | undefined {
  const block = objectMember(holder, IMPORTED_SENDER);
  const userId = stringMember(block, "user_id");
  if (userId === undefined || !isUserId(userId)) return undefined;
  const [name, avatar] = [stringMember(block, "display_name"), stringMember(block, "avatar_url")];
  return { user_id: userId, display_name: name ?? null, avatar: avatar ?? null };
}
