import type { ClientEvent, StateEvent } from "../../../matrix/event.ts";
import type { JsonObject } from "../../../matrix/json.ts";
import type { BatchLane } from "../../../ports/homeserver/batch-lane.ts";
import type { DatedRedaction, Redacted, RoomWriter } from "../../../ports/homeserver/homeserver.ts";
import { ensureDevice } from "../accounts.ts";
import { stringOf } from "../answers.ts";
import { path, type HomeserverCall, type HomeserverClient } from "../client.ts";
import { lookBackFor, newestEvents } from "./look-back.ts";
import { redactDated, redactNow, type RedactionParts, type RedactionsSeen } from "./redactions.ts";
import { stateEvent } from "../reading/room-reader.ts";
import { createRoom, forgetRoom, inviteUser, joinedRooms, kickUser, leaveRoom } from "../room-calls.ts";
import { synapseBatchLane } from "../synapse/synapse-batch-lane.ts";

/** The device that the service user sends with: homeservers remember transaction ids by device, across restarts. */
export const DEVICE = "ROOMPORTER";

/** Writes into rooms as the service user. */
export class HomeserverWriter implements RoomWriter {
  readonly userId: string;
  readonly #client: HomeserverClient;
  readonly #redactionsSeen: RedactionsSeen;
  #device: Promise<string | undefined> | undefined;

  /**
   * @param client acts as `userId` (`user_id` on every call)
   * @param redactionsSeen shared by all who write to the same homeserver
   */
  constructor(client: HomeserverClient, userId: string, redactionsSeen: RedactionsSeen = { dated: undefined }) {
    this.#client = client;
    this.userId = userId;
    this.#redactionsSeen = redactionsSeen;
  }

  async createRoom(options: JsonObject): Promise<string> {
    return await createRoom(this.#client, options);
  }

  async send(roomId: string, type: string, txnId: string, content: JsonObject, ts?: number): Promise<string> {
    const query = { ts, device_id: await this.#deviceId() };
    const target = path`/rooms/${roomId}/send/${type}/${txnId}`;
    const lookBack = lookBackFor(this.#client, roomId, { sender: this.userId, type, content, ts });
    return await this.#sent({ method: "PUT", path: target, query, body: content, lookBack });
  }

  async redact(roomId: string, eventId: string, txnId: string): Promise<string> {
    return await redactNow(await this.#redactionParts(roomId), eventId, txnId);
  }

  async redactDated(roomId: string, eventId: string, txnId: string, redaction: DatedRedaction): Promise<Redacted> {
    return await redactDated(await this.#redactionParts(roomId), this.#redactionsSeen, eventId, txnId, redaction);
  }

  async batchLane(): Promise<BatchLane | undefined> {
    return await synapseBatchLane(this.#client);
  }

  async sendState(roomId: string, type: string, stateKey: string, content: JsonObject, ts?: number): Promise<string> {
    const target = path`/rooms/${roomId}/state/${type}/${stateKey}`;
    const lookBack = lookBackFor(this.#client, roomId, { sender: this.userId, type, stateKey, content, ts });
    return await this.#sent({ method: "PUT", path: target, query: { ts }, body: content, lookBack });
  }

  async invite(roomId: string, userId: string, reason?: string): Promise<void> {
    await inviteUser(this.#client, roomId, userId, reason);
  }

  async kick(roomId: string, userId: string, reason: string): Promise<void> {
    await kickUser(this.#client, roomId, userId, reason);
  }

  async leave(roomId: string): Promise<void> {
    await leaveRoom(this.#client, roomId);
  }

  async forget(roomId: string): Promise<void> {
    await forgetRoom(this.#client, roomId);
  }

  async joinedRooms(): Promise<string[]> {
    return await joinedRooms(this.#client);
  }

  async stateEvent(roomId: string, type: string, stateKey: string): Promise<StateEvent | undefined> {
    return await stateEvent(this.#client, roomId, type, stateKey);
  }

  async latest(roomId: string, limit: number): Promise<ClientEvent[]> {
    return await newestEvents(this.#client, roomId, limit);
  }

  async #sent(call: HomeserverCall): Promise<string> {
    return stringOf(call, await this.#client.call(call), "event_id");
  }

  async #redactionParts(roomId: string): Promise<RedactionParts> {
    return { client: this.#client, userId: this.userId, deviceId: await this.#deviceId(), roomId };
  }

  /** The device once the homeserver knows it; undefined on homeservers that know no devices of application services. */
  async #deviceId(): Promise<string | undefined> {
    this.#device ??= ensureDevice(this.#client, DEVICE).then((known) => (known ? DEVICE : undefined));
    try {
      return await this.#device;
    } catch (error) {
      this.#device = undefined;
      throw error;
    }
  }
}
