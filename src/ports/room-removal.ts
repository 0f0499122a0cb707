/** Deletes rooms from the homeserver's own database, as its administrator may. */
export interface RoomRemoval {
  /**
   * Everybody of this homeserver is removed from the room, and its events are gone when this resolves. One that is gone already is
   * fine.
   * @throws HomeserverError
   */
  remove(roomId: string, signal: AbortSignal): Promise<void>;
}
