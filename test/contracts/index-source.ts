import { expect } from "chai";
import { stringMember } from "../../src/matrix/json.ts";
import { HomeserverError } from "../../src/ports/homeserver/homeserver.ts";
import type { IndexSource } from "../../src/ports/homeserver/index-source.ts";

/** A source that is in a room in which three things were said, the second of which was redacted. */
export interface IndexSubject {
  source: IndexSource;
  roomId: string;
  said: readonly [string, string, string];
}

/** What every IndexSource does. */
export function indexSourceContract(subjectOf: () => Promise<IndexSubject>): void {
  let subject: IndexSubject;
  before(async () => {
    subject = await subjectOf();
  });

  it("knows its rooms, their state and their newest event", async () => {
    const { source, roomId } = subject;
    expect(await source.joinedRooms()).to.include(roomId);
    const own = await source.stateEvent(roomId, "m.room.member", source.userId);
    expect(own?.content).to.include({ membership: "join" });
    const { chunk } = await source.messages(roomId, undefined);
    expect(await source.newest(roomId)).to.equal(stringMember(chunk.at(0), "event_id"));
  });

  it("gives the timeline from its end to its beginning", async () => {
    const { source, roomId, said } = subject;
    const ids: (string | undefined)[] = [];
    for (let from: string | undefined, more = true; more; more = from !== undefined) {
      const page = await source.messages(roomId, from);
      ids.push(...[...page.chunk].map((event) => stringMember(event, "event_id")));
      from = page.end;
    }
    expect(ids.filter((id) => id !== undefined && said.includes(id))).to.deep.equal(said.toReversed());
  });

  it("gives events as they stand now, and leaves out what is not there", async () => {
    const { source, roomId, said } = subject;
    const found = await source.events(roomId, [...said, "$nothing"]);
    expect([...found.keys()]).to.have.members([...said]);
    expect(found.get(said[0])?.content).to.have.property("body", "one");
    expect(found.get(said[1])?.content).to.deep.equal({});
  });

  it("refuses rooms in which it is not", async () => {
    const failure: unknown = await subject.source
      .stateEvent("!nowhere:localhost", "m.room.create", "")
      .catch((error: unknown) => error);
    expect(failure).to.be.instanceOf(HomeserverError).with.property("status", 403);
  });
}
