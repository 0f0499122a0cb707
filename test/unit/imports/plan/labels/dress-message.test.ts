import { expect } from "chai";
import { dressMessage, dressWords } from "../../../../../src/imports/plan/labels/dress-message.ts";
import { dressPollEnd, dressPollStart } from "../../../../../src/imports/plan/labels/dress-poll.ts";
import type { Byline } from "../../../../../src/imports/plan/labels/label.ts";
import { PollTally } from "../../../../../src/bundle/poll-tally.ts";
import { redirectLinks } from "../../../../../src/matrix/message-link.ts";
import type { JsonObject } from "../../../../../src/matrix/json.ts";

const NEW = "!new:example.org";
const alice: Byline = {
  author: { user_id: "@alice:acme.org", display_name: "Alice", avatar: null },
  shown: { name: "Alice", apart: "alice2" },
  redirect: (text) =>
    redirectLinks(text, ({ eventId }) => (eventId === "$old" ? { roomId: NEW, eventId: "$fresh" } : undefined)),
};
const NAME = "\u2068Alice (alice2)\u2069";
const HTML = "org.matrix.custom.html";

function dressed(content: JsonObject, label: "short" | "none" = "short"): JsonObject {
  const copy = structuredClone(content);
  dressMessage(copy, alice, { label, profile: false });
  return copy;
}

describe("a message that shows its author", () => {
  it("keeps the body of a text, and the look of plain text", () => {
    const code = dressed({ msgtype: "m.text", body: "if x:\n\ty" });
    expect(code["body"]).to.equal("if x:\n\ty");
    expect(code["formatted_body"]).to.match(/: <\/strong>if x:<br>\u00a0{8}y$/);
    expect(code["formatted_body"]).to.contain(NAME);
  });

  it("names the author of a file, keeps its name, and shows HTML only of captions", () => {
    const picture = { msgtype: "m.image", body: "a.png", url: "mxc://a/b" };
    expect(dressed(picture)).to.include({ body: `↑ ${NAME}`, filename: "a.png" });
    expect(dressed({ ...picture, format: HTML, formatted_body: "<b>a.png</b>" })).not.to.include.keys("formatted_body");
    expect(dressed({ ...picture, filename: "a.png", body: "the sea" })).to.include({
      body: `\u200e↑ ${NAME}: the sea`,
      filename: "a.png",
    });
    const html = { ...picture, filename: "a.png", body: "the sea", format: HTML, formatted_body: "<b>the sea</b>" };
    expect(dressed(html)["formatted_body"]).to.match(/^\u200e↑ <strong.*Alice.*<\/strong><b>the sea<\/b>$/);
  });

  it("keeps the name of a sound, which clients show as its title", () => {
    const sound = { msgtype: "m.audio", body: "song.ogg", url: "mxc://a/b" };
    expect(dressed(sound)).to.include({ body: `song.ogg · ↑ ${NAME}`, filename: "song.ogg" });
    expect(dressed({ ...sound, filename: "song.ogg", body: "listen" })["body"]).to.equal(
      `\u200esong.ogg · ↑ ${NAME}: listen`,
    );
  });

  it("names the author of emotes, stickers, locations and kinds that nobody knows", () => {
    expect(dressed({ msgtype: "m.emote", body: "waves" })).to.include({
      body: "waves",
      msgtype: "m.text",
      formatted_body: `<em>\u200e* ${NAME} waves</em>`,
    });
    const place = { msgtype: "m.location", body: "here", "m.location": { uri: "geo:1,2", description: "the tree" } };
    expect(dressed(place)["body"]).to.equal(`\u200e${NAME}: here`);
    expect(dressed(place)["m.location"]).to.include({ description: `\u200e${NAME}: the tree` });
    expect(dressed({ msgtype: "org.example.odd", body: "odd" })["body"]).to.equal(`\u200e${NAME}: odd`);
    expect(dressed({ body: "no kind" })["body"]).to.equal(`\u200e${NAME}: no kind`);
    const sticker = { body: "party", url: "mxc://a/b" };
    dressWords(sticker, alice);
    expect(sticker.body).to.equal(`\u200e${NAME}: party`);
    for (const kind of ["m.location", "org.example.odd"])
      expect(dressed({ msgtype: kind, body: "x" }, "none")["body"]).to.equal("x");
  });

  it("names the author in what an edit puts there", () => {
    const content = { msgtype: "m.text", body: "* b", "m.new_content": { msgtype: "m.text", body: "b" } };
    expect((dressed(content)["m.new_content"] as JsonObject)["formatted_body"]).to.match(/Alice.*: <\/strong>b$/);
  });

  it("leads to the new events, where the text is shown", () => {
    const link = `https://matrix.to/#/${NEW}/$fresh`;
    const old = "https://matrix.to/#/!old:acme.org/$old?via=acme.org";
    expect(dressed({ msgtype: "m.text", body: `see ${old}.` })["formatted_body"]).to.contain(`see ${link}.`);
    const html = `<a href="${old}&amp;via=b">it</a> matrix:roomid/old:acme.org/e/old`;
    const shown = dressed({ msgtype: "m.text", body: "it", format: HTML, formatted_body: html })["formatted_body"];
    expect(shown).to.contain(`<a href="${link}">it</a> matrix:roomid/new:example.org/e/fresh`);
    const other = "https://matrix.to/#/!old:acme.org/$other?via=acme.org";
    expect(dressed({ msgtype: "m.text", body: other })["formatted_body"]).to.contain(other);
  });
});

