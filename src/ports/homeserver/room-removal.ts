/** Deletes rooms from the homeserver's own database, as its administrator may. */
export interface RoomRemoval {
  /**
   * Everybody of this homeserver is removed from the room, and its events are gone when this resolves. One that is gone already is
   * fine.
   * @throws HomeserverError 401, 403 or 404: the service may not do that here, or there is no such API
   */
  remove(roomId: string, signal: AbortSignal): Promise<void>;
}

/** Deletes files from the homeserver's media repository, as its administrator may. */
export interface MediaRemoval {
  /**
   * The file behind this `mxc://` URI is gone when this resolves. One that is gone already is fine.
   * @throws HomeserverError 401, 403 or 404: the service may not do that here, or there is no such API
   */
  removeMedia(uri: string, signal: AbortSignal): Promise<void>;
}
