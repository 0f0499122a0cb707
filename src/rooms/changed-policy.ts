import type { RoomPolicy } from "../policy/room-policy.ts";
import type { RoomReader } from "../ports/homeserver/homeserver.ts";
import type { ExistingRoom } from "../ports/policy-store.ts";
import { RequestError } from "../requests/failures/failure.ts";
import type { Caller } from "../requests/requester.ts";
import type { PolicyChanges } from "./options.ts";
import { requireFit, requireKnown, type NewRoomRules } from "./new-room.ts";
import { obeying } from "./operators-rules.ts";
import { membershipOf } from "./room-access.ts";

/**
 * The rules of a room after these changes, where its owner or an admin may make them.
 * @throws RequestError invalid, forbidden
 */
export async function changedPolicy(
  room: ExistingRoom,
  changes: PolicyChanges,
  caller: Caller,
  rules: NewRoomRules,
  reader: RoomReader,
): Promise<RoomPolicy> {
  const { origin, policy, owner } = room;
  const { do_not_index, scope_kind, read_role_slugs, auto_close_on_leave } = changes;
  const changed = { ...policy };
  if (scope_kind === "incognito") {
    if (policy.visibility === "public") throw wrong("A public room cannot become incognito");
    changed.scope_kind = scope_kind;
    changed.do_not_index = true;
  }
  if (do_not_index !== undefined) {
    if (!do_not_index && changed.scope_kind === "incognito") throw wrong("An incognito room is never indexed");
    if (!do_not_index && origin === "imported" && !caller.admin)
      throw new RequestError("forbidden", "M_FORBIDDEN", "Only an admin can let an imported room be indexed");
    changed.do_not_index = do_not_index;
  }
  if (read_role_slugs !== undefined) {
    if (policy.visibility !== "restricted") throw wrong("Only a restricted room has read_role_slugs");
    if (read_role_slugs.length === 0) throw wrong("A restricted room needs a role");
    requireKnown(read_role_slugs, rules.roles);
    changed.read_role_slugs = [...new Set(read_role_slugs)];
    // nobody shuts themselves out
    await requireFit([owner], changed, rules);
  }
  if (auto_close_on_leave !== undefined) changed.auto_close_on_leave = auto_close_on_leave;
  const obeyed = obeying(changed, { owner, before: policy, autoClose: auto_close_on_leave }, rules.operators);
  const closes = obeyed.auto_close_on_leave && (auto_close_on_leave === true || !policy.auto_close_on_leave);
  if (closes && (await membershipOf(reader, room.room_id, owner)) !== "join")
    throw wrong("The person for whom the room was made is not in it: it would be closed at once");
  return obeyed;
}

function wrong(message: string): RequestError {
  return new RequestError("invalid", "M_INVALID_PARAM", message);
}
