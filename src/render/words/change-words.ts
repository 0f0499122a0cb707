import { stringMember } from "../../matrix/json.ts";
import { IMPORTED, POLICY } from "../../matrix/names.ts";
import { isPollEnd, isPollResponse } from "../../matrix/poll.ts";
import { relationOf } from "../../matrix/relation.ts";
import type { OriginalEvent } from "../../bundle/original.ts";
import type { People } from "../timeline/people.ts";
import type { Files } from "../timeline/timeline.ts";
import { reactionLabel } from "../timeline/reactions.ts";
import { IMAGE_PACK_TYPES, imagePackWords } from "./image-pack-words.ts";
import { editedContent, excerptOf } from "./message-text.ts";
import { because, code, quoted, words, type Words } from "./words.ts";

interface Membership {
  membership: string;
  name: string | undefined;
  avatar: string | undefined;
}

/** Says in words what happened to the room; goes along with the timeline, for a membership event tells only what is new. */
export class ChangeWords {
  readonly #members = new Map<string, Membership>();
  readonly #people: People;

  constructor(people: People) {
    this.#people = people;
  }

  /**
   * What was done, to stand after the name of who did it. Call it with every change, in order.
   * @param files where the words are shown with pictures
   */
  of(change: OriginalEvent, files: Files = {}): Words {
    const { type, content, stateKey, redaction } = change;
    if (redaction) return removedWords(type);
    if (stateKey !== undefined && IMAGE_PACK_TYPES.includes(type)) return imagePackWords(content, stateKey, files);
    const text = (key: string): string => stringMember(content, key) ?? "";
    switch (type) {
      case "m.room.member":
        return this.#membership(change);
      case "m.room.create":
        return words`created the room`;
      case "m.room.name":
        return text("name") ? words`named the room ${quoted(text("name"))}` : words`removed the room’s name`;
      case "m.room.topic":
        return text("topic") ? words`set the topic: ${quoted(text("topic"))}` : words`removed the topic`;
      case "m.room.avatar":
        return text("url") ? words`changed the room’s picture` : words`removed the room’s picture`;
      case "m.room.canonical_alias":
        return text("alias")
          ? words`set the room’s address to ${code(text("alias"))}`
          : words`removed the room’s address`;
      case "m.room.join_rules":
        return words`changed who may join: ${code(text("join_rule"))}`;
      case "m.room.history_visibility":
        return words`changed who may read the history: ${code(text("history_visibility"))}`;
      case "m.room.policy":
      case "org.matrix.msc4284.policy":
        return text("via") ? words`set the policy server ${code(text("via"))}` : words`removed the policy server`;
      case "m.room.tombstone":
        return words`replaced the room by another one${because(text("body"))}`;
      case "m.reaction":
        return words`reacted with ${reactionLabel(content) || "?"} to a message that is not in this bundle`;
      case "m.room.redaction":
        return words`removed a message that is not in this bundle${because(text("reason"))}`;
      case "m.room.message":
        return relationOf(content).rel_type === "m.replace"
          ? words`tried to change a message that was not theirs${because(excerptOf(type, editedContent(content)))}`
          : words`asked for a verification`;
    }
    if (isPollResponse(type) || isPollEnd(type)) return words`took part in a poll that is not in this bundle`;
    const known = WORDS.get(type);
    if (known !== undefined) return [known];
    return words`${stateKey === undefined ? "sent an event" : "changed the room’s state"} of type ${code(type)}`;
  }

  #membership({ content, stateKey = "", sender }: OriginalEvent): Words {
    const before = this.#members.get(stateKey);
    const membership = stringMember(content, "membership") ?? "";
    const name = stringMember(content, "displayname");
    const avatar = stringMember(content, "avatar_url");
    this.#members.set(stateKey, { membership, name, avatar });
    const called = (display_name: string | undefined): Words => [
      { kind: "name", person: this.#people.nameOf({ user_id: stateKey, display_name: display_name ?? null }) },
    ];
    const whom = called(name ?? before?.name);
    const why = because(stringMember(content, "reason"));
    const self = sender === stateKey;
    switch (membership) {
      case "join":
        if (before?.membership !== "join") return self ? words`joined` : words`joined ${whom}`;
        if (before.name !== name) return name ? words`is called ${called(name)} now` : words`removed their name`;
        return before.avatar === avatar ? words`is still here` : words`changed their picture`;
      case "invite":
        return words`invited ${whom}${why}`;
      case "knock":
        return words`asked to join${why}`;
      case "ban":
        return words`banned ${whom}${why}`;
      case "leave":
        if (self) return before?.membership === "invite" ? words`declined the invitation${why}` : words`left${why}`;
        if (before?.membership === "ban") return words`lifted the ban of ${whom}${why}`;
        return before?.membership === "invite"
          ? words`took back the invitation of ${whom}${why}`
          : words`removed ${whom}${why}`;
    }
    return words`changed the membership of ${whom}`;
  }
}

function removedWords(type: string): Words {
  if (type === "m.reaction") return ["took back a reaction"];
  if (type === "m.room.redaction") return ["removed a message, and the removal was removed"];
  return words`sent an event of type ${code(type)} that was removed`;
}

const WORDS = new Map([
  ["m.room.power_levels", "changed the permissions in the room"],
  ["m.room.guest_access", "changed whether guests may join"],
  ["m.room.server_acl", "changed which servers may take part"],
  ["m.room.encryption", "turned on encryption"],
  ["m.room.pinned_events", "changed the pinned messages"],
  ["m.room.third_party_invite", "invited somebody from outside of Matrix"],
  ["m.space.child", "changed the rooms of the space"],
  ["m.space.parent", "changed the spaces of the room"],
  ["m.call.invite", "started a call"],
  ["m.call.answer", "answered the call"],
  ["m.call.hangup", "ended the call"],
  ["m.call.reject", "declined the call"],
  [IMPORTED, "imported the conversation into this room"],
  [POLICY, "set the rules of the room"],
]);
