import { expect } from "chai";
import { stringMember } from "../../src/matrix/json.ts";
import type { HomeserverAdmin } from "../../src/ports/homeserver/homeserver-admin.ts";

/** An administrator, and a room in which they are not. */
export interface AdminSubject {
  admin: HomeserverAdmin;
  roomId: string;
}

const { signal } = new AbortController();

/** What every HomeserverAdmin does. */
export function homeserverAdminContract(subjectOf: () => Promise<AdminSubject>): void {
  it("knows all rooms and reads them whole, without being in them", async () => {
    const { admin, roomId } = await subjectOf();
    expect(await admin.rooms()).to.include(roomId);
    const state = await admin.reader.state(roomId, signal);
    expect(state.map(({ type }) => type)).to.include("m.room.create");
    expect(await admin.reader.stateEvent(roomId, "m.room.create", "")).to.have.property("type", "m.room.create");
    const types: (string | undefined)[] = [];
    for (let from: string | undefined, more = true; more; more = from !== undefined) {
      const page = await admin.reader.messages(roomId, from, signal);
      types.push(...[...page.chunk].map((event) => stringMember(event, "type")));
      from = page.end;
    }
    expect(types.at(-1)).to.equal("m.room.create");
    expect(await admin.reader.ignoredUsers(signal)).to.deep.equal([]);
  });
}
