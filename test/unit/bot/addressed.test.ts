import { expect } from "chai";
import { commandIn, subjectOf } from "../../../src/bot/addressed.ts";
import type { InboxEvent } from "../../../src/ports/inbox.ts";
import { message, reply, SELF } from "../../support/fakes/bot.ts";

describe("a message to the bot", () => {
  it("is a command where somebody else wrote it as plain text", () => {
    expect(commandIn(message("!help"), SELF)).to.deep.equal({ name: "help", args: [] });
  });

  it("stands behind the quote that old clients put before a reply, and only there", () => {
    const nameIn = (body: string, content = {}): string | undefined => commandIn(message(body, content), SELF)?.name;
    expect(nameIn("> <@ann:acme.org> a.zip\n> second line\n\n!import", reply("$bundle"))).to.equal("import");
    expect(nameIn("> <@ann:acme.org> a.zip\n\n!import")).to.equal(undefined);
    expect(nameIn("> <@ann:acme.org> !export\n\nno", reply("$bundle"))).to.equal(undefined);
  });

  it("is a command where it is the caption of a file, but not where it is the file's name", () => {
    const file = (content: object): InboxEvent => message("!import team", { msgtype: "m.file", ...content });
    const captioned = file({ filename: "tea.zip" });
    expect(commandIn(captioned, SELF)).to.deep.equal({ name: "import", args: ["team"] });
    expect(subjectOf(captioned)).to.equal("$command");
    expect(commandIn(file({}), SELF)).to.equal(undefined);
    expect(commandIn(file({ filename: "!import team" }), SELF)).to.equal(undefined);
    expect(commandIn(file({ filename: "tea.zip", "io.roomporter.origin": {} }), SELF)).to.equal(undefined);
  });

  const none = {
    "its own": message("!help", {}, { sender: SELF }),
    "a notice": message("!help", { msgtype: "m.notice" }),
    "an emote": message("!help", { msgtype: "m.emote" }),
    "an edit": message("!help", { "m.relates_to": { rel_type: "m.replace", event_id: "$old" } }),
    "an edit without its relation": message("!help", { "m.new_content": { msgtype: "m.text", body: "!help" } }),
    "a replayed message": message("!help", { "io.roomporter.origin": { event_id: "$old" } }),
    "another type": message("!help", {}, { type: "org.example.message" }),
    "a state event": message("!help", {}, { state_key: "" }),
    "a message without text": message("!help", { body: 5 }),
    "a text that only quotes one": message("I said !help"),
  };
  for (const [what, event] of Object.entries(none))
    it(`is no command where it is ${what}`, () => {
      expect(commandIn(event, SELF)).to.equal(undefined);
    });

  it("replies to what it names, but not to what a thread only falls back to", () => {
    expect(subjectOf(message("!import", reply("$bundle")))).to.equal("$bundle");
    const thread = { rel_type: "m.thread", event_id: "$root", "m.in_reply_to": { event_id: "$last" } };
    expect(subjectOf(message("!import", { "m.relates_to": { ...thread, is_falling_back: true } }))).to.equal(undefined);
    expect(subjectOf(message("!import", { "m.relates_to": thread }))).to.equal("$last");
    expect(subjectOf(message("!import"))).to.equal(undefined);
  });
});
