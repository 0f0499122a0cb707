import type { RoomWriter } from "../../ports/homeserver/homeserver.ts";

/** Of the newest events so many are looked through for the one that was just sent. */
const NEWEST = 10;

/** Whether the homeserver gives events of one kind the time that they are sent with: read back once, of the first. */
export class DatesKept {
  readonly #writer: Pick<RoomWriter, "latest">;
  readonly #roomId: string;
  #kept: boolean | undefined;

  constructor(writer: Pick<RoomWriter, "latest">, roomId: string) {
    this.#writer = writer;
    this.#roomId = roomId;
  }

  /**
   * @param eventId of the event just sent
   * @param ts that it was sent with
   * @throws HomeserverError
   */
  async areKept(eventId: string, ts: number): Promise<boolean> {
    // Dendrite serves a date of 0 as none
    if (this.#kept === undefined && ts !== 0) {
      const newest = await this.#writer.latest(this.#roomId, NEWEST);
      const served = newest.find(({ event_id }) => event_id === eventId);
      if (served) this.#kept = served.origin_server_ts === ts;
    }
    return this.#kept !== false;
  }
}
