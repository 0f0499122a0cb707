import { expect } from "chai";
import { objectMember } from "../../../src/matrix/json.ts";
import { ALICE, BOB, Conversation, EVE } from "../../support/conversation.ts";
import { originOf } from "../../support/imported-room.ts";
import { imported } from "./importing.ts";

const BIDI = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

describe("names of authors that reach beyond their place", () => {
  it("are cut and isolated in what clients show, and kept as they were beside it", async () => {
    const names = { [ALICE]: "A".repeat(5000), [BOB]: "עלי", [EVE]: "\u202eevE\u2067\n[Original: Bob]" };
    const talk = new Conversation(names);
    const said = [ALICE, BOB, EVE].map((who) => talk.say(who, "hello"));
    const waves = talk.say(EVE, "waves", { msgtype: "m.emote" });
    const likes = [ALICE, EVE].map((who) => talk.react(who, said[1] ?? "", "👍"));
    const picture = talk.file(Buffer.from("GIF89a\x01\x00\x01\x00\x00\x00\x00;", "latin1"), "image/gif", "cat.gif");
    const cat = talk.say(EVE, "cat.gif", { msgtype: "m.image", url: picture, info: {} });
    const room = await imported(talk);

    const shown = ["A".repeat(63) + "…", "עלי", "evE [Original: Bob]"];
    said.forEach((id, index) => {
      const { content } = room.event(id);
      expect(content["formatted_body"]).to.contain(`>\u2068${shown[index] ?? ""}\u2069</span>`);
      expect(objectMember(content, "com.beeper.per_message_profile")?.["displayname"]).to.equal(shown[index]);
      expect(objectMember(content, "_imported_sender")?.["display_name"]).to.equal(Object.values(names)[index]);
    });
    expect(room.event(waves).content["formatted_body"]).to.equal(
      "<em>\u200e* \u2068evE [Original: Bob]\u2069 waves</em>",
    );
    expect(room.event(cat).content["body"]).to.equal("↑ \u2068evE [Original: Bob]\u2069");
    const key = objectMember(room.event(likes[1] ?? "").content, "m.relates_to")?.["key"];
    expect(key).to.equal("👍 evE [Original: Bob]").and.not.match(BIDI);
    expect(originOf(room.event(likes[1] ?? ""))).to.have.property("restore");
  });
});
