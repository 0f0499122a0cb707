import { expect } from "chai";
import type { ClientEvent } from "../../../src/matrix/event.ts";
import { objectMember, type JsonObject } from "../../../src/matrix/json.ts";
import { ALICE, BOB, Conversation, EVE } from "../../support/conversation.ts";
import type { ImportedRoom } from "../../support/imported-room.ts";
import { imported } from "./importing.ts";

const P = "org.matrix.msc3381.poll.";
const TEXT = "org.matrix.msc1767.text";
const HTML = "org.matrix.custom.html";
const OTHER_ALICE = "@alice2:acme.org";

describe("what a stock client shows of an imported conversation", () => {
  const talk = new Conversation({ [ALICE]: "Alice", [OTHER_ALICE]: "Alice", [BOB]: "Bob", [EVE]: "ليلى" });
  const ids: Record<string, string> = {};
  let room: ImportedRoom;

  before(async () => {
    const sound = talk.file(Buffer.from("sound"), "audio/ogg", "song.ogg");
    ids["text"] = talk.say(ALICE, "hello");
    ids["namesake"] = talk.say(OTHER_ALICE, "me too");
    ids["again"] = talk.say(OTHER_ALICE, "if x:\n\treturn  1");
    ids["sticker"] = talk.send(OTHER_ALICE, "m.sticker", { body: "party", url: sound, info: {} });
    ids["caption"] = talk.send(OTHER_ALICE, "m.room.message", {
      ...{ msgtype: "m.file", url: sound, body: "listen", filename: "song.ogg" },
    });
    ids["audio"] = talk.send(BOB, "m.room.message", { msgtype: "m.audio", url: sound, body: "song.ogg" });
    for (const who of [ALICE, OTHER_ALICE]) ids[`like of ${who}`] = talk.react(who, ids["text"], "👍");
    ids["place"] = talk.say(BOB, "by the tree", { msgtype: "m.location", geo_uri: "geo:1,2" });
    ids["odd"] = talk.say(BOB, "odd", { msgtype: "org.example.odd" });
    ids["arabic"] = talk.say(EVE, "hello");
    ids["hebrew"] = talk.say(BOB, "שלום");
    const link = `https://matrix.to/#/${talk.roomId}/${ids["text"]}?via=acme.org`;
    ids["link"] = talk.say(BOB, `see ${link}`, { format: HTML, formatted_body: `see <a href="${link}">this</a>` });
    ids["bare link"] = talk.say(BOB, `see matrix:roomid/${talk.roomId.slice(1)}/e/${ids["text"].slice(1)}`);
    ids["elsewhere"] = talk.say(BOB, "see https://matrix.to/#/!other:acme.org/$unknown");
    for (const kind of ["undisclosed", "disclosed"]) {
      const answers = [{ id: "y", [TEXT]: "Yes" }];
      const block = { kind: P + kind, question: { [TEXT]: "Tea?" }, answers };
      ids[kind] = talk.send(BOB, `${P}start`, { [`${P}start`]: block, [TEXT]: "Tea?" });
      const relation = { "m.relates_to": { rel_type: "m.reference", event_id: ids[kind] } };
      talk.send(ALICE, `${P}response`, { [`${P}response`]: { answers: ["y"] }, ...relation });
    }
    room = await imported(talk);
  });

  const at = (name: string): ClientEvent => room.event(ids[name] ?? name);
  const shown = (name: string): string => {
    const { formatted_body, body } = at(name).content;
    return String(formatted_body ?? body).replaceAll(/<[^>]*>|[\u200e\u200f\u2068\u2069]/g, "");
  };
  const linkTo = (name: string): string => `https://matrix.to/#/${room.roomId}/${at(name).event_id}`;

  it("tells people of one name apart, in texts, captions, stickers and reactions", () => {
    expect(shown("text")).to.equal("[Original: Alice (alice) from acme.org]: hello");
    expect(shown("namesake")).to.equal("[Original: Alice (alice2) from acme.org]: me too");
    expect(shown("again")).to.match(/^Alice \(alice2\): if x/);
    expect(shown("sticker")).to.equal("Alice (alice2): party");
    expect(shown("caption")).to.equal("↑ Alice (alice2): listen");
    const keys = [ALICE, OTHER_ALICE].map((who) => objectMember(at(`like of ${who}`).content, "m.relates_to")?.["key"]);
    expect(keys).to.deep.equal(["👍", "👍 Alice (alice2)"]);
  });

  it("names the author of every kind of message", () => {
    expect(shown("place")).to.equal("Bob: by the tree");
    expect(shown("odd")).to.equal("Bob: odd");
    expect(shown("audio")).to.equal("song.ogg · ↑ Bob");
    expect(at("audio").content["filename"]).to.equal("song.ogg");
  });

  it("keeps tabs and runs of spaces of plain text", () => {
    expect(at("again").content["formatted_body"]).to.match(/<br>\u00a0{8}return\u00a0{2}1$/);
    expect(at("again").content["body"]).to.equal("if x:\n\treturn  1");
  });

  it("takes the direction of the message", () => {
    expect(at("arabic").content["formatted_body"]).to.match(/^<strong [^>]*>\u200e.*\u2068ليلى\u2069/);
    expect(at("hebrew").content["formatted_body"]).to.match(/^<strong [^>]*>\u200f/);
  });

  it("leads from links to the events of the new room", () => {
    expect(at("link").content["formatted_body"]).to.contain(`see <a href="${linkTo("text")}">this</a>`);
    const bare = `matrix:roomid/${room.roomId.slice(1)}/e/${at("text").event_id.slice(1)}`;
    expect(at("bare link").content["formatted_body"]).to.contain(`see ${bare}`);
    expect(shown("elsewhere")).to.equal("Bob: see https://matrix.to/#/!other:acme.org/$unknown");
    expect(at("link").content["body"]).to.equal(talk.event(ids["link"] ?? "").content["body"]);
  });

  it("counts the votes of an open poll only where everybody may see them", () => {
    const answers = (name: string): unknown =>
      (at(name).content[`${P}start`] as { answers: JsonObject[] }).answers.map((answer) => answer[TEXT]);
    expect(answers("disclosed")).to.deep.equal(["Yes (1 vote)"]);
    expect(answers("undisclosed")).to.deep.equal(["Yes"]);
  });

  it("gives every original content back", () => {
    for (const source of talk.events)
      if (at(source.event_id).type !== "io.roomporter.event")
        expect(room.original(at(source.event_id))).to.deep.equal(source.content);
  });
});
