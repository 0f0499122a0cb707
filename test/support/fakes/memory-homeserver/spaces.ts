import { stringMember } from "../../../../src/matrix/json.ts";
import type { HierarchyRoom, SpaceReader } from "../../../../src/ports/homeserver/space-reader.ts";
import type { MemoryHomeserver } from "./homeserver.ts";
import { forbid, type MemoryRoom } from "./room.ts";

/** Spaces of a homeserver in memory, as a user sees them: they are shown what they are in, and what everybody may join. */
export function spaceReader({ rooms }: Pick<MemoryHomeserver, "rooms">, userId: string): SpaceReader {
  const shows = (room: MemoryRoom | undefined): room is MemoryRoom =>
    room?.membership(userId) === "join" ||
    stringMember(room?.stateEvent("m.room.join_rules", "")?.content, "join_rule") === "public";
  return {
    async hierarchy(roomId, atMost) {
      const found = new Map<string, HierarchyRoom>();
      const visit = (id: string): void => {
        const room = rooms.get(id);
        if (!shows(room) || found.has(id) || found.size === atMost) return;
        const type = stringMember(room.stateEvent("m.room.create", "")?.content, "type") ?? null;
        const children = room
          .state()
          .filter((event) => event.type === "m.space.child" && Array.isArray(event.content["via"]))
          .map((event) => ({ ...event, state_key: event.state_key ?? "" }));
        found.set(id, { room_id: id, type, children: type === "m.space" ? children : [] });
        for (const { state_key } of children) visit(state_key);
      };
      if (!shows(rooms.get(roomId))) forbid(`${userId} may not know ${roomId}`);
      visit(roomId);
      return [...found.values()];
    },
    async joinedRoomIds() {
      return [...rooms.values()].filter((room) => room.membership(userId) === "join").map(({ id }) => id);
    },
  };
}
