import { expect } from "chai";
import { WHOLE_ROOM } from "../../../../src/exports/options.ts";
import { canonicalJson, parseJson, type JsonObject, type JsonValue } from "../../../../src/matrix/json.ts";
import { collect } from "./collected.ts";
import { ANN, BOB, PretendRoom } from "../../../support/fakes/pretend-room.ts";

const collectFrom = (room: PretendRoom, more: object = {}) => collect({ reader: room, media: room, ...more });

describe("exporting a timeline", () => {
  it("goes back page by page to the end, and gives the events oldest first", async () => {
    const room = new PretendRoom();
    for (let i = 0; i < 9; i++) room.say(`text ${i}`);
    const { events, head } = await collectFrom(room);
    expect(events.map((event) => event.event_id)).to.deep.equal(room.timeline.map((event) => event["event_id"]));
    expect(head.counts).to.include({ events: 11, senders: 1 });
    expect(head.counts.by_type).to.deep.equal({ "m.room.create": 1, "m.room.member": 1, "m.room.message": 9 });
    expect(room.pagesAsked).to.deep.equal([undefined, "8", "5", "2"]);
  });

  it("packs large pages ahead, and holds what its user may see of them", async () => {
    const room = new PretendRoom();
    room.pageSize = 500;
    room.set("m.room.history_visibility", { history_visibility: "joined" });
    const talk = (): void => {
      for (let i = 0; i < 700; i++) room.say(`${String(i)} ü ${"x".repeat(i % 300)}`);
    };
    talk();
    room.member(BOB, "join");
    talk();
    room.member(BOB, "leave");
    talk();
    const { events } = await collectFrom(room);
    expect(events.map((event) => event.event_id)).to.deep.equal(room.timeline.map((event) => event["event_id"]));
    const { events: seen } = await collectFrom(room, { visibleTo: BOB });
    const messages = seen.filter(({ type }) => type === "m.room.message");
    expect(messages.map(({ content }) => content)).to.deep.equal(
      room.timeline
        .filter(({ type }) => type === "m.room.message")
        .slice(700, 1400)
        .map(({ content }) => content),
    );
  });

  it("asks for one page more where the room's first event is not the last of a page", async () => {
    const room = new PretendRoom();
    const whole = room.messages.bind(room);
    const asked: (string | undefined)[] = [];
    room.messages = async (id, from, signal) => {
      asked.push(from);
      const { chunk, ...more } = await whole(id, from, signal);
      return { chunk: from === undefined ? [...chunk].toReversed() : chunk, ...more };
    };
    room.say("text");
    expect((await collectFrom(room)).events).to.have.length(3);
    expect(asked).to.deep.equal([undefined, "0"]);
  });

  it("goes on after an empty page that has an end", async () => {
    const room = new PretendRoom();
    room.say("text");
    const whole = room.messages.bind(room);
    room.messages = async (id, from, signal) =>
      from === undefined ? { chunk: [], end: "3" } : whole(id, from, signal);
    expect((await collectFrom(room)).events).to.have.length(3);
  });

  it("drops events that a page repeats, and stops where the end stands still", async () => {
    const room = new PretendRoom();
    room.say("text");
    room.messages = (_id, from) => {
      const all: JsonValue[] = room.timeline.toReversed();
      return Promise.resolve(
        from === undefined
          ? { chunk: all.slice(0, 2), end: "x" }
          : { chunk: [...all.slice(1), ...all.slice(1, 2)], end: "x" },
      );
    };
    expect((await collectFrom(room)).events).to.have.length(3);
  });

  it("ends with an error where the homeserver gives the same page again and again, as Dendrite to who has left", async () => {
    const room = new PretendRoom();
    for (let i = 0; i < 9; i++) room.say(`text ${i}`);
    const chunk: JsonValue[] = room.timeline.toReversed().slice(0, 3);
    room.messages = () => Promise.resolve({ chunk, end: "6" });
    const error: unknown = await collectFrom(room).catch((reason: unknown) => reason);
    expect(error).to.include({ status: 403, errcode: "M_FORBIDDEN" });
  });

  it("asks for the next page before it has worked on the last, and tells how far it is", async () => {
    const room = new PretendRoom();
    for (let i = 0; i < 7; i++) room.say(`text ${i}`);
    const told: [number, number][] = [];
    const onProgress = ({ done }: { done: number }) => told.push([done, room.pagesAsked.length]);
    await collectFrom(room, { onProgress });
    expect(told).to.deep.equal([
      [3, 2],
      [6, 3],
      [9, 3],
    ]);
  });

  it("keeps of an event what everybody sees, and nothing that depends on the reader", async () => {
    const room = new PretendRoom();
    const redaction: JsonObject = {
      event_id: "$r",
      type: "m.room.redaction",
      sender: BOB,
      origin_server_ts: 5,
      content: { redacts: "$0002", reason: "rude" },
      unsigned: { age: 7 },
      room_id: "!room:here",
      age: 7,
    };
    const unsigned = { redacted_because: redaction, redacted_by: "$r", "m.relations": {}, transaction_id: "t" };
    room.event("m.room.message", {}, { unsigned, redacts: "$old", transaction_id: "t", org_unknown: 1 });
    const { events } = await collectFrom(room);
    const { event_id, type, sender, origin_server_ts, content } = redaction;
    expect(events.at(-1)).to.deep.equal({
      event_id: "$0002",
      type: "m.room.message",
      sender: ANN,
      origin_server_ts: 2000,
      content: {},
      redacts: "$old",
      unsigned: { redacted_because: { event_id, type, sender, origin_server_ts, content } },
    });
    expect(events[0]).to.have.all.keys("event_id", "type", "sender", "origin_server_ts", "content", "state_key");
  });

  it("keeps contents as they were served: numbers, odd keys, odd characters", async () => {
    const source = `{"a":1.0,"b":1152921504606846977,"c":-0,"__proto__":{"x":1},"":"\\ud800","constructor":null,"d":"\u2028\\u0000"}`;
    const room = new PretendRoom();
    room.event("org.example", parseJson(source) as JsonObject);
    const { events } = await collectFrom(room);
    const kept = events.at(-1)?.content as JsonObject;
    expect(canonicalJson(kept)).to.equal(canonicalJson(parseJson(source)));
    expect(canonicalJson(kept))
      .to.contain(`"a":1.0,"b":1152921504606846977,"c":-0`)
      .and.to.contain(`"__proto__":{"x":1}`);
  });

  it("puts what is no event into the ledger, and goes on", async () => {
    const room = new PretendRoom();
    let deep: JsonValue = "x";
    for (let i = 0; i < 30_000; i++) deep = [deep];
    room.timeline.push({ event_id: "$nosender", type: "x", content: {} });
    const id = room.event("org.example.deep", { deep });
    room.say("after it");
    const { events, head } = await collectFrom(room);
    expect(events.at(-1)?.content["body"]).to.equal("after it");
    expect(head.ledger.map(({ code, event_id }) => [code, event_id])).to.deep.equal([
      ["event_malformed", id],
      ["event_malformed", "$nosender"],
    ]);
    expect(head.counts).to.include({ events: 3, ledger: 2 });
  });

  it("carries encrypted events, and counts them in one entry of the ledger", async () => {
    const room = new PretendRoom();
    room.event("m.room.encrypted", { ciphertext: "abc" });
    room.event("m.room.encrypted", { ciphertext: "def" });
    const { events, head } = await collectFrom(room);
    expect(events.at(-1)?.content).to.deep.equal({ ciphertext: "def" });
    expect(head.ledger.map(({ code }) => code)).to.deep.equal(["encrypted"]);
    expect(head.ledger[0]?.message).to.contain("2 encrypted events");
  });

  it("says that files of encrypted events are not in it, for nobody sees their addresses", async () => {
    const room = new PretendRoom();
    room.event("m.room.encrypted", { ciphertext: "abc" });
    const { head } = await collectFrom(room);
    expect(head.coverage).to.deep.equal({ complete: false, limits: [], without_encrypted_files: true });
    const withoutMedia = await collectFrom(room, { options: { ...WHOLE_ROOM, media: false } });
    expect(withoutMedia.head.coverage).to.deep.equal({ complete: false, limits: [{ kind: "media" }] });
  });

  it("takes a range of dates: the first millisecond is in it, the last is not", async () => {
    const room = new PretendRoom();
    for (let i = 2; i < 8; i++) room.say(`text ${i}`);
    const { events, head } = await collectFrom(room, { options: { ...WHOLE_ROOM, since: 3000, until: 6000 } });
    expect(events.map((event) => event.origin_server_ts)).to.deep.equal([3000, 4000, 5000]);
    expect(head.coverage).to.deep.equal({
      complete: false,
      limits: [{ kind: "date_range", since: 3000, until: 6000 }],
    });
  });

  it("leaves out what some people wrote, and says so", async () => {
    const room = new PretendRoom();
    room.say("from ann");
    room.member(BOB, "join");
    room.event("m.room.message", { msgtype: "m.notice", body: "beep" }, { sender: BOB });
    const { events, head } = await collectFrom(room, { options: { ...WHOLE_ROOM, without: [BOB] } });
    expect(events.map(({ sender }) => sender))
      .to.include(ANN)
      .and.not.include(BOB);
    expect(events.at(-1)?.content).to.have.property("body", "from ann");
    expect(head.coverage).to.deep.equal({ complete: false, limits: [{ kind: "senders", excluded: [BOB] }] });
  });

  it("leaves out what the bot said and the commands that it answered, and says so", async () => {
    const room = new PretendRoom();
    const bot = "@porter:here";
    const notice = { msgtype: "m.notice", body: "Exporting …" };
    room.member(bot, "join");
    const first = room.say("!help");
    const reply = { "m.relates_to": { "m.in_reply_to": { event_id: first } } };
    room.event("m.room.message", { ...notice, ...reply }, { sender: bot });
    room.say("!roll of another bot");
    room.event("m.room.message", notice, { sender: BOB });
    const upTo = room.say("!export");
    const texts = async (input: object): Promise<unknown[]> =>
      (await collectFrom(room, input)).events.map(({ content }) => content["body"]).filter((body) => body);
    const options = { ...WHOLE_ROOM, without_bot: true };
    expect(await texts({ options })).to.deep.equal(["!roll of another bot", notice.body, "!export"]);
    const before = await texts({ upTo });
    expect(before).to.deep.equal(["!help", notice.body, "!roll of another bot", notice.body, "!export"]);
    // however much of its own notices and of what others say is there by then
    const answer = { "m.relates_to": { "m.in_reply_to": { event_id: upTo } } };
    room.event("m.room.message", { ...notice, ...answer }, { sender: bot });
    room.say("later");
    expect(await texts({ upTo })).to.deep.equal(before);
    expect(await texts({ upTo, options })).to.deep.equal(["!roll of another bot", notice.body]);
    expect((await collectFrom(room, { options })).head.coverage).to.deep.equal({
      complete: false,
      limits: [{ kind: "senders", excluded: [bot], commands_to: bot }],
    });
    const failure = await collectFrom(room, { upTo: "$gone" }).catch((error: unknown) => error);
    expect(failure).to.be.an("error").with.property("message").that.contains("ask for the export again");
  });

  it("says of a room of two that somebody was invited to as such that it is direct", async () => {
    const room = new PretendRoom();
    room.member(BOB, "invite", { is_direct: true }, ANN);
    room.member(BOB, "join");
    expect((await collectFrom(room)).head.room.type).to.equal("direct");
    room.member("@cleo:here", "join");
    expect((await collectFrom(room)).head.room.type).to.equal("group");
  });

  it("holds the state, sorted, in the same shape as events", async () => {
    const room = new PretendRoom();
    room.set("m.room.topic", { topic: "old" });
    room.set("m.room.topic", { topic: "new" });
    room.set("m.room.name", { name: "Tea" });
    const { state, room: facts } = (await collectFrom(room)).head;
    expect(state.map(({ type, state_key }) => `${type} ${String(state_key)}`)).to.deep.equal([
      "m.room.create ",
      `m.room.member ${ANN}`,
      "m.room.name ",
      "m.room.topic ",
    ]);
    expect(state.at(-1)).to.have.all.keys("event_id", "type", "sender", "origin_server_ts", "content", "state_key");
    expect(facts).to.include({ name: "Tea", topic: "new", type: "group", creator: ANN });
  });

  it("says the same of an unchanged room again", async () => {
    const room = new PretendRoom();
    room.file("mxc://here/b", "one");
    room.file("mxc://here/a", "one");
    for (const uri of ["mxc://here/b", "mxc://here/a", "mxc://here/gone"]) room.say(uri, {}, { url: uri });
    room.event("m.room.encrypted", {});
    const first = await collectFrom(room);
    expect(await collectFrom(room)).to.deep.equal(first);
  });

  it("ends with the signal's reason, and gives its disk space back", async () => {
    const room = new PretendRoom();
    for (let i = 0; i < 9; i++) room.say(`text ${i}`);
    const abort = new AbortController();
    const onProgress = () => abort.abort(new Error("enough"));
    const failure = await collectFrom(room, { signal: abort.signal, onProgress }).catch((error: unknown) => error);
    expect(failure).to.have.property("message", "enough");
  });
});
