import { expect } from "chai";
import { eventSeenBy } from "../../../src/exports/seen-event.ts";
import { BOB, PretendRoom } from "../../support/fakes/pretend-room.ts";

const signal = new AbortController().signal;

describe("an event as a user sees it", () => {
  let room: PretendRoom;
  beforeEach(() => {
    room = new PretendRoom();
  });
  const history = (visibility: string): string =>
    room.set("m.room.history_visibility", { history_visibility: visibility });
  const seen = async (eventId: string): Promise<string | undefined> =>
    (await eventSeenBy(BOB, room, "!room:here", eventId, signal))?.event_id;

  it("is given where they were in the room when it was sent, pages away from the end", async () => {
    history("joined");
    room.member(BOB, "join");
    const bundle = room.say("bundle");
    for (let i = 0; i < 10; i++) room.say("more");
    expect(await seen(bundle)).to.equal(bundle);
  });

  it("is kept from those who came later into a room whose history is for members", async () => {
    history("joined");
    const bundle = room.say("bundle");
    room.member(BOB, "join");
    for (let i = 0; i < 10; i++) room.say("more");
    expect(await seen(bundle)).to.equal(undefined);
  });

  it("is kept from those who were away when it was sent", async () => {
    history("joined");
    room.member(BOB, "join");
    room.member(BOB, "leave");
    const bundle = room.say("bundle");
    room.member(BOB, "join");
    expect(await seen(bundle)).to.equal(undefined);
  });

  it("is judged by what held when it was sent, not by what holds now", async () => {
    history("joined");
    const closed = room.say("closed");
    history("shared");
    const open = room.say("open");
    history("joined");
    room.member(BOB, "join");
    expect([await seen(closed), await seen(open)]).to.deep.equal([undefined, open]);
  });

  it("from the time of an invitation is given where history is for those invited", async () => {
    history("invited");
    const before = room.say("before");
    room.member(BOB, "invite", {}, "@ann:here");
    const bundle = room.say("bundle");
    room.member(BOB, "join");
    expect([await seen(before), await seen(bundle)]).to.deep.equal([undefined, bundle]);
  });

  it("is not given where the homeserver does not tell what held", async () => {
    const bundle = room.say("bundle");
    room.member(BOB, "join");
    history("shared");
    for (const event of room.timeline) event["unsigned"] = {};
    expect(await seen(bundle)).to.equal(undefined);
  });

  it("is not given where there is none", async () => {
    room.member(BOB, "join");
    expect(await seen("$nowhere")).to.equal(undefined);
  });
});
