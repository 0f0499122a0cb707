import { expect } from "chai";
import type { JsonObject } from "../../../../src/matrix/json.ts";
import { plainForm } from "../../../../src/bundle/decrypted/plain-form.ts";
import { sealed } from "../../../support/sealed-events.ts";
import { ALICE, headOf, message, sampleRoom } from "../sample.ts";

const HEAD = { source: { server_name: "acme.test", room_id: "!tea:acme.test" }, room: headOf(sampleRoom()).room };

describe("the plain form of a decrypted event", () => {
  it("has the relation beside the ciphertext, whatever stands inside", () => {
    const inside = { rel_type: "m.replace", event_id: "$other" };
    const beside = { rel_type: "m.thread", event_id: "$root" };
    const content = { msgtype: "m.text", body: "x", "m.relates_to": inside };
    const decrypted = { type: "m.room.message", content, session_id: "s" };
    for (const relation of [beside, undefined]) {
      const event = message(1, ALICE, sealed("s", 0, {}, relation), { type: "m.room.encrypted", decrypted });
      const plain = plainForm(event, HEAD);
      expect(plain).not.to.have.property("decrypted");
      expect([plain.type, plain.content]).to.deep.equal([
        "m.room.message",
        { msgtype: "m.text", body: "x", ...(relation && { "m.relates_to": relation }) },
      ]);
    }
  });

  it("has its author where an import has encrypted it, and nobody else is believed", () => {
    const origin = { event_id: "$old", room_id: "!old:far.test", restore: { set: {}, drop: [] } };
    const block = { user_id: "@zoe:far.test", display_name: "Zoe" };
    const told = { msgtype: "m.text", body: "x", _imported_sender: block, "io.roomporter.origin": origin };
    const author = (content: JsonObject, importer: string | undefined): unknown => {
      const decrypted = { type: "m.room.message", content, session_id: "s" };
      const event = message(1, ALICE, sealed("s", 0, {}), { type: "m.room.encrypted", decrypted });
      const head = { ...HEAD, room: { ...HEAD.room, ...(importer !== undefined && { imported_by: importer }) } };
      return plainForm(event, head)._imported_sender;
    };
    expect(author(told, ALICE)).to.deep.equal({ user_id: "@zoe:far.test", display_name: "Zoe", avatar: null });
    for (const [content, importer] of [
      [told, undefined],
      [told, "@service:acme.test"],
      [{ ...told, "io.roomporter.origin": { ...origin, restore: { set: {}, drop: ["/nowhere"] } } }, ALICE],
      [{ ...told, "io.roomporter.origin": {} }, ALICE],
      [{ msgtype: "m.text", body: "x", _imported_sender: block }, ALICE],
    ] satisfies [JsonObject, string | undefined][])
      expect(author(content, importer)).to.equal(undefined);
  });
});
