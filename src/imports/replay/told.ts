import type { Bundle } from "../../bundle/open-bundle.ts";
import { RoomsInTurn, type RoomInTurn } from "../../bundle/joined/rooms-in-turn.ts";
import type { BundleEvent } from "../../bundle/manifest/manifest.ts";
import { originalOf, type OriginalEvent } from "../../bundle/original.ts";

/** One event of a conversation that is replayed. */
export interface ToldEvent {
  event: BundleEvent;
  original: OriginalEvent;
  /** of the bundle that it stands in; people are called there as the conversation has gone on */
  room: RoomInTurn;
  /** its place in the bundle that is imported, from 0; -1: it stands in the room */
  position: number;
  /** `new`: to be sent; `here`: the room held it before this import; `known`: the bundle holds once more what the room held */
  standing: "new" | "here" | "known";
}

/** The room that a bundle is imported into, as it was when that was asked for. */
export interface RoomBefore {
  /** an export of it */
  bundle: Bundle;
  /** Was this event imported into it before? */
  has(original: OriginalEvent): Promise<boolean>;
}

/** The whole conversation, oldest first: what the room holds of it already, and then the bundle. Can be called again. @throws BundleError */
export async function* told(
  bundle: Bundle,
  before: RoomBefore | undefined,
): AsyncGenerator<ToldEvent, void, undefined> {
  const rooms = new RoomsInTurn(bundle);
  if (before) {
    const { head } = before.bundle;
    for await (const event of before.bundle.events()) {
      const original = originalOf(event, head.source);
      if (isBrought(original))
        yield { event, original, room: { ...rooms.now, head, begins: false }, position: -1, standing: "here" };
    }
  }
  let position = 0;
  for await (const event of bundle.events()) {
    const room = rooms.next();
    const original = originalOf(event, room.head.source);
    const standing = (await before?.has(original)) ? "known" : "new";
    yield { event, original, room, position, standing };
    position += 1;
  }
}

/** Is it part of the conversation that imports brought into a room, and not what was said or done there? */
export function isBrought({ imported, repeated }: OriginalEvent): boolean {
  return imported && repeated !== true;
}
