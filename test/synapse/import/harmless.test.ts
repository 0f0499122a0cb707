import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { verifyBundle } from "../../../src/bundle/verify/verify.ts";
import { diffBundles } from "../../../src/bundle/diff/diff.ts";
import type { ClientEvent } from "../../../src/matrix/event.ts";
import { objectMember, type JsonObject } from "../../../src/matrix/json.ts";
import { Api } from "../http/api.ts";
import { ALICE, BOB, Conversation, EVE } from "../../support/conversation.ts";
import { originOf, type ImportedRoom } from "../../support/imported-room.ts";
import { sharedService } from "../../support/shared-service.ts";
import { sharedSynapse } from "../../support/shared-synapse.ts";
import { temporaryDirectory } from "../../unit/bundle/sample.ts";
import { imported } from "./importing.ts";

const HTML = "org.matrix.custom.html";
const HOSTILE_HTML = `<p onclick="x()">hi</p><script>alert(1)</script><a href="javascript:x">k</a><img src="https://t.example/1.gif">`;

describe("what is inside a bundle cannot bite", () => {
  const talk = new Conversation();
  const ids: Record<string, string> = {};
  let room: ImportedRoom;

  before(async () => {
    const page = talk.file(Buffer.from("<html><script>alert(1)</script></html>"), "image/png", "page.png");
    const cat = talk.file(Buffer.from("GIF89a\x01\x00\x01\x00\x00\x00\x00;", "latin1"), "image/png", "cat.png");
    const html = (formatted_body: string): JsonObject => ({ format: HTML, formatted_body });
    const relation = (rel_type: string, event_id: string): JsonObject => ({ "m.relates_to": { rel_type, event_id } });
    ids["html"] = talk.say(EVE, "hi", html(HOSTILE_HTML));
    ids["fine"] = talk.say(EVE, "hi", html("<p>hi <b>all"));
    ids["images"] = talk.say(EVE, "hi", html(`<video src="${page}"></video><img src="${cat}">`));
    ids["edit"] = talk.say(EVE, "* hi", {
      ...html(HOSTILE_HTML),
      "m.new_content": { msgtype: "m.text", body: "hi", "m.mentions": { room: true }, ...html(HOSTILE_HTML) },
      ...relation("m.replace", ids["fine"]),
    });
    ids["emote"] = talk.say(EVE, "waves", { msgtype: "m.emote", ...html("<script>1</script>waves") });
    ids["topic"] = talk.state(ALICE, "m.room.topic", {
      topic: "t",
      "m.topic": { "m.text": [{ mimetype: "text/html", body: "<script>1</script><b>t</b>" }, { body: "t" }] },
    });
    const mentions = { user_ids: [ALICE, BOB], room: true };
    ids["mention"] = talk.say(EVE, "@room Alice", { "m.mentions": mentions });
    ids["sticker"] = talk.send(EVE, "m.sticker", { body: "@room", url: cat, info: {}, "m.mentions": mentions });
    ids["custom"] = talk.send(EVE, "org.example.x", { body: "@room", "m.mentions": mentions, ...html(HOSTILE_HTML) });
    ids["ring"] = talk.send(EVE, "org.matrix.msc4075.rtc.notification", { "m.mentions": mentions, lifetime: 1e6 });
    ids["forgedEdit"] = talk.say(BOB, "* I owe you", {
      "m.new_content": { msgtype: "m.text", body: "I owe you" },
      ...relation("m.replace", ids["html"]),
    });
    ids["forgedRedaction"] = talk.send(BOB, "m.room.redaction", { redacts: ids["html"], reason: "gone" });
    ids["blindRedaction"] = talk.send(BOB, "m.room.redaction", { redacts: "$of-another-room" });
    for (const type of ["m.room.power_levels", "io.roomporter.policy", "io.roomporter.imported", "m.room.join_rules"])
      ids[type] = talk.state(EVE, type, { users: { [EVE]: 100 }, join_rule: "public", room_type: "group" });
    ids["invite"] = talk.state(EVE, "m.room.member", { membership: "invite" }, "@victim:localhost");
    ids["command"] = talk.say(EVE, "!export");
    ids["odd"] = talk.send(EVE, "..", { body: "a type that leads elsewhere" });
    ids["long"] = talk.send(EVE, `org.example.${"x".repeat(20_000)}`, { a: 1 });
    room = await imported(talk);
  });

  const at = (name: string): ClientEvent => room.event(ids[name] ?? "");
  const bodyOf = (content: JsonObject | undefined): string => String(content?.["formatted_body"]);
  const LABEL = "<strong data-mx-profile-fallback>";

  it("formatted bodies hold what the specification allows, and the original is given back", () => {
    for (const html of [bodyOf(at("html").content), bodyOf(objectMember(at("edit").content, "m.new_content"))])
      expect(html).to.match(/^<(?:p><)?strong data-mx-profile-fallback>.*hi<\/p><a>k<\/a><img \/>$/);
    expect(bodyOf(at("fine").content)).to.match(/^<p><strong data-mx-profile-fallback>.*<\/strong>hi <b>all$/);
    expect(bodyOf(at("emote").content)).to.equal("<em>\u200e* \u2068Eve\u2069 waves</em>");
    expect(bodyOf(at("custom").content)).not.to.contain("script");
    expect(JSON.stringify(at("topic").content["m.topic"])).not.to.contain("script");
    for (const name of ["html", "fine", "images", "edit", "emote", "topic", "mention", "sticker", "custom"])
      expect(room.original(at(name)), name).to.deep.equal(talk.event(ids[name] ?? "").content);
    expect(bodyOf(at("html").content)).to.contain(LABEL);
  });

  it("files of what had to go are carried all the same", () => {
    const { media } = originOf(at("images")) as { media: Record<string, string> };
    expect(Object.keys(media)).to.have.length(2);
    expect(bodyOf(at("images").content)).to.match(/<img src="mxc:[^"]+" \/>$/);
  });

  it("what only calls itself a picture is uploaded without a type, and a picture with its own", async () => {
    const { media } = originOf(at("images")) as { media: Record<string, string> };
    const types = await Promise.all(
      Object.values(media).map(async (uri) => {
        const url = `${(await sharedSynapse()).url}/_matrix/client/v1/media/download/${uri.slice("mxc://".length)}`;
        const answer = await fetch(url, { headers: { authorization: `Bearer ${room.user.token}` } });
        return [answer.headers.get("content-type"), answer.headers.get("content-disposition")?.split(";")[0]];
      }),
    );
    expect(types).to.have.deep.members([
      ["application/octet-stream", "attachment"],
      ["image/gif", "inline"],
    ]);
  });

  it("mentions nobody, in whatever type", () => {
    for (const name of ["mention", "sticker", "custom", "edit", "html"])
      expect(at(name).content["m.mentions"], name).to.deep.equal({});
    expect(objectMember(at("edit").content, "m.new_content")?.["m.mentions"]).to.deep.equal({});
    expect(at("ring").type).to.equal("io.roomporter.event");
  });

  it("nobody else's edit or redaction acts", () => {
    expect(at("forgedEdit").content).not.to.have.property("m.relates_to");
    for (const name of ["forgedRedaction", "blindRedaction"]) expect(at(name).type).to.equal("io.roomporter.event");
    expect(at("html").content["body"]).to.equal("hi");
  });

  it("no state grants anything, and nobody is invited", async () => {
    const state = await room.user.state(room.roomId);
    const levels = state.find(({ type }) => type === "m.room.power_levels");
    expect(JSON.stringify(levels?.content)).not.to.contain(EVE);
    expect(state.find(({ type }) => type === "m.room.join_rules")?.content["join_rule"]).to.equal("invite");
    expect(state.filter(({ type }) => type === "m.room.member").map(({ state_key }) => state_key)).to.have.length(2);
    for (const type of ["io.roomporter.policy", "io.roomporter.imported"])
      expect(state.find((event) => event.type === type)?.content, type).not.to.have.property("users");
    for (const name of ["m.room.power_levels", "io.roomporter.policy", "io.roomporter.imported", "m.room.join_rules"])
      expect(at(name).type, name).to.equal("io.roomporter.event");
  });

  it("no command is taken for one, and no type leads elsewhere", () => {
    expect(at("command").content["body"]).to.equal("!export");
    for (const name of ["odd", "long"]) expect(at(name).type).to.equal("io.roomporter.event");
    const messages = room.timeline.filter((event) => event.type === "m.room.message" && !originOf(event));
    expect(messages).to.deep.equal([]);
  });

  it("and its next export is equivalent to it", async () => {
    const folder = await temporaryDirectory();
    const bundle = await talk.write();
    try {
      const { zip } = await new Api(await sharedService(), room.user.token).exported(room.roomId);
      const again = join(folder.path, "again.zip");
      await writeFile(again, zip);
      expect((await verifyBundle(again)).faults).to.deep.equal([]);
      expect((await diffBundles(bundle.file, again)).differences).to.deep.equal([]);
    } finally {
      await bundle.remove();
      await folder.remove();
    }
  });
});
