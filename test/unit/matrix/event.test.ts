import { expect } from "chai";
import { findState, membershipIn, parseClientEvent, redactionTarget } from "../../../src/matrix/event.ts";
import type { JsonObject } from "../../../src/matrix/json.ts";
import { membership, stateEvent } from "../../support/room-events.ts";

describe("what a redaction takes back", () => {
  const target = (redaction: JsonObject): string | undefined => {
    const event = parseClientEvent({ event_id: "$r", type: "m.room.redaction", sender: "@a:b", ...redaction });
    return event && redactionTarget(event);
  };

  it("stands beside its content before room version 11, whatever its content says", () => {
    expect(target({ redacts: "$real", content: { redacts: "$said" } })).to.equal("$real");
    expect(target({ redacts: "$real", content: {} })).to.equal("$real");
  });

  it("stands in its content from room version 11 on", () => {
    expect(target({ content: { redacts: "$real" } })).to.equal("$real");
    expect(target({ content: { redacts: 7 } })).to.equal(undefined);
  });

  it("is kept once where a homeserver says it in both places", () => {
    const both = { redacts: "$real", content: { redacts: "$real" } };
    const event = parseClientEvent({ event_id: "$r", type: "m.room.redaction", sender: "@a:b", ...both });
    expect(event).not.to.have.property("redacts");
  });
});

describe("a room's state", () => {
  const topic = stateEvent("m.room.topic", "", { topic: "first" });
  const odd = stateEvent("m.room.topic", "odd", { topic: "odd" });
  const said = { event_id: "$said", type: "m.room.name", sender: "@ann:x", origin_server_ts: 0, content: {} };
  const state = [
    odd,
    membership("@bob:x", "invite"),
    stateEvent("org.example", "@ann:x", { membership: "join" }),
    said,
    topic,
  ];

  it("has one event of a type and a state key", () => {
    expect(findState(state, "m.room.topic")).to.equal(topic);
    expect(findState(state, "m.room.topic", "odd")).to.equal(odd);
    expect(findState(state, "m.room.topic", "other")).to.equal(undefined);
    expect(findState(state, "m.room.name"), "no state").to.equal(undefined);
  });

  it("says who is in the room, and of whom it says nothing", () => {
    expect(membershipIn(state, "@bob:x")).to.equal("invite");
    expect(membershipIn(state, "@ann:x")).to.equal(undefined);
    expect(membershipIn([stateEvent("m.room.member", "@ann:x", { membership: 7 })], "@ann:x")).to.equal(undefined);
  });
});
