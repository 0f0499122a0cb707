import { expect } from "chai";
import type { OriginalEvent } from "../../../../src/bundle/original.ts";
import { replaysAsItself } from "../../../../src/imports/plan/replay-rules.ts";
import type { JsonObject } from "../../../../src/matrix/json.ts";

const event = (type: string, more: Partial<OriginalEvent> = {}, content: JsonObject = {}): OriginalEvent =>
  ({
    ...{ eventId: "$e", type, sender: "@ann:x", ts: 0, content },
    ...more,
  }) as OriginalEvent;
const redaction = event("m.room.redaction");

describe("what replays as itself", () => {
  for (const type of [
    "m.room.message",
    "m.sticker",
    "m.reaction",
    "m.room.redaction",
    "m.poll.start",
    "m.poll.end",
    "org.matrix.msc3381.poll.start",
    "org.matrix.msc3381.poll.end",
    "org.example.custom",
    "com.m.room.member",
    "music",
  ])
    it(`is ${type}`, () => {
      expect(replaysAsItself(event(type))).to.equal(true);
    });

  for (const type of ["m.room.name", "m.room.topic", "m.room.avatar", "m.room.pinned_events"])
    it(`is the state ${type}, as it is for the whole room, and not once it is redacted`, () => {
      expect(replaysAsItself(event(type, { stateKey: "" }))).to.equal(true);
      expect(replaysAsItself(event(type, { stateKey: "@ann:x" }))).to.equal(false);
      expect(replaysAsItself(event(type, { stateKey: "", redaction }))).to.equal(false);
      expect(replaysAsItself(event(type)), "without a state key it means nothing").to.equal(false);
    });

  for (const type of [
    "m.room.member",
    "m.room.power_levels",
    "m.room.join_rules",
    "m.room.history_visibility",
    "m.room.guest_access",
    "m.room.server_acl",
    "m.room.encryption",
    "m.room.tombstone",
    "m.room.create",
    "m.room.canonical_alias",
    "m.space.child",
    "m.space.parent",
    "m.room.image_pack",
    "im.ponies.room_emotes",
    "m.room.policy",
    "org.matrix.msc4284.policy",
    "org.matrix.msc3401.call.member",
    "m.bridge",
    "uk.half-shot.bridge",
    "io.roomporter.policy",
    "org.example.custom",
  ])
    it(`is not the state ${type}: it must not act again`, () => {
      expect(replaysAsItself(event(type, { stateKey: "" }))).to.equal(false);
    });

  for (const type of [
    "m.room.encrypted",
    "m.call.invite",
    "m.call.answer",
    "m.key.verification.start",
    "m.room_key",
    "m.room_key_bundle",
    "m.forwarded_room_key",
    "m.beacon",
    "m.unheard_of",
    "org.matrix.msc3401.call",
    "org.matrix.msc3381.poll.other",
    "m.poll.other",
    "m.poll.response",
    "org.matrix.msc3381.poll.response",
  ])
    it(`is not ${type}`, () => {
      expect(replaysAsItself(event(type))).to.equal(false);
    });

  it("is no message that asks for a verification", () => {
    const asks = { msgtype: "m.key.verification.request" };
    expect(replaysAsItself(event("m.room.message", {}, asks))).to.equal(false);
    expect(replaysAsItself(event("m.room.message", {}, { msgtype: "m.key.verification" }))).to.equal(true);
    expect(replaysAsItself(event("m.room.message", {}, { msgtype: "m.text" }))).to.equal(true);
    expect(replaysAsItself(event("m.room.message", {}, { msgtype: 7 }))).to.equal(true);
  });
});
