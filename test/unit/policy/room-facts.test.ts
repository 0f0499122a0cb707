import { expect } from "chai";
import type { ClientEvent } from "../../../src/matrix/event.ts";
import type { JsonObject } from "../../../src/matrix/json.ts";
import { roomFacts } from "../../../src/policy/room-facts.ts";

function state(type: string, content: JsonObject, sender = "@ann:here"): ClientEvent {
  return { event_id: `$${type}`, type, sender, origin_server_ts: 1234, state_key: "", content };
}

describe("what a room's state says about it", () => {
  it("names, topic, avatar, creator, time and version", () => {
    const facts = roomFacts(
      [
        state("m.room.create", { room_version: "12" }),
        state("m.room.name", { name: "Tea" }),
        state("m.room.topic", { topic: "Biscuits" }),
        state("m.room.avatar", { url: "mxc://here/a" }),
      ],
      "here",
    );
    expect(facts).to.deep.equal({
      name: "Tea",
      topic: "Biscuits",
      avatar: "mxc://here/a",
      type: "group",
      scope: { scope_kind: "normal" },
      visibility: "private",
      created_at: 1234,
      creator: "@ann:here",
      room_version: "12",
    });
  });

  it("nothing where nothing is set, or something else than text", () => {
    const facts = roomFacts([state("m.room.create", {}), state("m.room.name", { name: 1 })], "here");
    expect(facts).to.include({ name: null, topic: null, avatar: null, room_version: "1" });
  });

  it("a space by its creation type", () => {
    expect(roomFacts([state("m.room.create", { type: "m.space" })], "here").type).to.equal("space");
  });

  it("what refuses comes before space", () => {
    const space = state("m.room.create", { type: "m.space" }, "@bo:there");
    expect(roomFacts([space], "here").type).to.equal("federated");
    expect(roomFacts([space, state("m.bridge", { a: 1 })], "here").type).to.equal("bridge");
    expect(roomFacts([space, state("io.roomporter.policy", { room_type: "sidekick" })], "here").type).to.equal(
      "sidekick",
    );
  });

  it("visibility: who may join wins over the policy", () => {
    const restricted = state("io.roomporter.policy", { visibility: "restricted" });
    expect(roomFacts([restricted], "here").visibility).to.equal("restricted");
    expect(roomFacts([restricted, state("m.room.join_rules", { join_rule: "public" })], "here").visibility).to.equal(
      "public",
    );
    expect(roomFacts([state("m.room.join_rules", { join_rule: "invite" })], "here").visibility).to.equal("private");
  });

  it("incognito by the policy", () => {
    expect(roomFacts([state("io.roomporter.policy", { scope_kind: "incognito" })], "here").scope).to.deep.equal({
      scope_kind: "incognito",
    });
  });
});

describe("what only the policy says about a room", () => {
  const here = state("m.room.create", {});
  const said = (content: JsonObject) => roomFacts([here, state("io.roomporter.policy", content)], "here");

  it("is its type and its visibility", () => {
    for (const room_type of ["sidekick", "bridge", "federated"] as const)
      expect(said({ room_type }).type).to.equal(room_type);
    for (const visibility of ["public", "restricted", "private"] as const)
      expect(said({ visibility }).visibility).to.equal(visibility);
    expect(said({ visibility: "odd" }).visibility).to.equal("private");
  });
});
