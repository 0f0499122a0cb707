import type { MediaSource, MediaTarget, RoomReader, RoomWriter } from "./homeserver.ts";
import type { JoinedRoom } from "./joined-room.ts";
import type { RoomEncryption } from "./room-encryption.ts";
import type { SpaceReader } from "./space-reader.ts";

/** Is awaited before every call of the homeserver; where it rejects, the call is not made. */
export type Permit = () => Promise<void>;

/** What the homeserver tells the service of an account; what is absent it does not tell. */
export interface Account {
  /** may do next to nothing until an administrator allows it again */
  suspended?: boolean;
  /** cannot do anything until then */
  locked?: boolean;
  deactivated?: boolean;
  guest?: boolean;
  /** an application service has made it: nobody logs in to it */
  puppet?: boolean;
  /** the homeserver lets nobody invite them */
  blocksInvitations?: boolean;
  /** users whom they ignore */
  ignored?: string[];
}

/** Ways into the homeserver. Calls end with the signal, also those that wait for a homeserver that is away. */
export interface HomeserverAccess {
  /** Reads as the user whose access token it is. */
  asUser(
    userId: string,
    accessToken: string,
    signal: AbortSignal,
  ): {
    reader: RoomReader;
    media: MediaSource;
    spaces: SpaceReader;
    /** every room that the user is joined to; @throws HomeserverError */
    joinedRooms(): Promise<JoinedRoom[]>;
  };
  /** Reads and writes as the service user; with a permit only while that is given, also between two attempts at the same call. */
  asService(
    signal: AbortSignal,
    permit?: Permit,
  ): { reader: RoomReader; media: MediaSource; writer: RoomWriter; uploads: MediaTarget; spaces: SpaceReader };
  /**
   * A device of the service user that encrypts, for one run of this import: dispose of it. Devices that earlier runs have left are removed.
   * @throws HomeserverError where the homeserver lets application services have no devices; StoreAway
   */
  encryption(importId: string, signal: AbortSignal, permit?: Permit): Promise<RoomEncryption>;
  /** The room that an alias names, or undefined. @throws HomeserverError */
  resolveAlias(alias: string, signal: AbortSignal): Promise<string | undefined>;
  /** Has the homeserver this user? One that it does not show counts as there. @throws HomeserverError */
  hasUser(userId: string, signal: AbortSignal): Promise<boolean>;
  /**
   * What is known of an account of this homeserver: by the person's own token, or as a server administrator where the service has such
   * a token; else nothing. @throws HomeserverError where the homeserver is away
   */
  account(userId: string, accessToken: string | undefined, signal: AbortSignal): Promise<Account>;
}
