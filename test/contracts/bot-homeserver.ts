import { expect } from "chai";
import { CREATION } from "../../src/matrix/names.ts";
import type { BotHomeserver } from "../../src/ports/homeserver/bot-homeserver.ts";
import { HomeserverError } from "../../src/ports/homeserver/homeserver.ts";

/** The bot, and somebody who has rooms. */
export interface BotSubject {
  bot: BotHomeserver;
  /** who is in all rooms that `invited` makes */
  userId: string;
  /** A room of that user into which the bot is invited. */
  invited(): Promise<string>;
}

/** What every BotHomeserver does. */
export function botHomeserverContract(subjectOf: () => Promise<BotSubject>): void {
  let bot: BotHomeserver;
  let subject: BotSubject;
  before(async () => {
    subject = await subjectOf();
    ({ bot } = subject);
  });

  const statusOf = async (call: Promise<unknown>): Promise<number> => {
    const failure: unknown = await call.catch((error: unknown) => error);
    if (!(failure instanceof HomeserverError)) throw new Error("no HomeserverError");
    return failure.status;
  };

  it("joins where it is invited, and is not in the room before", async () => {
    const roomId = await subject.invited();
    expect(await bot.joinedRooms()).not.to.include(roomId);
    expect(await statusOf(bot.say(roomId, "t0", { msgtype: "m.notice", body: "too early" }))).to.equal(403);
    await bot.join(roomId);
    await bot.join(roomId);
    expect(await bot.joinedRooms()).to.include(roomId);
    expect(await bot.members(roomId)).to.have.members([bot.userId, subject.userId]);
  });

  it("says each thing once", async () => {
    const roomId = await subject.invited();
    await bot.join(roomId);
    const said = await bot.say(roomId, "t1", { msgtype: "m.notice", body: "hello" });
    expect(await bot.say(roomId, "t1", { msgtype: "m.notice", body: "hello" })).to.equal(said);
    expect(await bot.say(roomId, "t2", { msgtype: "m.notice", body: "hello" })).not.to.equal(said);
  });

  it("reads the state of rooms in which it is", async () => {
    const roomId = await subject.invited();
    await bot.join(roomId);
    expect(await bot.stateEvent(roomId, "m.room.create", "")).to.have.property("sender", subject.userId);
    const own = await bot.stateEvent(roomId, "m.room.member", bot.userId);
    expect(own?.content).to.include({ membership: "join" });
    expect(await bot.stateEvent(roomId, "m.room.encryption", "")).to.equal(undefined);
  });

  it("sends state where it has the power for it", async () => {
    const roomId = await bot.createDirectRoom(subject.userId, "state");
    const content = { type: "m.custom", url: "https://example.org" };
    await bot.sendState(roomId, "im.vector.modular.widgets", "one", content);
    const found = await bot.stateEvent(roomId, "im.vector.modular.widgets", "one");
    expect(found).to.deep.include({ sender: bot.userId, content });
    const other = await subject.invited();
    await bot.join(other);
    expect(await statusOf(bot.sendState(other, "im.vector.modular.widgets", "one", content))).to.equal(403);
  });

  it("looks an event up by its id, in its own room alone", async () => {
    const [roomId, other] = [await subject.invited(), await subject.invited()];
    await bot.join(roomId);
    await bot.join(other);
    const said = await bot.say(roomId, "t1", { msgtype: "m.notice", body: "hello" });
    const found = await bot.eventSeenBy(subject.userId, roomId, said);
    expect([found?.event_id, found?.content["body"]]).to.deep.equal([said, "hello"]);
    for (const [room, id] of [
      [other, said],
      [roomId, "$nowhere"],
      [roomId, "nothing/../like?an=id"],
    ] as const)
      expect(await bot.eventSeenBy(subject.userId, room, id), id).to.equal(undefined);
  });

  it("leaves, or declines, and is out then", async () => {
    const [joined, declined] = [await subject.invited(), await subject.invited()];
    await bot.join(joined);
    await bot.leave(joined, "no reason");
    await bot.leave(declined, "no reason");
    const rooms = await bot.joinedRooms();
    expect(rooms.filter((roomId) => [joined, declined].includes(roomId))).to.deep.equal([]);
    expect(await statusOf(bot.say(joined, "t1", { msgtype: "m.notice", body: "late" }))).to.equal(403);
    expect(await statusOf(bot.join(joined)), "is not invited any more").to.equal(403);
  });

  it("finds out nothing of rooms in which it never was", async () => {
    const roomId = await subject.invited();
    expect(await statusOf(bot.members(roomId))).to.equal(403);
    expect(await statusOf(bot.join("!nowhere:localhost"))).to.be.within(400, 404);
  });

  it("forgets a room that it has left", async () => {
    const roomId = await subject.invited();
    await bot.join(roomId);
    await bot.leave(roomId);
    await bot.forget(roomId);
    expect(await bot.joinedRooms()).not.to.include(roomId);
  });

  it("makes a room for one user, who is invited", async () => {
    const roomId = await bot.createDirectRoom(subject.userId, "a mark");
    expect(await bot.joinedRooms()).to.include(roomId);
    expect(await bot.members(roomId)).to.have.members([bot.userId, subject.userId]);
    const create = await bot.stateEvent(roomId, "m.room.create", "");
    expect(create?.sender).to.equal(bot.userId);
    expect(create?.content).to.include({ [CREATION]: "a mark" });
    const other = await bot.stateEvent(roomId, "m.room.member", subject.userId);
    expect(other?.content).to.include({ membership: "invite" });
  });
}
