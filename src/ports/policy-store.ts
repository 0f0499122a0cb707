import type { RoomPolicy } from "../policy/room-policy.ts";
import type { AuditEntry } from "./audit-log.ts";

/** A room that the service made, and the rules that it has. */
export interface MadeRoom {
  /** of its making: a request, or the job of an import */
  id: string;
  origin: "created" | "imported";
  /** null while it is being made */
  room_id: string | null;
  /** user id of the person for whom it was made */
  owner: string;
  policy: RoomPolicy;
  /** milliseconds since the epoch */
  created_at: number;
  /** it is being closed since then, in milliseconds since the epoch */
  closing_at: number | null;
  closed_at: number | null;
}

/** One that is there. */
export type ExistingRoom = MadeRoom & { room_id: string };

/**
 * The durable record of rooms that the service made. What a change is told as in the audit log is committed together with it, and
 * where nothing changes, nothing is told. Every method can throw StoreAway.
 */
export interface PolicyStore {
  /**
   * Notes a room before it is made, or one that is there. Where that making was noted before, that stays as it is. Gives what is
   * noted.
   */
  begin(room: Pick<MadeRoom, "id" | "origin" | "room_id" | "owner" | "policy">): Promise<MadeRoom>;
  /** The room is there. Gives whether that is news. */
  made(id: string, roomId: string, told: AuditEntry): Promise<boolean>;
  /** One making of a room, by its id. */
  making(id: string): Promise<MadeRoom | undefined>;
  /** There is no room, and there will be none. One that is there already stays noted. */
  abandon(id: string): Promise<void>;
  get(roomId: string): Promise<MadeRoom | undefined>;
  /** Rooms that are there and were not closed, oldest first. */
  open(): Promise<ExistingRoom[]>;
  /** Those that are noted and not there yet, oldest first. */
  unmade(): Promise<MadeRoom[]>;
  setPolicy(roomId: string, policy: RoomPolicy, told: AuditEntry): Promise<void>;
  /** From now on the room is being closed, whatever happens. */
  beginClosing(roomId: string, told: AuditEntry): Promise<void>;
  closed(roomId: string, told: AuditEntry): Promise<void>;
  /** Who was in the room as holder of a role. */
  admitted(roomId: string): Promise<string[]>;
  admit(roomId: string, userId: string): Promise<void>;
  dismiss(roomId: string, userId: string): Promise<void>;
}
