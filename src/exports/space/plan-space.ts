import { spaceChildren } from "../../collections/relations.ts";
import type { HierarchyRoom } from "../../ports/homeserver/space-reader.ts";
import type { LeftOut, LeftOutCode } from "../collection/left-out.ts";

/** What is known about the rooms of a space, as somebody may know it. */
export interface SpaceView {
  /** as the homeserver shows it to the requester; where the service has no token of theirs, to the service user */
  hierarchy: readonly HierarchyRoom[];
  /** is that hierarchy what the requester may see? */
  isTheirs: boolean;
  /** Is the requester in this room? undefined: it cannot be told before the room is read. */
  isIn: (room: HierarchyRoom) => Promise<boolean | undefined>;
  serviceIsIn: (roomId: string) => boolean;
  /** must it not exist for the requester? */
  hides: (roomId: string) => Promise<boolean>;
}

export interface SpacePlan {
  /** rooms to read, in the order of the specification, the space first */
  rooms: string[];
  /** rooms that a space lists which the requester may see, and that are not to be read */
  leftOut: LeftOut[];
}

/**
 * Which rooms of a space are to be exported: depth first, each once, also where spaces list each other. What is below a space that the
 * requester may not see is not named.
 */
export async function planSpace(spaceId: string, view: SpaceView): Promise<SpacePlan> {
  const shown = new Map(view.hierarchy.map((room) => [room.room_id, room]));
  const plan: SpacePlan = { rooms: [], leftOut: [] };
  const seen = new Set<string>();
  const waiting = [spaceId];
  for (let roomId = waiting.pop(); roomId !== undefined; roomId = waiting.pop()) {
    if (seen.has(roomId)) continue;
    seen.add(roomId);
    const room = shown.get(roomId);
    const isIn = room && (await view.isIn(room));
    const code = await whyNot(roomId, room, isIn, view);
    if (code === undefined) plan.rooms.push(roomId);
    else plan.leftOut.push({ room_id: roomId, code });
    const maySeeBelow = view.isTheirs ? code !== "hidden" : isIn === true;
    if (room?.type !== "m.space" || !maySeeBelow) continue;
    waiting.push(
      ...spaceChildren(room.children)
        .map((child) => child.room_id)
        .reverse(),
    );
  }
  return plan;
}

async function whyNot(
  roomId: string,
  room: HierarchyRoom | undefined,
  isIn: boolean | undefined,
  view: SpaceView,
): Promise<LeftOutCode | undefined> {
  if (!room) return view.isTheirs ? "hidden" : "not_joined";
  if (await view.hides(roomId)) return "hidden";
  if (isIn === false) return "not_joined";
  if (view.serviceIsIn(roomId)) return undefined;
  return isIn === true ? "service_not_joined" : "not_joined";
}
