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
    ids["barely"] = talk.say(ALICE, "c".repeat(64_200));
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

  it("first lose the label, then the profile, and keep their body whole", () => {
    expect(at("roomy").content).to.include.keys("formatted_body", "com.beeper.per_message_profile");
    expect(at("noLabel").content)
      .to.include.keys("com.beeper.per_message_profile")
      .and.not.include.keys("formatted_body");
    expect(at("barely").content).not.to.include.keys("formatted_body", "com.beeper.per_message_profile");
    for (const name of ["roomy", "noLabel", "barely"]) {
      expect(at(name).content["body"]).to.equal(source(name)["body"]);
      expect(room.original(at(name))).to.deep.equal(source(name));
    }
  });

  it("are cut at a character, last of all, with the original beside them in a file", async () => {
    const body = String(at("tooLarge").content["body"]);
    expect(body).to.match(/…$/);
    expect(body.isWellFormed()).to.equal(true);
    expect(String(source("tooLarge")["body"]).startsWith(body.slice(0, -1))).to.equal(true);
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
