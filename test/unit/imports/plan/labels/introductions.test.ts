import { expect } from "chai";
import type { JsonObject } from "../../../../../src/matrix/json.ts";
import { replayEvents, said, text } from "../../../../support/replayed-events.ts";

const PROFILE = "com.beeper.per_message_profile";
const BOB = { sender: "@bob:acme.test" };

describe("the profile of a message", () => {
  it("has the author's avatar where the bundle has it", async () => {
    const avatar = "mxc://acme.test/face";
    const member = (avatar_url: string) =>
      said("m.room.member", { membership: "join", displayname: "Ann", avatar_url }, { state_key: "@ann:acme.test" });
    const { sent } = await replayEvents([member(avatar), text("a"), member("mxc://acme.test/gone"), text("b")], {
      files: [avatar],
    });
    expect(sent[1]?.content[PROFILE]).to.include({ avatar_url: "mxc://here/file1" });
    expect(sent[1]?.content["_imported_sender"]).to.include({ avatar_url: "mxc://here/file1" });
    expect(sent[3]?.content[PROFILE]).not.to.have.property("avatar_url");
    expect(sent[3]?.content["_imported_sender"]).not.to.have.property("avatar_url");
  });
});

describe("who is introduced", () => {
  const long = (content: JsonObject | undefined): boolean =>
    String(content?.["formatted_body"]).includes("[Original: ");

  it("is each author at their first text", async () => {
    const names = { "@bob:acme.test": "Bob", "@bob:else.test": "Bob" };
    const members = ["@bob:acme.test", "@bob:else.test"].map((state_key) =>
      said("m.room.member", { membership: "join", displayname: "Bob" }, { state_key, sender: state_key }),
    );
    const notice = said("m.room.message", { msgtype: "m.notice", body: "n" }, { sender: "@cy:acme.test" });
    const emote = said("m.room.message", { msgtype: "m.emote", body: "e" }, { sender: "@dan:acme.test" });
    const dan = { sender: "@dan:acme.test" };
    const bundled = [text("1"), text("2"), text("3", {}, BOB), text("4", {}, BOB), notice, emote, text("5", {}, dan)];
    const { sent } = await replayEvents([...members, ...bundled], { names });
    expect(sent.slice(2).map(({ content }) => long(content))).to.deep.equal([
      true,
      false,
      true,
      false,
      true,
      false,
      true,
    ]);
  });

  it("is everybody always, or nobody, as the configuration says", async () => {
    for (const [style, expected] of [
      ["full", [true, true]],
      ["short", [false, false]],
    ] as const) {
      const { sent } = await replayEvents([text("1"), text("2")], { style });
      expect(sent.map(({ content }) => long(content))).to.deep.equal(expected);
    }
  });

  it("is not whose first message is redacted: the next one introduces them", async () => {
    const because = said("m.room.redaction", {}, { redacts: "$gone" });
    const gone = text(
      "",
      {},
      { event_id: "$gone", content: {}, unsigned: { redacted_because: because as unknown as JsonObject } },
    );
    const { sent } = await replayEvents([gone, because, text("1")]);
    expect(long(sent.find(({ content }) => content["body"] === "1")?.content)).to.equal(true);
  });
});
