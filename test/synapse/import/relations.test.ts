import { expect } from "chai";
import { objectMember, type JsonObject } from "../../../src/matrix/json.ts";
import { ALICE, BOB, Conversation, EVE } from "../../support/conversation.ts";
import type { ImportedRoom } from "../../support/imported-room.ts";
import { imported } from "./importing.ts";

const relation = (room: ImportedRoom, id: string): JsonObject =>
  objectMember(room.event(id).content, "m.relates_to") ?? {};

async function winningEdit(room: ImportedRoom, id: string): Promise<unknown> {
  const event = await room.user.event(room.roomId, room.event(id).event_id);
  const replace = objectMember(objectMember(event.unsigned, "m.relations"), "m.replace");
  return objectMember(objectMember(replace, "content"), "m.new_content")?.["body"];
}

describe("relations of an imported conversation", () => {
  const talk = new Conversation({ [ALICE]: "Alice", [BOB]: "Bob", [EVE]: "Bob" });
  const ids: Record<string, string> = {};
  let room: ImportedRoom;

  before(async () => {
    const hello = (ids["hello"] = talk.say(ALICE, "hello"));
    const answer = (event_id: string): JsonObject => ({ "m.relates_to": { "m.in_reply_to": { event_id } } });
    ids["reply"] = talk.say(BOB, "hi", answer(hello));
    ids["lost"] = talk.say(BOB, "to nobody", answer("$unknown"));
    ids["thread"] = talk.say(EVE, "in a thread", {
      "m.relates_to": {
        rel_type: "m.thread",
        event_id: hello,
        is_falling_back: true,
        "m.in_reply_to": { event_id: ids["reply"] },
      },
    });
    ids["dangling"] = talk.say(EVE, "in a thread nobody has", {
      "m.relates_to": { rel_type: "m.thread", event_id: "$unknown", "m.in_reply_to": { event_id: hello } },
    });
    for (const [index, who] of [ALICE, BOB, EVE].entries()) ids[`like${index}`] = talk.react(who, hello, "👍");
    ids["own"] = talk.react(BOB, ids["reply"], "👍");
    ids["edited"] = talk.say(ALICE, "v0");
    talk.edit(ALICE, ids["edited"], "v1");
    talk.edit(ALICE, ids["edited"], "v2");
    ids["spoofed"] = talk.say(ALICE, "mine");
    ids["foreign"] = talk.edit(EVE, ids["spoofed"], "hijacked");
    ids["tied"] = talk.say(ALICE, "who wins?");
    for (const body of ["one", "two", "three"])
      ids[body] = talk.edit(ALICE, ids["tied"], body, { origin_server_ts: 4_000_000_000_000 });
    talk.event(ids["two"] ?? "").event_id = ids["two"] = "$zzz";
    ids["backwards"] = talk.say(ALICE, "later time wins");
    talk.edit(ALICE, ids["backwards"], "sent first", { origin_server_ts: 4_000_000_000_000 });
    talk.edit(ALICE, ids["backwards"], "sent second", { origin_server_ts: 3_000_000_000_000 });
    room = await imported(talk);
  });

  const now = (name: string): string => room.event(ids[name] ?? "").event_id;

  it("point at the new events", () => {
    expect(relation(room, ids["reply"] ?? "")).to.deep.equal({ "m.in_reply_to": { event_id: now("hello") } });
    expect(relation(room, ids["thread"] ?? "")).to.deep.equal({
      rel_type: "m.thread",
      event_id: now("hello"),
      is_falling_back: true,
      "m.in_reply_to": { event_id: now("reply") },
    });
  });

  it("to events that nobody has are kept in the origin only", () => {
    expect(relation(room, ids["lost"] ?? "")).to.deep.equal({});
    expect(room.original(room.event(ids["lost"] ?? ""))).to.deep.equal(talk.event(ids["lost"] ?? "").content);
    expect(room.codesOf(ids["lost"] ?? "")).to.deep.equal(["relation_dropped"]);
    expect(relation(room, ids["dangling"] ?? "")).to.deep.equal({ "m.in_reply_to": { event_id: now("hello") } });
    expect(room.original(room.event(ids["dangling"] ?? ""))).to.deep.equal(talk.event(ids["dangling"] ?? "").content);
    expect(room.codesOf(ids["dangling"] ?? "")).to.deep.equal(["relation_dropped"]);
  });

  it("lose no reaction: the first keeps its key, the others name their author", async () => {
    const keys = [0, 1, 2].map((index) => relation(room, ids[`like${index}`] ?? "")["key"]);
    expect(keys).to.deep.equal(["👍", "👍 Bob (bob)", "👍 Bob (eve)"]);
    expect(relation(room, ids["own"] ?? "")["key"]).to.equal("👍");
    const path = `/_matrix/client/v1/rooms/${encodeURIComponent(room.roomId)}/relations/${encodeURIComponent(now("hello"))}`;
    const served = await room.user.request("GET", `${path}/m.annotation`);
    expect(served["chunk"]).to.have.lengthOf(3);
  });

  it("show the edit that won at the source", async () => {
    expect(await winningEdit(room, ids["edited"] ?? "")).to.equal("v2");
    expect(await winningEdit(room, ids["backwards"] ?? "")).to.equal("sent first");
  });

  it("break a tie of edits by one millisecond, and say so", async () => {
    expect(await winningEdit(room, ids["tied"] ?? "")).to.equal("two");
    expect(room.event(ids["two"] ?? "").origin_server_ts).to.equal(4_000_000_000_001);
    expect(room.event(ids["two"] ?? "").content["io.roomporter.origin"]).to.include({
      origin_server_ts: 4_000_000_000_000,
    });
    expect(room.event(ids["three"] ?? "").origin_server_ts).to.equal(4_000_000_000_000);
  });

  it("never make somebody else's edit a valid one", async () => {
    expect(relation(room, ids["foreign"] ?? "")).to.deep.equal({});
    expect(await winningEdit(room, ids["spoofed"] ?? "")).to.equal(undefined);
    expect(room.original(room.event(ids["foreign"] ?? ""))).to.deep.equal(talk.event(ids["foreign"] ?? "").content);
  });
});
