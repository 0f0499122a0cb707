import { expect } from "chai";
import { HomeserverError } from "../../../../src/ports/homeserver/homeserver.ts";
import type { JsonObject } from "../../../../src/matrix/json.ts";
import { replayEvents, said, SOURCE, text } from "../../../support/replayed-events.ts";

const ORIGIN = "io.roomporter.origin";
const relation = (content: JsonObject | undefined): unknown => content?.["m.relates_to"];
const originOf = (content: JsonObject | undefined): JsonObject => content?.[ORIGIN] as JsonObject;
const about = (event_id: string, rel_type: string, more: JsonObject = {}): JsonObject => ({
  "m.relates_to": { event_id, rel_type, ...more },
});

describe("what an event says of where it came from", () => {
  it("is its author, its origin, and that indexers must leave it alone", async () => {
    const bundled = text("hello");
    const { sent } = await replayEvents([bundled]);
    expect(sent[0]).to.deep.include({ type: "m.room.message", origin_server_ts: bundled.origin_server_ts });
    expect(sent[0]?.content).to.deep.include({
      body: "hello",
      do_not_index: true,
      "m.mentions": {},
      _imported_sender: { user_id: "@ann:acme.test", display_name: "Ann" },
    });
    const { restore, ...origin } = originOf(sent[0]?.content);
    expect(origin).to.deep.equal({ event_id: bundled.event_id, room_id: SOURCE.room_id });
    expect(restore).to.have.all.keys("set", "drop");
  });

  it("gives back every content as it was, whatever an import had to change in it", async () => {
    const first = text("hello", { format: "org.matrix.custom.html", formatted_body: "<b>hello</b><script>x</script>" });
    const files = ["mxc://acme.test/a", "mxc://acme.test/b"];
    const bundled = [
      first,
      text("answer", {
        "m.relates_to": { "m.in_reply_to": { event_id: first.event_id } },
        "m.mentions": { room: true },
      }),
      text("* hi", {
        "m.new_content": { msgtype: "m.text", body: "hi", "m.mentions": {} },
        ...about(first.event_id, "m.replace"),
      }),
      said("m.room.message", {
        msgtype: "m.image",
        body: "a.png",
        url: files[0] ?? "",
        info: { thumbnail_url: files[1] ?? "" },
      }),
      said("m.room.message", { msgtype: "m.image", body: files[0] ?? "", url: files[0] ?? "" }),
      text("x", {
        format: "org.matrix.custom.html",
        formatted_body: `<img src="${files[1]}"><img src="mxc://acme.test/no">`,
      }),
      said("m.reaction", about(first.event_id, "m.annotation", { key: "👍" })),
      said("m.reaction", about(first.event_id, "m.annotation", { key: "👍" }), { sender: "@bob:acme.test" }),
      said("m.sticker", { body: "sticker", url: files[0] ?? "", info: {} }),
      said("org.example.custom", { do_not_index: false, list: [files[1] ?? "", 7, null] }),
      text("lost", about("$unknown", "m.thread", { "m.in_reply_to": { event_id: "$unknown" } })),
    ];
    const { originals, ledger } = await replayEvents(bundled, { files });
    expect(
      originals.map(({ eventId, type, content, sender, ts }) => ({ eventId, type, content, sender, ts })),
    ).to.deep.equal(
      bundled.map(({ event_id, type, content, sender, origin_server_ts }) => ({
        ...{ eventId: event_id, type, content, sender, ts: origin_server_ts },
      })),
    );
    expect(ledger.map(({ code, event_id }) => [code, event_id])).to.deep.equal([
      ["relation_dropped", bundled.at(-1)?.event_id],
    ]);
  });
});

describe("files of an event", () => {
  it("have their new addresses wherever clients look for them, and texts stay as they are", async () => {
    const [a, b] = ["mxc://acme.test/a", "mxc://acme.test/b"];
    const { sent, homeserver } = await replayEvents(
      [
        said("m.room.message", { msgtype: "m.image", body: a, url: a, info: { thumbnail_url: b } }),
        said("org.example.custom", { key: a, body: b, list: [{ other: a }, `<img src="${a}">`], [a]: 1 }),
        said("m.room.message", {
          ...{ msgtype: "m.text", body: "x", format: "org.matrix.custom.html" },
          formatted_body: `<img src="${a}"><img src="mxc://acme.test/gone">${b}`,
        }),
      ],
      { files: [a, b] },
    );
    const [newA, newB] = ["mxc://here/file1", "mxc://here/file2"];
    expect([...homeserver.files.keys()], "each is uploaded once").to.deep.equal([newA, newB]);
    expect(sent[0]?.content).to.deep.include({ url: newA, info: { thumbnail_url: newB } });
    expect(sent[1]?.content).to.deep.include({
      ...{ key: newA, body: b, [a]: 1 },
      list: [{ other: newA }, `<img src="${a}">`],
    });
    const html = String(sent[2]?.content["formatted_body"]);
    expect(html).to.contain(`<img src="${newA}"`).and.to.contain("mxc://acme.test/gone").and.to.contain(b);
    expect(originOf(sent[2]?.content)).not.to.have.property("media");
  });
});

