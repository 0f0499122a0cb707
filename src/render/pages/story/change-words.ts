import { member, stringMember } from "../../../matrix/json.ts";
import { IMPORTED, POLICY } from "../../../matrix/names.ts";
import { isPollEnd, isPollResponse } from "../../../matrix/poll.ts";
import { relationOf } from "../../../matrix/relation.ts";
import type { OriginalEvent } from "../../../bundle/original.ts";
import { safe, type Html } from "../message/html.ts";

interface Membership {
  membership: string;
  name: string | undefined;
  avatar: string | undefined;
}

/** Says in words what happened to the room; goes along with the timeline, for a membership event tells only what is new. */
export class ChangeWords {
  readonly #members = new Map<string, Membership>();

  /** What was done, to stand after the name of who did it. */
  of(change: OriginalEvent): Html {
    const { type, content, stateKey, redaction } = change;
    if (redaction) return safe`${REDACTED.get(type) ?? `sent something (${type}) that was removed`}`;
    const text = (key: string): string => stringMember(content, key) ?? "";
    switch (type) {
      case "m.room.member":
        return this.#membership(change);
      case "m.room.create":
        return safe`created the room`;
      case "m.room.name":
        return text("name") ? safe`named the room “${text("name")}”` : safe`took the room’s name away`;
      case "m.room.topic":
        return text("topic") ? safe`set the topic: “${text("topic")}”` : safe`took the topic away`;
      case "m.room.avatar":
        return text("url") ? safe`changed the room’s picture` : safe`took the room’s picture away`;
      case "m.room.canonical_alias":
        return text("alias") ? safe`set the room’s address to ${text("alias")}` : safe`took the room’s address away`;
      case "m.room.join_rules":
        return safe`changed who may join: ${text("join_rule")}`;
      case "m.room.history_visibility":
        return safe`changed who may read the history: ${text("history_visibility")}`;
      case "m.room.tombstone":
        return safe`closed the room for its successor${text("body") && safe`: “${text("body")}”`}`;
      case "m.reaction":
        return safe`reacted with ${stringMember(member(content, "m.relates_to"), "key") ?? "?"} to a message that is not in this bundle`;
      case "m.room.redaction":
        return safe`removed a message that is not in this bundle${text("reason") && safe`: “${text("reason")}”`}`;
      case "m.room.message":
        return relationOf(content).rel_type === "m.replace"
          ? safe`tried to change a message that was not theirs`
          : safe`asked for a verification`;
    }
    if (isPollResponse(type) || isPollEnd(type)) return safe`took part in a poll that is not in this bundle`;
    const words = WORDS.get(type);
    if (words !== undefined) return safe`${words}`;
    return safe`${stateKey === undefined ? "sent an event" : "changed the room’s state"} of type <code>${type}</code>`;
  }

  #membership({ content, stateKey = "", sender }: OriginalEvent): Html {
    const before = this.#members.get(stateKey);
    const membership = stringMember(content, "membership") ?? "";
    const name = stringMember(content, "displayname");
    const avatar = stringMember(content, "avatar_url");
    this.#members.set(stateKey, { membership, name, avatar });
    const whom = safe`<bdi>${name ?? before?.name ?? stateKey}</bdi>`;
    const reason = stringMember(content, "reason");
    const why = reason ? safe`: “${reason}”` : undefined;
    const self = sender === stateKey;
    switch (membership) {
      case "join":
        if (before?.membership !== "join")
          return safe`joined${name && self ? safe` as <bdi>${name}</bdi>` : undefined}`;
        if (before.name !== name)
          return safe`is called ${name ? safe`<bdi>${name}</bdi>` : "by no name of their own"} now`;
        return before.avatar === avatar ? safe`is still here` : safe`changed their picture`;
      case "invite":
        return safe`invited ${whom}${why}`;
      case "knock":
        return safe`asked to join${why}`;
      case "ban":
        return safe`banned ${whom}${why}`;
      case "leave":
        if (self) return before?.membership === "invite" ? safe`declined the invitation${why}` : safe`left${why}`;
        if (before?.membership === "ban") return safe`lifted the ban of ${whom}${why}`;
        return before?.membership === "invite"
          ? safe`took back the invitation of ${whom}${why}`
          : safe`removed ${whom}${why}`;
    }
    return safe`changed the membership of ${whom}`;
  }
}

const REDACTED = new Map([
  ["m.reaction", "took back a reaction"],
  ["m.room.redaction", "removed a message, and the removal was removed"],
]);
const WORDS = new Map([
  ["m.room.power_levels", "changed who may do what"],
  ["m.room.guest_access", "changed whether guests may join"],
  ["m.room.server_acl", "changed which servers may take part"],
  ["m.room.encryption", "turned on encryption"],
  ["m.room.pinned_events", "changed the pinned messages"],
  ["m.room.third_party_invite", "invited somebody from outside of Matrix"],
  ["m.space.child", "changed the rooms of the space"],
  ["m.space.parent", "changed the spaces of the room"],
  ["m.call.invite", "called"],
  ["m.call.answer", "took the call"],
  ["m.call.hangup", "ended the call"],
  ["m.call.reject", "declined the call"],
  [IMPORTED, "imported the conversation into this room"],
  [POLICY, "set the rules of the room"],
]);
