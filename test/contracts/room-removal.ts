import { expect } from "chai";
import type { RoomReader } from "../../src/ports/homeserver/homeserver.ts";
import type { RoomRemoval } from "../../src/ports/homeserver/room-removal.ts";

/** What may delete a room that `reader` is in. */
export interface RemovalSubject {
  removal: RoomRemoval;
  reader: RoomReader;
  roomId: string;
}

const { signal } = new AbortController();

/** What every RoomRemoval does. */
export function roomRemovalContract(subjectOf: () => Promise<RemovalSubject>): void {
  it("deletes a room for everybody, and does not mind one that is gone", async () => {
    const { removal, reader, roomId } = await subjectOf();
    expect(await reader.state(roomId, signal)).not.to.be.empty;
    await removal.remove(roomId, signal);
    const failure: unknown = await reader.state(roomId, signal).catch((error: unknown) => error);
    expect(failure).to.have.property("status").that.is.oneOf([403, 404]);
    await removal.remove(roomId, signal);
  });
}
