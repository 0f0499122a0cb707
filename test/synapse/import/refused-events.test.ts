import { expect } from "chai";
import { createHash } from "node:crypto";
import type { ClientEvent } from "../../../src/matrix/event.ts";
import { parseJson, type JsonObject } from "../../../src/matrix/json.ts";
import { ALICE, BOB, Conversation } from "../../support/conversation.ts";
import { originOf, type ImportedRoom } from "../../support/imported-room.ts";
import { imported } from "./importing.ts";

describe("events that a homeserver does not take as they are", () => {
  const talk = new Conversation();
  const ids: Record<string, string> = {};
  let room: ImportedRoom;

  before(async () => {
    ids["roomy"] = talk.say(ALICE, "a".repeat(20_000));
    ids["noLabel"] = talk.say(ALICE, "b".repeat(40_000));
    ids["barely"] = talk.say(ALICE, "c".repeat(61_000));
    ids["formatted"] = talk.say(ALICE, "d".repeat(9_000), {
      format: "org.matrix.custom.html",
      formatted_body: `<b>${"d".repeat(30_000)}</b>`,
    });
    ids["poll"] = talk.send(ALICE, "org.matrix.msc3381.poll.start", {
      "org.matrix.msc3381.poll.start": { question: { "org.matrix.msc1767.text": "e".repeat(40_000) }, answers: [] },
    });
    ids["tooLarge"] = talk.say(ALICE, "é😀".repeat(10_800), {
      "m.relates_to": { "m.in_reply_to": { event_id: ids["roomy"] } },
    });
    ids["largeCustom"] = talk.send(BOB, "org.example.large", { list: "x".repeat(65_000) });
    ids["float"] = talk.say(BOB, "one and a half", { number: parseJson("1.5"), one: parseJson("1.0") });
    ids["surrogate"] = talk.say(BOB, "half an emoji \ud83d");
    ids["noBody"] = talk.send(BOB, "m.room.message", { msgtype: "m.text" });
    ids["malformed"] = talk.say(BOB, "malformed relation", { "m.relates_to": { rel_type: 7, event_id: {} } });
    ids["after"] = talk.say(ALICE, "life goes on");
    room = await imported(talk);
  });

  const at = (name: string): ClientEvent => room.event(ids[name] ?? "");
  const source = (name: string): JsonObject => talk.event(ids[name] ?? "").content;

  async function file(name: string): Promise<string> {
    const origin = originOf(at(name));
    const bytes = await room.user.download(String(origin?.["content_uri"]));
    expect(createHash("sha256").update(bytes).digest("hex")).to.equal(origin?.["sha256"]);
    return bytes.toString();
  }

  it("name their author, whole, with the original in a file where it does not fit beside", async () => {
    expect(at("roomy").content).to.include.keys("formatted_body", "com.beeper.per_message_profile");
    expect(room.original(at("roomy"))).to.deep.equal(source("roomy"));
    for (const name of ["noLabel", "barely"]) {
      expect(at(name).content["body"]).to.equal(`\u200e\u2068Alice\u2069: ${String(source(name)["body"])}`);
      expect(JSON.parse(await file(name))).to.deep.equal(source(name));
      expect(room.codesOf(ids[name] ?? "")).to.deep.equal(["content_in_file"]);
    }
    expect(at("formatted").content["body"]).to.equal(source("formatted")["body"]);
    expect(at("formatted").content["formatted_body"]).to.match(/Alice.*: <\/strong><b>d{30000}<\/b>$/);
    expect(JSON.parse(await file("formatted"))).to.deep.equal(source("formatted"));
  });

  it("lose the label where they are no messages", () => {
    expect(JSON.stringify(at("poll").content["org.matrix.msc3381.poll.start"])).not.to.contain("Alice");
    expect(at("poll").content).to.include.keys("com.beeper.per_message_profile");
    expect(room.original(at("poll"))).to.deep.equal(source("poll"));
  });

  it("are cut at a character, last of all, with the original beside them in a file", async () => {
    const body = String(at("tooLarge").content["body"]);
    expect(body).to.match(/…$/);
    expect(body.isWellFormed()).to.equal(true);
    const label = "\u200e\u2068Alice\u2069: ";
    expect(body.startsWith(label)).to.equal(true);
    expect(String(source("tooLarge")["body"]).startsWith(body.slice(label.length, -1))).to.equal(true);
    expect(body.length).to.be.greaterThan(20_000);
    expect(JSON.parse(await file("tooLarge"))).to.deep.equal(source("tooLarge"));
    expect(at("tooLarge").content["m.relates_to"]).to.deep.equal({
      "m.in_reply_to": { event_id: at("roomy").event_id },
    });
    expect(room.codesOf(ids["tooLarge"] ?? "")).to.deep.equal(["content_in_file"]);
  });

  it("become a wrapper with a file where there is no text to cut", async () => {
    expect(at("largeCustom").type).to.equal("io.roomporter.event");
    expect(at("largeCustom").content["type"]).to.equal("org.example.large");
    expect(JSON.parse(await file("largeCustom"))).to.deep.equal(source("largeCustom"));
  });

  it("keep floats in a file, to the letter", async () => {
    expect(at("float").content["body"]).to.equal("one and a half");
    expect(await file("float"))
      .to.contain('"number":1.5')
      .and.to.contain('"one":1.0');
  });

  it("keep lone surrogates in a file", async () => {
    expect(at("surrogate").content["body"]).to.equal("half an emoji \ufffd");
    expect(await file("surrogate")).to.contain(String.raw`\ud83d`);
  });

  it("are kept in a wrapper where they are no messages at all", () => {
    expect(at("noBody").type).to.equal("io.roomporter.event");
    expect(at("noBody").content["content"]).to.deep.equal(source("noBody"));
    expect(room.codesOf(ids["noBody"] ?? "")).to.deep.equal(["kept_in_wrapper"]);
  });

  it("lose a malformed relation, but for the origin", () => {
    expect(at("malformed").content["body"]).to.equal("malformed relation");
    expect(room.original(at("malformed"))).to.deep.equal(source("malformed"));
  });

  it("do not stop the others", () => {
    expect(at("after").content["body"]).to.equal("life goes on");
  });
});
