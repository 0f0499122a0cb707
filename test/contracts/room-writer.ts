import { expect } from "chai";
import { HomeserverError, type RoomWriter } from "../../src/ports/homeserver/homeserver.ts";

/** A service user who writes, and another user. */
export interface WriteSubject {
  writer: RoomWriter;
  userId: string;
  join(roomId: string): Promise<void>;
}

/** What every RoomWriter does. */
export function roomWriterContract(subjectOf: () => Promise<WriteSubject>): void {
  let subject: WriteSubject;
  let writer: RoomWriter;
  before(async () => {
    subject = await subjectOf();
    ({ writer } = subject);
  });

  const statusOf = async (call: Promise<unknown>): Promise<number> => {
    const failure: unknown = await call.catch((error: unknown) => error);
    if (!(failure instanceof HomeserverError)) throw new Error("no HomeserverError");
    return failure.status;
  };
  const room = (more: object = {}): Promise<string> =>
    writer.createRoom({ room_version: "11", preset: "private_chat", ...more });

  it("makes a room, with what is to stand in it from the start", async () => {
    const initial_state = [{ type: "org.example.mark", state_key: "", content: { n: 1 } }];
    const roomId = await room({ initial_state });
    expect(await writer.joinedRooms()).to.include(roomId);
    expect((await writer.stateEvent(roomId, "org.example.mark", ""))?.content).to.deep.equal({ n: 1 });
    expect(await writer.stateEvent(roomId, "org.example.none", "")).to.equal(undefined);
  });

  it("writes dated events once, and dated state", async () => {
    const roomId = await room();
    const content = { msgtype: "m.text", body: "hello" };
    const first = await writer.send(roomId, "m.room.message", "t1", content, 0);
    expect(await writer.send(roomId, "m.room.message", "t1", content, 0)).to.equal(first);
    const topic = await writer.sendState(roomId, "m.room.topic", "", { topic: "dated" }, 1_000_000_000_000);
    const [newest, before] = await writer.latest(roomId, 2);
    expect(newest).to.include({ event_id: topic, origin_server_ts: 1_000_000_000_000 });
    expect(before).to.include({ event_id: first, origin_server_ts: 0 });
    expect((await writer.stateEvent(roomId, "m.room.topic", ""))?.content).to.deep.equal({ topic: "dated" });
  });

  it("takes back what a redaction names", async () => {
    const roomId = await room();
    const said = await writer.send(roomId, "m.room.message", "t1", { msgtype: "m.text", body: "hello" });
    const redaction = await writer.send(roomId, "m.room.redaction", "t2", { redacts: said });
    const event = (await writer.latest(roomId, 10)).find(({ event_id }) => event_id === said);
    expect(event?.content).to.deep.equal({});
    expect(event?.unsigned?.["redacted_because"]).to.have.property("event_id", redaction);
  });

  it("takes an event back now, or as of a time, with all that the redaction says", async () => {
    const roomId = await room();
    const say = (txn: string): Promise<string> =>
      writer.send(roomId, "m.room.message", txn, { msgtype: "m.text", body: txn });
    const because = async (said: string): Promise<unknown> =>
      (await writer.latest(roomId, 10)).find(({ event_id }) => event_id === said)?.unsigned?.["redacted_because"];
    const [one, two] = [await say("one"), await say("two")];
    expect(await because(one)).to.equal(undefined);
    const now = await writer.redact(roomId, one, "r1");
    expect(await because(one)).to.include({ event_id: now });
    const content = { redacts: two, reason: "spam", "org.example.more": { n: 1 } };
    const keep = (): Promise<never> => Promise.reject(new Error("it can be dated"));
    const { eventId, effect } = await writer.redactDated(roomId, two, "r2", { content, ts: 1_000_000_000_000, keep });
    expect(effect).to.equal("dated");
    expect(await because(two)).to.deep.include({ event_id: eventId, origin_server_ts: 1_000_000_000_000, content });
  });

  it("lets people in and out, and leaves", async () => {
    const { userId } = subject;
    const roomId = await room();
    await writer.invite(roomId, userId);
    expect((await writer.stateEvent(roomId, "m.room.member", userId))?.content).to.include({ membership: "invite" });
    await subject.join(roomId);
    expect(await statusOf(writer.invite(roomId, userId)), "is in the room").to.equal(403);
    await writer.kick(roomId, userId, "closed");
    const membership = await writer.stateEvent(roomId, "m.room.member", userId);
    expect(membership?.content).to.include({ membership: "leave", reason: "closed" });
    expect(await statusOf(writer.kick(roomId, userId, "again")), "is not in the room").to.equal(403);
    expect(await statusOf(writer.forget(roomId)), "is in the room").to.equal(400);
    await writer.leave(roomId);
    expect(await writer.joinedRooms()).not.to.include(roomId);
    expect(await statusOf(writer.send(roomId, "org.example", "t9", {})), "has left").to.equal(403);
    await writer.forget(roomId);
  });

  it("removes nobody who is as mighty", async () => {
    const { userId } = subject;
    const users = { [writer.userId]: 100, [userId]: 100 };
    const roomId = await room({ power_level_content_override: { users } });
    await writer.invite(roomId, userId);
    await subject.join(roomId);
    expect(await statusOf(writer.kick(roomId, userId, "no"))).to.equal(403);
  });

  it("refuses for good what no room can hold", async () => {
    const roomId = await room();
    expect(await statusOf(writer.send(roomId, "org.example", "t1", { n: 1.5 }))).to.equal(400);
    expect(await statusOf(writer.send(roomId, "org.example", "t2", { body: "x".repeat(70_000) }))).to.equal(413);
    const failure: unknown = await room({ room_version: "none" }).catch((error: unknown) => error);
    expect(failure).to.have.property("errcode", "M_UNSUPPORTED_ROOM_VERSION");
  });
}
