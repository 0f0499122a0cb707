import { IdIndex } from "../bundle/verify/id-index.ts";
import { objectMember, sameJson, type JsonObject } from "../matrix/json.ts";
import type { OpenedEvent } from "./decryptor.ts";
import type { Closed } from "./outcomes.ts";

/** Types that nobody encrypts, and that would act on others. */
const NEVER_ENCRYPTED: readonly string[] = ["m.room.encrypted", "m.room.redaction", "m.room.create"];

/** Watches that no ciphertext counts twice, or for somebody else than who made it. Events come oldest first. */
export class Authorship {
  /** ciphertexts by their place in their session */
  readonly #messages = new IdIndex();
  /** by session, the number of who sent its first event */
  readonly #sessions = new IdIndex();
  readonly #senders = new Map<string, number>();

  /** Why an event that a key opened must not count; undefined: it may. @param sender who wrote it, as the homeserver says */
  objection({ type, extras, sessionId, messageIndex }: OpenedEvent, sender: string): Closed | undefined {
    const isState = Object.hasOwn(extras, "state_key") || Object.hasOwn(extras, "redacts");
    const number = this.#senders.get(sender) ?? this.#senders.size;
    this.#senders.set(sender, number);
    const owner = this.#sessions.add(sessionId, number) ?? number;
    if (owner !== number) return "other_sender";
    if (this.#messages.add(`${String(messageIndex)} ${sessionId}`, 0) !== undefined) return "replayed";
    return isState || NEVER_ENCRYPTED.includes(type) ? "not_allowed" : undefined;
  }
}

/** Does the ciphertext hold a relation that is not the one beside it? The one beside it counts, as in clients. */
export function hasOtherRelation(opened: OpenedEvent, encrypted: JsonObject): boolean {
  const inside = objectMember(opened.content, "m.relates_to");
  return inside !== undefined && !sameJson(inside, objectMember(encrypted, "m.relates_to"));
}
