import { expect } from "chai";
import { plainForm } from "../../../../src/bundle/decrypted/plain-form.ts";
import { sealed } from "../../../support/sealed-events.ts";
import { ALICE, message } from "../sample.ts";

const SOURCE = { server_name: "acme.test", room_id: "!tea:acme.test" };

describe("the plain form of a decrypted event", () => {
  it("has the relation beside the ciphertext, whatever stands inside", () => {
    const inside = { rel_type: "m.replace", event_id: "$other" };
    const beside = { rel_type: "m.thread", event_id: "$root" };
    const content = { msgtype: "m.text", body: "x", "m.relates_to": inside };
    const decrypted = { type: "m.room.message", content, session_id: "s" };
    for (const relation of [beside, undefined]) {
      const event = message(1, ALICE, sealed("s", 0, {}, relation), { type: "m.room.encrypted", decrypted });
      const plain = plainForm(event, SOURCE);
      expect(plain).not.to.have.property("decrypted");
      expect([plain.type, plain.content]).to.deep.equal([
        "m.room.message",
        { msgtype: "m.text", body: "x", ...(relation && { "m.relates_to": relation }) },
      ]);
    }
  });
});