describe("relations of an event", () => {
  it("lead to the new ids", async () => {
    const first = text("first");
    const reply = { "m.in_reply_to": { event_id: first.event_id } };
    const { sent } = await replayEvents([
      first,
      text("reply", { "m.relates_to": reply }),
      text("in a thread", about(first.event_id, "m.thread", { is_falling_back: true, ...reply })),
      said("org.example.custom", about(first.event_id, "org.example.relation", { key: "stays" })),
    ]);
    const id = sent[0]?.event_id;
    const newReply = { "m.in_reply_to": { event_id: id } };
    expect(relation(sent[1]?.content)).to.deep.equal(newReply);
    expect(relation(sent[2]?.content)).to.deep.equal({
      event_id: id,
      rel_type: "m.thread",
      is_falling_back: true,
      ...newReply,
    });
    expect(relation(sent[3]?.content)).to.deep.equal({ event_id: id, rel_type: "org.example.relation", key: "stays" });
  });

  it("are taken out where they lead nowhere, and the report says so", async () => {
    const first = text("first");
    const reply = { "m.in_reply_to": { event_id: "$unknown" } };
    const bundled = [
      first,
      text("edit", { "m.new_content": { msgtype: "m.text", body: "new" }, ...about("$unknown", "m.replace") }),
      text("in a thread", about("$unknown", "m.thread", { "m.in_reply_to": { event_id: first.event_id } })),
      text("reply in a thread", about(first.event_id, "m.thread", reply)),
      text("reply", { "m.relates_to": reply }),
      text("odd", { "m.relates_to": { event_id: "$unknown" } }),
    ];
    const { sent, originals, ledger } = await replayEvents(bundled);
    const id = sent[0]?.event_id;
    expect(sent.slice(1).map(({ content }) => relation(content))).to.deep.equal([
      undefined,
      { "m.in_reply_to": { event_id: id } },
      { event_id: id, rel_type: "m.thread" },
      undefined,
      undefined,
    ]);
    expect(originals.map(({ content }) => content)).to.deep.equal(bundled.map(({ content }) => content));
    expect(ledger.map(({ code, event_id }) => [code, event_id])).to.deep.equal(
      bundled.slice(1).map(({ event_id }) => ["relation_dropped", event_id]),
    );
  });

  it("of an edit by somebody else than the author are in its origin alone, and that is no loss", async () => {
    const first = text("mine");
    const edit = { "m.new_content": { msgtype: "m.text", body: "yours" }, ...about(first.event_id, "m.replace") };
    const theirs = text("* yours", edit, { sender: "@bob:acme.test" });
    const { sent, originals, ledger } = await replayEvents([first, theirs, text("* own", edit)]);
    expect(sent[1]?.content).not.to.have.property("m.relates_to");
    expect(originals[1]?.content).to.deep.equal(theirs.content);
    expect(relation(sent[2]?.content)).to.deep.equal({ event_id: sent[0]?.event_id, rel_type: "m.replace" });
    expect(ledger).to.deep.equal([]);
  });

  it("of a reaction keep their key where it is free, and bear a name where it is not", async () => {
    const [first, second] = [text("first"), text("second")];
    const names = { "@bob:acme.test": "Bob", "@bob:else.test": "Bob" };
    const react = (target: string, sender: string, key = "👍") =>
      said("m.reaction", about(target, "m.annotation", { key }), { sender });
    const { sent } = await replayEvents(
      [
        ...[first, second, react(first.event_id, "@ann:acme.test"), react(first.event_id, "@bob:acme.test")],
        ...[react(first.event_id, "@bob:else.test"), react(second.event_id, "@bob:acme.test")],
        react(first.event_id, "@bob:acme.test", "🎉"),
      ],
      { names },
    );
    const keys = sent.slice(2).map(({ content }) => (relation(content) as JsonObject)["key"]);
    expect(keys).to.deep.equal(["👍", "👍 Bob (@bob:acme.test)", "👍 Bob (@bob:else.test)", "👍", "🎉"]);
    for (const { content } of sent.slice(2)) expect(content).not.to.have.property("com.beeper.per_message_profile");
  });

  it("of what an edit puts in its place lead to the new ids, or are taken out", async () => {
    const first = text("first");
    const answering = (event_id: string): JsonObject => ({
      "m.new_content": { msgtype: "m.text", body: "new", "m.relates_to": { "m.in_reply_to": { event_id } } },
      ...about(first.event_id, "m.replace"),
    });
    const [here, lost] = [text("* new", answering(first.event_id)), text("* new", answering("$unknown"))];
    const { sent, originals, ledger } = await replayEvents([first, here, lost]);
    const id = sent[0]?.event_id;
    const edited = sent.map(({ content }) => content["m.new_content"] as JsonObject | undefined);
    expect(relation(edited[1])).to.deep.equal({ "m.in_reply_to": { event_id: id } });
    expect(edited[2]).not.to.have.property("m.relates_to");
    expect(relation(sent[2]?.content)).to.deep.equal({ event_id: id, rel_type: "m.replace" });
    expect(originals[2]?.content).to.deep.equal(lost.content);
    expect(ledger.map(({ code, event_id }) => [code, event_id])).to.deep.equal([["relation_dropped", lost.event_id]]);
  });

  it("that name nothing stay as they are, and so do keys of what is no reaction", async () => {
    const first = text("first");
    const keyed = about(first.event_id, "org.example.relation", { key: "same" });
    const bundled = [
      first,
      text("odd", { "m.relates_to": { "m.in_reply_to": {} } }),
      said("org.example.custom", keyed),
      said("org.example.custom", keyed, { sender: "@bob:acme.test" }),
      said("m.reaction", about(first.event_id, "m.annotation")),
    ];
    const { sent, ledger } = await replayEvents(bundled);
    const event_id = sent[0]?.event_id;
    expect(sent.slice(1).map(({ content }) => relation(content))).to.deep.equal([
      { "m.in_reply_to": {} },
      { event_id, rel_type: "org.example.relation", key: "same" },
      { event_id, rel_type: "org.example.relation", key: "same" },
      { event_id, rel_type: "m.annotation" },
    ]);
    expect(ledger).to.deep.equal([]);
  });

  it("of a reaction with a picture lead to its new address, and bear its shortcode where that is taken", async () => {
    const first = text("first");
    const picture = "mxc://acme.test/cup";
    const content = {
      ...about(first.event_id, "m.annotation", { key: picture }),
      "com.beeper.reaction.shortcode": ":cup:",
    };
    const bundled = [first, said("m.reaction", content), said("m.reaction", content, { sender: "@bob:acme.test" })];
    const { sent, originals } = await replayEvents(bundled, { files: [picture], names: { "@bob:acme.test": "Bob" } });
    const keys = sent.slice(1).map(({ content }) => (relation(content) as JsonObject)["key"]);
    expect(keys).to.deep.equal(["mxc://here/file1", ":cup: Bob"]);
    expect(originals[2]?.content).to.deep.equal(content);
  });

  it("are given up last where the homeserver does not take them", async () => {
    const first = text("first");
    const refuse = (_type: string, content: JsonObject) =>
      relation(content) === undefined ? undefined : new HomeserverError(400, "M_UNKNOWN", "no such relation");
    const bundled = text("in a thread", about(first.event_id, "m.thread"));
    const { sent, originals, ledger } = await replayEvents([first, bundled], { refuse });
    expect(sent[1]?.type).to.equal("m.room.message");
    expect(sent[1]?.content).not.to.have.property("m.relates_to");
    // whatever else an import adds may have been the reason, too
    expect(sent[1]?.content).not.to.have.any.keys("formatted_body", "com.beeper.per_message_profile");
    expect(originals[1]?.content).to.deep.equal(bundled.content);
    expect(ledger.map(({ code }) => code)).to.deep.equal(["relation_dropped"]);
  });

  it("stay where an event is only too large", async () => {
    const first = text("first");
    const refuse = (_type: string, content: JsonObject) =>
      relation(content) === undefined ? undefined : new HomeserverError(413, "M_TOO_LARGE", "too large");
    const bundled = said("m.sticker", { body: "s", url: "", ...about(first.event_id, "m.thread") });
    const { sent, originals, ledger } = await replayEvents([first, bundled], { refuse });
    expect(sent[1]?.type).to.equal("io.roomporter.event");
    expect(originals[1]?.content).to.deep.equal(bundled.content);
    expect(ledger.map(({ code }) => code)).to.deep.equal(["kept_in_wrapper"]);
  });
});

