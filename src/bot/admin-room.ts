import { stringMember } from "../matrix/json.ts";
import type { BotHomeserver } from "../ports/homeserver/bot-homeserver.ts";
import type { Permission } from "../requests/access.ts";

/**
 * Is it a room for admins: nobody but them is in it or invited, and nobody else can walk in? A direct message with an admin is one.
 */
export async function isAdminRoom(
  homeserver: BotHomeserver,
  permissionOf: (userId: string) => Permission,
  roomId: string,
): Promise<boolean> {
  const rules = await homeserver.stateEvent(roomId, "m.room.join_rules", "");
  const visibility = await homeserver.stateEvent(roomId, "m.room.history_visibility", "");
  // without the event a room is for those who are invited (client-server API, m.room.join_rules)
  const open = (stringMember(rules?.content, "join_rule") ?? "invite") !== "invite";
  if (open || stringMember(visibility?.content, "history_visibility") === "world_readable") return false;
  const others = (await homeserver.members(roomId)).filter((userId) => userId !== homeserver.userId);
  return others.every((userId) => permissionOf(userId) === "admin");
}
