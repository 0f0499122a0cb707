import { expect } from "chai";
import { objectMember, type JsonObject } from "../../src/matrix/json.ts";
import { batchReference, type BatchedEvent } from "../../src/ports/homeserver/batch-lane.ts";
import { HomeserverError, type RoomWriter } from "../../src/ports/homeserver/homeserver.ts";

/** What every way for many events at once keeps to. @param subject a user who may write, of a homeserver that has such a way */
export function batchLaneContract(subject: () => Promise<RoomWriter>): void {
  let writer: RoomWriter;
  let roomId: string;
  const text = (body: string, more: JsonObject = {}): BatchedEvent => ({
    type: "m.room.message",
    content: { msgtype: "m.text", body, ...more },
    ts: 1_600_000_000_000,
  });
  const lane = async () => {
    const found = await writer.batchLane();
    if (!found) throw new Error("no way for many events at once");
    return found;
  };
  before(async () => {
    writer = await subject();
    roomId = await writer.createRoom({ preset: "private_chat", room_version: "11" });
  });

  it("sends all, in order, with relations to those before", async () => {
    const reply = { "m.relates_to": { "m.in_reply_to": { event_id: batchReference(0) } } };
    const like = { "m.relates_to": { rel_type: "m.annotation", event_id: batchReference(1), key: "👍" } };
    const events = [text(batchReference(0)), text("reply", reply), { type: "m.reaction", content: like, ts: 1 }];
    const ids = await (await lane()).send(roomId, "related", events);
    const sent = (await writer.latest(roomId, events.length)).reverse();
    expect(sent.map(({ event_id }) => event_id)).to.deep.equal(ids);
    expect(sent.map(({ origin_server_ts }) => origin_server_ts)).to.deep.equal([
      1_600_000_000_000, 1_600_000_000_000, 1,
    ]);
    expect(sent[0]?.content["body"]).to.equal(batchReference(0));
    const relations = sent.map(({ content }) => objectMember(content, "m.relates_to"));
    expect(relations[1]).to.deep.equal({ "m.in_reply_to": { event_id: ids[0] } });
    expect(relations[2]).to.include({ event_id: ids[1] });
  });

  it("gives the same events for the same transaction", async () => {
    const events = [text("once"), text("only")];
    const ids = await (await lane()).send(roomId, "twice", events);
    expect(await (await lane()).send(roomId, "twice", events)).to.deep.equal(ids);
    expect((await writer.latest(roomId, 2)).map(({ event_id }) => event_id)).to.deep.equal(ids.toReversed());
  });

  it("sends none where one is refused", async () => {
    const newest = async (): Promise<string | undefined> => (await writer.latest(roomId, 1))[0]?.event_id;
    const before = await newest();
    const tooLarge = text("x".repeat(70_000));
    const error: unknown = await (await lane()).send(roomId, "refused", [text("sound"), tooLarge]).then(
      () => undefined,
      (failure: unknown) => failure,
    );
    expect(error).to.be.instanceOf(HomeserverError).and.include({ status: 413, errcode: "M_TOO_LARGE" });
    expect(await newest()).to.equal(before);
  });
}
