import { expect } from "chai";
import type { ClientEvent } from "../../../src/matrix/event.ts";
import type { JsonObject } from "../../../src/matrix/json.ts";
import { ALICE, BOB, Conversation, EVE } from "../../support/conversation.ts";
import { originOf, type ImportedRoom } from "../../support/imported-room.ts";
import { imported } from "./importing.ts";

const HTML = "org.matrix.custom.html";

describe("replaying a conversation", () => {
  const talk = new Conversation();
  const ids: Record<string, string> = {};
  let room: ImportedRoom;

  before(async () => {
    const picture = talk.file(Buffer.from("alice"), "image/png", "alice.png");
    talk.state(ALICE, "m.room.member", { membership: "join", displayname: "Alice", avatar_url: picture }, ALICE);
    ids["text"] = talk.say(ALICE, "one\r\ntwo \u2028 a\u0000b <b>&amp;</b>  ");
    ids["mention"] = talk.say(BOB, "hey Alice", {
      "m.mentions": { user_ids: [ALICE] },
      format: HTML,
      formatted_body: "<p>hey <em>Alice</em></p>",
    });
    ids["zero"] = talk.say(EVE, "at zero", {}, { origin_server_ts: 0 });
    ids["future"] = talk.say(EVE, "from the future", {}, { origin_server_ts: 4102444800000 });
    ids["negative"] = talk.say(EVE, "before time", {}, { origin_server_ts: -5 });
    talk.state(BOB, "m.room.member", { membership: "join", displayname: "Robert" }, BOB);
    ids["renamed"] = talk.say(BOB, "new name");
    ids["emote"] = talk.say(BOB, "waves", { msgtype: "m.emote" });
    const image = talk.file(Buffer.from("pixels"), "image/png", "holiday.png");
    const thumbnail = talk.file(Buffer.from("few pixels"), "image/png", "thumb.png");
    ids["image"] = talk.send(ALICE, "m.room.message", {
      msgtype: "m.image",
      body: "holiday.png",
      url: image,
      info: { thumbnail_url: thumbnail, w: 1 },
    });
    ids["caption"] = talk.send(ALICE, "m.room.message", {
      msgtype: "m.image",
      body: "at the sea",
      filename: "holiday.png",
      file: { url: image, key: "k" },
    });
    ids["inline"] = talk.say(EVE, ":smile:", { format: HTML, formatted_body: `<img src="${image}" alt="x">` });
    ids["sticker"] = talk.send(EVE, "m.sticker", { body: "a sticker", url: image, info: {} });
    ids["command"] = talk.say(EVE, "!export");
    ids["custom"] = talk.send(EVE, "org.example.custom", { __proto__: null, a: [1, null, { b: [] }], "": "x" });
    ids["forged"] = talk.say(EVE, "I am Alice", {
      _imported_sender: { user_id: ALICE },
      do_not_index: false,
      "io.roomporter.origin": { event_id: ids["text"], room_id: "!x:y" },
    });
    ids["member"] = talk.state(EVE, "m.room.member", { membership: "leave", reason: "bored" }, EVE);
    ids["levels"] = talk.state(ALICE, "m.room.power_levels", { users: { [EVE]: 100 } });
    ids["encryption"] = talk.state(ALICE, "m.room.encryption", { algorithm: "m.megolm.v1.aes-sha2" });
    ids["tombstone"] = talk.state(ALICE, "m.room.tombstone", { body: "gone", replacement_room: "!b:c" });
    ids["bridge"] = talk.state(ALICE, "org.example.state", { url: image }, "key");
    ids["encrypted"] = talk.send(BOB, "m.room.encrypted", { ciphertext: "x", algorithm: "m.megolm.v1.aes-sha2" });
    ids["call"] = talk.send(BOB, "m.call.invite", { call_id: "c" });
    ids["verification"] = talk.say(BOB, "verify me", { msgtype: "m.key.verification.request", to: ALICE });
    ids["pinned"] = talk.state(ALICE, "m.room.pinned_events", { pinned: [ids["text"], "$unknown"] });
    room = await imported(talk);
  });

  const at = (name: string): ClientEvent => room.event(ids[name] ?? name);

  it("keeps the order", () => {
    const order = room.timeline.map((event) => originOf(event)?.["event_id"]).filter((id) => id !== undefined);
    expect(order).to.deep.equal(talk.events.map((event) => event.event_id));
  });

  it("keeps every time to the millisecond, but for impossible ones", () => {
    for (const source of talk.events) {
      const event = room.event(source.event_id);
      expect(event.origin_server_ts).to.equal(Math.max(0, source.origin_server_ts));
    }
    expect(originOf(at("negative"))).to.include({ origin_server_ts: -5 });
    expect(originOf(at("future"))).not.to.have.property("origin_server_ts");
  });

  it("has one sender for all and the author of that moment in each", () => {
    expect(new Set(room.timeline.filter((event) => originOf(event)).map((event) => event.sender)).size).to.equal(1);
    expect(at("text").content["_imported_sender"]).to.deep.include({ user_id: ALICE, display_name: "Alice" });
    expect(at("mention").content["_imported_sender"]).to.deep.equal({ user_id: BOB, display_name: "Bob" });
    expect(at("renamed").content["_imported_sender"]).to.deep.equal({ user_id: BOB, display_name: "Robert" });
  });

  it("uploads avatars again", async () => {
    const { avatar_url } = at("text").content["_imported_sender"] as JsonObject;
    expect((await room.user.download(String(avatar_url))).toString()).to.equal("alice");
  });

  it("keeps bodies byte for byte, and marks every event as not to be indexed", () => {
    for (const name of ["text", "mention", "renamed", "emote", "inline", "command"])
      expect(at(name).content["body"]).to.equal(talk.event(ids[name] ?? "").content["body"]);
    for (const source of talk.events) expect(room.event(source.event_id).content["do_not_index"]).to.equal(true);
  });

  it("gives every original content back", () => {
    for (const source of talk.events) {
      const event = room.event(source.event_id);
      if (event.type !== "io.roomporter.event")
        expect(room.original(event), source.event_id).to.deep.equal(source.content);
    }
  });

  it("mentions nobody", () => {
    expect(at("mention").content["m.mentions"]).to.deep.equal({});
    expect(at("text").content["m.mentions"]).to.deep.equal({});
  });

  it("shows the author: long at the first message, short then, inside a leading paragraph", () => {
    expect(at("text").content["formatted_body"]).to.match(
      /^<strong data-mx-profile-fallback>\u200e\[Original: .*Alice.*acme\.org/,
    );
    expect(at("mention").content["formatted_body"]).to.match(
      /^<p><strong data-mx-profile-fallback>.*<\/strong>hey <em>/,
    );
    expect(at("renamed").content["formatted_body"]).to.match(
      /^<strong [^>]*>\u200e<span [^>]*>\u2068Robert\u2069<\/span>: <\/strong>new name$/,
    );
    expect(at("text").content["com.beeper.per_message_profile"]).to.include({ id: ALICE, displayname: "Alice" });
  });

  it("shows emotes and files with their author", () => {
    expect(at("emote").content).to.include({
      msgtype: "m.text",
      formatted_body: "<em>\u200e* \u2068Robert\u2069 waves</em>",
    });
    expect(at("image").content).to.include({ body: "↑ \u2068Alice\u2069", filename: "holiday.png" });
    expect(at("caption").content).to.include({
      body: "\u200e↑ \u2068Alice\u2069: at the sea",
      filename: "holiday.png",
    });
  });

  it("uploads files again, wherever they are named", async () => {
    const { content } = at("image");
    expect((await room.user.download(String(content["url"]))).toString()).to.equal("pixels");
    const info = content["info"] as JsonObject;
    expect((await room.user.download(String(info["thumbnail_url"]))).toString()).to.equal("few pixels");
    expect((at("caption").content["file"] as JsonObject)["url"]).to.equal(content["url"]);
    expect(at("inline").content["formatted_body"]).to.contain(`<img src="${String(content["url"])}" alt="x">`);
    expect(at("sticker").content["url"]).to.equal(content["url"]);
  });

  it("does not believe what a member claims to be", () => {
    expect(at("forged").content["_imported_sender"]).to.deep.include({ user_id: EVE });
    expect(originOf(at("forged"))).to.deep.include({ event_id: ids["forged"], room_id: talk.roomId });
  });

  it("keeps what must not act again in wrappers, unchanged", async () => {
    for (const name of ["member", "levels", "encryption", "tombstone", "bridge", "encrypted", "call", "verification"]) {
      const source = talk.event(ids[name] ?? "");
      const { type, content, state_key } = at(name);
      expect(type, name).to.equal("io.roomporter.event");
      expect(state_key, name).to.equal(undefined);
      expect(content["content"], name).to.deep.equal(source.content);
      expect(content["type"], name).to.equal(source.type);
      expect(content["state_key"], name).to.equal(source.state_key);
    }
    const { url } = talk.event(ids["bridge"] ?? "").content;
    const media = at("bridge").content["media"] as JsonObject;
    expect((await room.user.download(String(media[String(url)]))).toString()).to.equal("pixels");
    expect(room.timeline.map((event) => event.type)).not.to.include("m.room.tombstone");
  });

  it("points pinned events at the new ones", async () => {
    expect(await room.user.stateContent(room.roomId, "m.room.pinned_events")).to.deep.include({
      pinned: [at("text").event_id],
    });
  });

  it("takes an imported command for none", async () => {
    const { timeline } = room;
    expect(timeline.filter((event) => event.type === "m.room.message" && !originOf(event))).to.deep.equal([]);
  });
});