describe("what a message shows", () => {
  const ROOM = "!new:here";
  const HTML = { format: "org.matrix.custom.html" };

  it("holds only the HTML that is allowed", async () => {
    const { sent } = await replayEvents([
      text("x", { ...HTML, formatted_body: "<b>bold</b><script>alert(1)</script>" }),
      said("m.sticker", { body: "s", url: "", ...HTML, formatted_body: "<img src=x onerror=alert(1)>" }),
    ]);
    expect(String(sent[0]?.content["formatted_body"])).to.contain("<b>bold</b>").and.not.contain("<script>");
    expect(String(sent[1]?.content["formatted_body"])).not.to.contain("onerror");
  });

  it("links to the messages of the new room, and to those of other rooms as before", async () => {
    const first = text("first");
    const link = (room: string, event: string) => `https://matrix.to/#/${room}/${event}`;
    const old = link(SOURCE.room_id, first.event_id);
    const elsewhere = link("!else:acme.test", "$unknown");
    const both = `${old} ${elsewhere}`;
    const { sent, originals } = await replayEvents([
      first,
      text(both),
      text("x", { ...HTML, formatted_body: `<a href="${old}">a</a> <a href="${elsewhere}">b</a>` }),
      text("* x", { "m.new_content": { msgtype: "m.text", body: both }, ...about(first.event_id, "m.replace") }),
      text("no link", { ...HTML, formatted_body: "<b>no link</b>" }),
    ]);
    const now = link("!new:here", String(sent[0]?.event_id));
    const edited = sent[3]?.content["m.new_content"] as JsonObject;
    for (const shown of [sent[1]?.content, sent[2]?.content, edited]) {
      const html = decodeURIComponent(String(shown?.["formatted_body"]));
      expect(html).to.contain(now).and.to.contain(elsewhere).and.not.contain(old);
    }
    expect(now).to.contain(ROOM);
    expect(originals[1]?.content).to.deep.equal({ msgtype: "m.text", body: both });
  });
});

