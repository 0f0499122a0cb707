import type { RoomPolicy, ScopeKind, Visibility } from "../policy/room-policy.ts";

/** A room to be made. */
export interface NewRoomOptions {
  name: string;
  topic?: string;
  /** the space that it joins: room id, alias or slug */
  workspace?: string;
  scopeKind?: ScopeKind;
  visibility?: Visibility;
  readRoleSlugs?: string[];
  /** user ids */
  invite?: string[];
  autoCloseOnLeave?: boolean;
  /** admin tokens only: the owner */
  as?: string;
  /** names the request (for the bot: the command's event id): asked again, the same room is given */
  requestId?: string;
}

/** What may be changed of a room's rules. */
export interface PolicyChanges {
  do_not_index?: boolean | undefined;
  scope_kind?: "incognito" | undefined;
  read_role_slugs?: string[] | undefined;
  auto_close_on_leave?: boolean | undefined;
}

/** A room as doors show it. */
export interface ShownRoom extends RoomPolicy {
  room_id: string;
  name: string | null;
  owner: string;
  /** milliseconds since the epoch */
  created_at: number;
  /** of the requester; null: none */
  membership: string | null;
}

/** A new one. */
export interface MadeRoomShown extends ShownRoom {
  /** user ids of those whom the homeserver refused to invite */
  uninvited: string[];
}

export interface ShownWorkspace {
  room_id: string;
  name: string | null;
  /** by which doors know it, where it has one */
  slug: string | null;
}
