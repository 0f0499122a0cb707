import { expect } from "chai";
import { askAhead } from "../../../../../src/exports/reading/pages/first-answers.ts";
import type { ClientEvent } from "../../../../../src/matrix/event.ts";
import {
  HomeserverError,
  type RoomSnapshot,
  type TimelinePage,
} from "../../../../../src/ports/homeserver/homeserver.ts";
import { ANN, BOB, PretendRoom, ROOM } from "../../../../support/fakes/pretend-room.ts";
import { turns } from "../../../../support/until.ts";

const { signal } = new AbortController();

/** Counts what it is asked. */
class CountingRoom extends PretendRoom {
  override pageSize = 100;
  readonly asked: string[] = [];
  /** happens once, between the answers to the first page and to the state */
  meanwhile: (() => void) | undefined;

  override async messages(id: string, from: string | undefined, ending: AbortSignal): Promise<TimelinePage> {
    this.asked.push("messages");
    return super.messages(id, from, ending);
  }
  override async state(id: string): Promise<ClientEvent[]> {
    this.asked.push("state");
    if (this.meanwhile) {
      await Promise.resolve();
      this.meanwhile();
      this.meanwhile = undefined;
    }
    return super.state(id);
  }
  override async stateEvent(id: string, type: string, key: string): Promise<ClientEvent | undefined> {
    this.asked.push(`${type} ${key}`);
    return super.stateEvent(id, type, key);
  }
  override ignoredUsers(): Promise<string[]> {
    this.asked.push("ignored");
    return super.ignoredUsers();
  }
}

/** Tells state and page in one answer. */
class SnapshotRoom extends CountingRoom {
  async snapshot(id: string, ending: AbortSignal): Promise<RoomSnapshot> {
    this.asked.push("snapshot");
    const page = await PretendRoom.prototype.messages.call(this, id, undefined, ending);
    this.meanwhile?.();
    this.meanwhile = undefined;
    const state = await PretendRoom.prototype.state.call(this, id);
    return { state, page };
  }
}

const idsOf = (events: Iterable<unknown>): unknown[] => Array.from(events, (event) => (event as ClientEvent).event_id);

describe("what an export asks first", () => {
  it("is asked side by side, and once", async () => {
    const room = new CountingRoom();
    const { toCheck, reader } = askAhead(room, room, ROOM, signal);
    await turns(1);
    const first = [...room.asked];
    expect(first).to.deep.equal(["ignored", "messages", "state"]);
    expect((await toCheck.stateEvent(ROOM, "m.room.member", ANN))?.content["membership"]).to.equal("join");
    const state = await toCheck.state(ROOM, signal);
    expect(idsOf(await reader.state(ROOM, signal))).to.deep.equal(idsOf(state));
    expect((await reader.messages(ROOM, undefined, signal)).chunk).to.have.length(2);
    await reader.ignoredUsers(signal);
    expect(room.asked).to.deep.equal(first);
    await toCheck.stateEvent(ROOM, "m.room.member", BOB);
    expect(room.asked.at(-1)).to.equal(`m.room.member ${BOB}`);
  });

  it("is told in one answer where the homeserver does so", async () => {
    const room = new SnapshotRoom();
    const { toCheck, reader } = askAhead(room, room, ROOM, signal);
    expect((await toCheck.stateEvent(ROOM, "m.room.member", ANN))?.content["membership"]).to.equal("join");
    expect(idsOf(await reader.state(ROOM, signal))).to.deep.equal(["$0000", "$0001"]);
    expect(idsOf((await reader.messages(ROOM, undefined, signal)).chunk)).to.deep.equal(["$0001", "$0000"]);
    expect(room.asked).to.have.members(["snapshot", "ignored"]);
  });

  it("is asked again where state and page of one answer differ", async () => {
    const room = new SnapshotRoom();
    room.set("m.room.name", { name: "before" });
    room.meanwhile = () => void room.set("m.room.name", { name: "after" });
    const { reader } = askAhead(room, room, ROOM, signal);
    const state = await reader.state(ROOM, signal);
    const { chunk } = await reader.messages(ROOM, undefined, signal);
    expect(idsOf(chunk)).to.include.members(idsOf(state));
    expect(room.asked.slice(-2)).to.deep.equal(["state", "messages"]);
  });

  it("is asked again, the state first, where the room has changed in between", async () => {
    const room = new CountingRoom();
    room.set("m.room.name", { name: "before" });
    room.meanwhile = () => void room.set("m.room.name", { name: "after" });
    const { toCheck, reader } = askAhead(room, room, ROOM, signal);
    await toCheck.state(ROOM, signal);
    const state = await reader.state(ROOM, signal);
    const { chunk } = await reader.messages(ROOM, undefined, signal);
    expect(idsOf(chunk)).to.include.members(idsOf(state));
    expect(room.asked.slice(3)).to.deep.equal(["state", "messages"]);
  });

  it("keeps a state event that has come after the page, as one that comes while the rest is read", async () => {
    const room = new CountingRoom();
    room.meanwhile = () => void room.set("m.room.topic", { topic: "new" });
    const { reader } = askAhead(room, room, ROOM, signal);
    expect((await reader.state(ROOM, signal)).map(({ type }) => type)).to.include("m.room.topic");
    expect(room.asked).to.have.length(3);
  });

  it("tells the membership by the state, as the homeserver tells it", async () => {
    const room = new CountingRoom();
    const membership = async (): Promise<unknown> =>
      (await askAhead(room, room, ROOM, signal).toCheck.stateEvent(ROOM, "m.room.member", ANN))?.content["membership"];
    expect(await membership()).to.equal("join");
    room.member(ANN, "leave");
    expect(await membership()).to.equal("leave");
    room.state = () => Promise.reject(new HomeserverError(404, "M_NOT_FOUND", "no such room"));
    expect(await membership()).to.equal(undefined);
    room.state = () => Promise.reject(new HomeserverError(403, "M_FORBIDDEN", "not in it"));
    expect(await membership().catch((error: unknown) => error)).to.include({ status: 403 });
  });

  it("fails where it is met, and nowhere else", async () => {
    const room = new CountingRoom();
    room.messages = () => Promise.reject(new HomeserverError(403, "M_FORBIDDEN", "no"));
    const { toCheck, reader } = askAhead(room, room, ROOM, signal);
    await toCheck.state(ROOM, signal);
    const failure: unknown = await reader.messages(ROOM, undefined, signal).catch((error: unknown) => error);
    expect(failure).to.include({ status: 403 });
  });
});
