import type { StateEvent } from "../matrix/event.ts";
import { isBridge, isFederated, isIncognito, isSidekick } from "./room-facts.ts";
import type { RoomPolicy } from "./room-policy.ts";

export type RefusalCode = "room_type_sidekick" | "room_type_bridge" | "room_type_federated" | "scope_incognito";

/** Why a room does not travel; every door uses this wording. */
export interface Refusal {
  code: RefusalCode;
  message: string;
}

/** The table of docs/refusals.md. */
export const REFUSALS: Readonly<Record<RefusalCode, string>> = {
  room_type_sidekick: "This room is a sidekick of another room: it cannot be exported or imported by itself.",
  room_type_bridge: "This room is bridged to another network: it cannot be exported or imported.",
  room_type_federated: "This room was made on another server: it cannot be exported or imported.",
  scope_incognito: "This room is incognito: it cannot be exported or imported.",
};

/**
 * All that speaks against a live room. `serverName`: of the homeserver that it was read from; `recorded`: what the database says of
 * a room that the service made. One of both, state or record, is enough.
 */
export function refusalsOfRoom(
  state: readonly StateEvent[],
  serverName: string,
  recorded: RoomPolicy | undefined,
): Refusal[] {
  return refusals({
    room_type_sidekick: isSidekick(state) || recorded?.room_type === "sidekick",
    room_type_bridge: isBridge(state) || recorded?.room_type === "bridge",
    room_type_federated: isFederated(state, serverName) || recorded?.room_type === "federated",
    scope_incognito: isIncognito(state) || recorded?.scope_kind === "incognito",
  });
}

/** All that speaks against a bundle: what its manifest says, and what the state in it says. */
export function refusalsOfManifest(head: {
  room: { type: string; scope: { scope_kind: string } };
  state: readonly StateEvent[];
  source: { server_name: string };
}): Refusal[] {
  const { room, state, source } = head;
  return refusals({
    room_type_sidekick: room.type === "sidekick" || isSidekick(state),
    room_type_bridge: room.type === "bridge" || isBridge(state),
    room_type_federated: room.type === "federated" || isFederated(state, source.server_name),
    scope_incognito: room.scope.scope_kind === "incognito" || isIncognito(state),
  });
}

function refusals(found: Record<RefusalCode, boolean>): Refusal[] {
  const codes = Object.keys(REFUSALS) as RefusalCode[];
  return codes.filter((code) => found[code]).map((code) => ({ code, message: REFUSALS[code] }));
}
