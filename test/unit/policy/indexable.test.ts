import { expect } from "chai";
import type { ClientEvent } from "../../../src/matrix/event.ts";
import type { JsonObject } from "../../../src/matrix/json.ts";
import { asksNotToBeIndexed, indexPointer, isIndexableType } from "../../../src/policy/indexable.ts";

const SERVICE = "@porter:x";
const event = (content: JsonObject, more: Partial<ClientEvent> = {}): ClientEvent => ({
  ...{ event_id: "$e:x", type: "m.room.message", sender: "@ann:x", origin_server_ts: 0, content },
  ...more,
});
const point = (content: JsonObject, more?: Partial<ClientEvent>) => indexPointer(event(content, more), SERVICE);
const itself = { event_id: "$e:x", subject: "$e:x" };
const edit = (target: string, more: JsonObject = {}): JsonObject => ({
  ...{ body: "* new", "m.new_content": { body: "new" }, "m.relates_to": { rel_type: "m.replace", event_id: target } },
  ...more,
});
const ORIGIN = { "io.roomporter.origin": { event_id: "$old:y" } };

describe("what an indexer may have to hear of", () => {
  it("is what people write: messages, names and topics", () => {
    for (const type of ["m.room.message", "m.sticker", "m.reaction", "org.example.custom"])
      expect(isIndexableType(type, undefined), type).to.equal(true);
    for (const type of ["m.room.name", "m.room.topic"]) {
      expect(isIndexableType(type, ""), type).to.equal(true);
      expect(isIndexableType(type, "x"), type).to.equal(false);
    }
  });

  it("is no other state, nothing encrypted, and nothing that clients say to each other", () => {
    for (const type of ["m.room.member", "m.room.avatar", "org.example.custom"])
      expect(isIndexableType(type, ""), type).to.equal(false);
    for (const type of [
      "m.room.encrypted",
      "m.room.redaction",
      "m.call.invite",
      "org.matrix.call.x",
      "m.key.verification.start",
    ])
      expect(isIndexableType(type, undefined), type).to.equal(false);
  });

  it("is an event of somebody, unless it asks to be left alone or is redacted", () => {
    expect(point({ body: "hello" })).to.deep.equal(itself);
    expect(point({ body: "hello", do_not_index: true })).to.equal(undefined);
    expect(point({ body: "hello", do_not_index: "true" })).to.deep.equal(itself);
    const because = event({}, { event_id: "$r:x", type: "m.room.redaction" });
    expect(point({}, { unsigned: { redacted_because: { ...because } } })).to.equal(undefined);
    expect(point({}, { type: "m.room.encrypted" })).to.equal(undefined);
    expect([
      asksNotToBeIndexed({ do_not_index: true }),
      asksNotToBeIndexed({}),
      asksNotToBeIndexed(undefined),
    ]).to.deep.equal([...[true, false, false]]);
  });

  it("is of what the service says only what it has imported, by the room's policy", () => {
    expect(point({ body: "hello" }, { sender: SERVICE })).to.equal(undefined);
    expect(point({ body: "hello", do_not_index: true, ...ORIGIN }, { sender: SERVICE })).to.deep.equal(itself);
    expect(point({ body: "hello", "io.roomporter.origin": "x" }, { sender: SERVICE })).to.equal(undefined);
  });

  it("leads an edit or a redaction to what it is about, also one that asks to be left alone", () => {
    expect(point(edit("$first:x"))).to.deep.equal({ event_id: "$e:x", subject: "$first:x" });
    expect(point(edit("$first:x", { do_not_index: true }))).to.deep.equal({ event_id: "$e:x", subject: "$first:x" });
    const redaction = { type: "m.room.redaction" };
    expect(point({ redacts: "$first:x" }, redaction)).to.deep.equal({ event_id: "$e:x", subject: "$first:x" });
    expect(point({}, { ...redaction, redacts: "$first:x" })).to.deep.equal({ event_id: "$e:x", subject: "$first:x" });
    expect(point({}, redaction)).to.equal(undefined);
    expect(point(edit("$first:x"), { type: "m.room.topic", state_key: "" }), "state has no edits").to.deep.equal(
      itself,
    );
  });

  it("has an id that is one", () => {
    for (const event_id of ["", "e", "$", "$e x", "$e\n", `$${"e".repeat(255)}`, "x$e:x", "$e:x y"])
      expect(point({ body: "hello" }, { event_id }), event_id).to.equal(undefined);
    for (const event_id of ["$e", "$abc-_DEF/+=.~", "$e:x.org:8448", "$e:[::1]", `$${"e".repeat(254)}`])
      expect(point({ body: "hello" }, { event_id })?.subject, event_id).to.equal(event_id);
    expect(point({ redacts: "no id" }, { type: "m.room.redaction" })).to.equal(undefined);
    expect(point({ redacts: "$ok:x" }, { type: "m.room.redaction", event_id: "no id" })).to.equal(undefined);
  });
});