describe("a link to a message that is not in the new room", () => {
  it("stays as it was", async () => {
    const first = text("first");
    const refuse = (_type: string, content: JsonObject) =>
      originOf(content)["event_id"] === first.event_id ? new HomeserverError(400, "M_BAD_JSON", "no") : undefined;
    const link = `https://matrix.to/#/${SOURCE.room_id}/${first.event_id}`;
    const { sent, ledger } = await replayEvents([first, text(link)], { refuse });
    expect(sent.map(({ content }) => content["body"])).to.deep.equal([link]);
    expect(String(sent[0]?.content["formatted_body"])).to.contain(first.event_id);
    expect(ledger.map(({ code }) => code)).to.deep.equal(["event_refused"]);
  });
});

describe("a sticker", () => {
  it("names its author", async () => {
    const { sent } = await replayEvents([said("m.sticker", { body: "wave", url: "" })]);
    expect(String(sent[0]?.content["body"])).to.match(/Ann.*: wave/);
    expect(sent[0]?.content["com.beeper.per_message_profile"]).to.deep.include({ has_fallback: true });
  });
});

describe("a poll", () => {
  const P = "org.matrix.msc3381.poll.";
  const TEXT = "org.matrix.msc1767.text";
  const disclosed = {
    [TEXT]: "Tea? 1. Yes",
    [`${P}start`]: {
      kind: `${P}disclosed`,
      question: { [TEXT]: "Tea?" },
      answers: [
        { id: "y", [TEXT]: "Yes" },
        { id: "n", [TEXT]: "No" },
      ],
    },
  };
  const answersOf = (content: JsonObject | undefined): unknown =>
    ((content?.[`${P}start`] as JsonObject)["answers"] as JsonObject[]).map((answer) => answer[TEXT]);

  it("names its author and bears its votes, its end the result, and an edit of it the same", async () => {
    const poll = said(`${P}start`, disclosed);
    const edit = { ...disclosed, "m.new_content": disclosed, ...about(poll.event_id, "m.replace") };
    const bundled = [
      poll,
      said(`${P}response`, { [`${P}response`]: { answers: ["y"] }, ...about(poll.event_id, "m.reference") }),
      said(`${P}start`, edit),
      said(`${P}end`, { [TEXT]: "The end.", [`${P}end`]: {}, ...about(poll.event_id, "m.reference") }),
    ];
    const { sent, originals } = await replayEvents(bundled);
    const [start, , , end] = bundled.map(({ type }) => type);
    expect(sent.map(({ type }) => type)).to.deep.equal([start, "io.roomporter.event", start, end]);
    expect(answersOf(sent[0]?.content)).to.deep.equal(["Yes (1 vote)", "No (0 votes)"]);
    expect(String(sent[0]?.content[TEXT])).to.match(/Ann.*: Tea\?/);
    expect(answersOf(sent[2]?.content["m.new_content"] as JsonObject)).to.deep.equal(["Yes (1 vote)", "No (0 votes)"]);
    expect(String(sent[3]?.content[TEXT])).to.match(/Ann.*: The end\. \(Yes: 1 vote, No: 0 votes\)/);
    const profiled = sent.map(({ content }) => Object.hasOwn(content, "com.beeper.per_message_profile"));
    expect(profiled, "a response shows nothing").to.deep.equal([true, false, true, true]);
    expect(sent[1]?.content).not.to.have.property(TEXT);
    expect(originals.map(({ content }) => content)).to.deep.equal(bundled.map(({ content }) => content));
  });
});