const P = "org.matrix.msc3381.poll.";
const TEXT = "org.matrix.msc1767.text";

describe("a poll that shows its author", () => {
  const start = (kind?: string): JsonObject => ({
    [TEXT]: "Tea? 1. Yes",
    [`${P}start`]: {
      ...(kind !== undefined && { kind: `${P}${kind}` }),
      question: { [TEXT]: "Tea?" },
      answers: [{ id: "y", [TEXT]: "Yes" }],
    },
  });
  const answersOf = (content: JsonObject): unknown =>
    ((content[`${P}start`] as JsonObject)["answers"] as JsonObject[]).map((answer) => answer[TEXT]);

  function poll(kind: string | undefined, votes: number, ended = false): PollTally {
    const tally = new PollTally({ sender: "@alice:acme.org", content: start(kind) });
    for (let vote = 0; vote < votes; vote += 1)
      tally.respond({ sender: `@${vote}:a`, ts: vote, content: { [`${P}response`]: { answers: ["y"] } } });
    if (ended) tally.end({ sender: "@alice:acme.org", ts: 100 }, () => false);
    return tally;
  }
  const shown = (kind: string | undefined, tally: PollTally | undefined): JsonObject => {
    const content = start(kind);
    dressPollStart(content, alice, tally);
    return content;
  };

  it("counts votes where they are known and may be seen, and nowhere else", () => {
    expect(answersOf(shown("disclosed", poll("disclosed", 2)))).to.deep.equal(["Yes (2 votes)"]);
    expect(answersOf(shown("undisclosed", poll("undisclosed", 1, true)))).to.deep.equal(["Yes (1 vote)"]);
    expect(answersOf(shown("undisclosed", poll("undisclosed", 1)))).to.deep.equal(["Yes"]);
    expect(answersOf(shown(undefined, poll(undefined, 1)))).to.deep.equal(["Yes"]);
    expect(answersOf(shown("disclosed", poll("disclosed", 0, true)))).to.deep.equal(["Yes"]);
    expect(answersOf(shown("disclosed", undefined))).to.deep.equal(["Yes"]);
  });

  it("names its author whatever is known of it, also in an edit", () => {
    const edited = start();
    const content: JsonObject = { ...start(), "m.new_content": edited };
    dressPollStart(content, alice, undefined);
    for (const wording of [content, edited])
      expect(wording[`${P}start`]).to.deep.include({ question: { [TEXT]: `\u200e${NAME}: Tea?` } });
  });

  it("ends with a result only where there is one", () => {
    const ended = (tally: PollTally | undefined): unknown => {
      const content: JsonObject = { [TEXT]: "The end." };
      dressPollEnd(content, alice, tally);
      return content[TEXT];
    };
    expect(ended(poll("undisclosed", 1, true))).to.equal(`\u200e${NAME}: The end. (Yes: 1 vote)`);
    for (const tally of [poll("undisclosed", 1), poll("disclosed", 0, true), undefined])
      expect(ended(tally)).to.equal(`\u200e${NAME}: The end.`);
  });
});
