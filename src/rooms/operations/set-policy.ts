import { stringMember } from "../../matrix/json.ts";
import { IMPORTED, POLICY } from "../../matrix/names.ts";
import { isGuarded, readPolicy, type RoomPolicy } from "../../policy/room-policy.ts";
import type { AuditDetail } from "../../ports/audit-log.ts";
import { HomeserverError, type RoomReader } from "../../ports/homeserver/homeserver.ts";
import { errorFields } from "../../ports/logger.ts";
import type { PolicyStore } from "../../ports/policy-store.ts";
import { requireRoomId } from "../../requests/access.ts";
import { jobIdOf } from "../../requests/job-id.ts";
import { actorOf, type Requester } from "../../requests/requester.ts";
import { changedPolicy } from "../changed-policy.ts";
import { show } from "../directory.ts";
import { requireOwner } from "../room-access.ts";
import type { PolicyChanges } from "../options.ts";
import type { ShownRoom } from "../shapes.ts";
import { roomFor, rulesOf, service, type RoomOperationParts } from "./room-operation.ts";

/** Changes the rules of a room that the service made. @throws RequestError */
export type SetPolicy = (roomId: string, changes: PolicyChanges, requester: Requester) => Promise<ShownRoom>;

export function setPolicy(parts: RoomOperationParts): SetPolicy {
  const { operate, policies, guard, discard, logger } = parts;
  return (roomId, changes, requester) => {
    const details = Object.keys(changes) as AuditDetail[];
    const action = changes.do_not_index === undefined ? "policy_change" : "index_flip";
    const entry = { action, room_id: roomId, details } as const;
    return operate(entry, requester, async ({ caller }) => {
      const { reader, writer } = service(parts);
      requireRoomId(roomId);
      if (caller.admin) await adopt(policies, roomId, reader);
      const room = await roomFor(parts, roomId, caller, reader);
      requireOwner(room, caller);
      const policy = await changedPolicy(room, changes, caller, rulesOf(parts), reader);
      // from now on the guard puts the room's state right if this does not come so far
      await policies.setPolicy(roomId, policy, { ...entry, outcome: "done", ...actorOf(caller) });
      const becomesGuarded = isGuarded(policy) && !isGuarded(room.policy);
      // the guard sets the policy of a room that becomes guarded, too: until it has, nobody could break a rule
      if (!becomesGuarded) await writer.sendState(roomId, POLICY, "", { ...policy });
      const becomesIncognito = policy.scope_kind === "incognito" && room.policy.scope_kind !== "incognito";
      await Promise.all([
        guard.check({ ...room, policy }, { becomesGuarded }),
        // what is left goes with the next sweep, and is not given out until then
        becomesIncognito &&
          discard(roomId).catch((error: unknown) => {
            const fields = { room_id: roomId, ...errorFields(error) };
            logger.error(fields, "bundles of an incognito room are not deleted yet");
          }),
      ]);
      return await show({ ...room, policy }, caller.userId, reader);
    });
  };
}

/** A room that an import made before such rooms were noted down. */
async function adopt(policies: PolicyStore, roomId: string, reader: RoomReader): Promise<void> {
  if (await policies.get(roomId)) return;
  try {
    const imported = await reader.stateEvent(roomId, IMPORTED, "");
    if (imported?.sender !== reader.userId) return;
    const policy: RoomPolicy = readPolicy((await reader.stateEvent(roomId, POLICY, ""))?.content);
    const owner = stringMember(imported.content, "imported_by") ?? reader.userId;
    const id = stringMember(imported.content, "job_id") ?? jobIdOf(owner, roomId);
    await policies.begin({ id, origin: "imported", room_id: roomId, owner, policy });
  } catch (error) {
    if (!(error instanceof HomeserverError && error.isAbsentOrForbidden)) throw error;
  }
}
