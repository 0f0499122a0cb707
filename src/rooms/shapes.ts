import type { RoomPolicy } from "../policy/room-policy.ts";

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

/** Which rooms with rules somebody may make. `refusal`: why none of this kind; null: they may. */
export interface NewRoomRulesShown {
  incognito: {
    refusal: string | null;
    /** does a room close when its owner leaves? */
    auto_close_on_leave: "asked" | "default" | "always" | "never";
    /** 0: it stays open, however quiet it is */
    close_after_idle_days: number;
  };
  restricted: {
    refusal: string | null;
    /** that they hold, and can name */
    roles: string[];
  };
}
