import {
  DeviceId,
  EncryptionSettings,
  HistoryVisibility,
  initAsync,
  OlmMachine,
  RoomId,
  UserId,
  type UserDevices,
} from "@matrix-org/matrix-sdk-crypto-wasm";
import { randomBytes } from "node:crypto";
import { isObject, member, stringMember, type JsonObject } from "../../../matrix/json.ts";
import type { CrossSigningStore } from "../../../ports/homeserver/cross-signing.ts";
import { HomeserverError } from "../../../ports/homeserver/homeserver.ts";
import type { ReaderDevice, RoomEncryption } from "../../../ports/homeserver/room-encryption.ts";
import { arrayOf } from "../answers.ts";
import { path, type HomeserverClient } from "../client.ts";
import { OlmRequests, parsed } from "./olm-requests.ts";
import { signDevice } from "./sign-device.ts";

const NAME = "Roomporter, an import";

export interface OlmDeviceParts {
  /** acts as the service user */
  client: HomeserverClient;
  /** the same, for when the run is over: cancelled, or lost to another process */
  closing: () => HomeserverClient;
  userId: string;
  importId: string;
  /** absent: the device is not signed */
  crossSigning: CrossSigningStore | undefined;
}

/** @throws HomeserverError where the homeserver lets application services have no devices; StoreAway */
export async function startOlmDevice(parts: OlmDeviceParts): Promise<RoomEncryption> {
  const { client, userId, importId, crossSigning } = parts;
  const ofImport = `ROOMPORTER_${importId}_`;
  await removeDevices(client, ofImport);
  const deviceId = ofImport + randomBytes(4).toString("hex");
  await client.call({ method: "PUT", path: path`/devices/${deviceId}`, body: { display_name: NAME } });
  await initAsync();
  const machine = await OlmMachine.initialize(new UserId(userId), new DeviceId(deviceId));
  machine.roomKeyRequestsEnabled = false;
  const requests = new OlmRequests(machine, client, deviceId);
  const device = new OlmDevice(machine, requests, parts.closing);
  try {
    await requests.sendWaiting();
    if (crossSigning) await signDevice(machine, requests, crossSigning);
    return device;
  } catch (error) {
    await device[Symbol.asyncDispose]();
    throw error;
  }
}

/** What a run that was killed has left behind. */
async function removeDevices(client: HomeserverClient, ofImport: string): Promise<void> {
  const call = { method: "GET", path: path`/devices` } as const;
  for (const device of arrayOf(call, await client.call(call), "devices")) {
    const id = stringMember(device, "device_id");
    if (id?.startsWith(ofImport) === true) await client.call({ method: "DELETE", path: path`/devices/${id}` });
  }
}

/** The device, by matrix-sdk-crypto, the library of Element. */
class OlmDevice implements RoomEncryption {
  readonly #machine: OlmMachine;
  readonly #requests: OlmRequests;
  readonly #closing: () => HomeserverClient;

  constructor(machine: OlmMachine, requests: OlmRequests, closing: () => HomeserverClient) {
    this.#machine = machine;
    this.#requests = requests;
    this.#closing = closing;
  }

  async devicesOf(userIds: readonly string[]): Promise<ReaderDevice[]> {
    await this.#machine.updateTrackedUsers(users(userIds));
    await this.#requests.send(this.#machine.queryKeysForUsers(users(userIds)));
    const found: ReaderDevice[] = [];
    for (const userId of userIds) {
      const devices: UserDevices = await this.#machine.getUserDevices(new UserId(userId));
      found.push(...devices.keys().map((id) => ({ user_id: userId, device_id: id.toString() })));
    }
    return found;
  }

  async shareNewKey(roomId: string, userIds: readonly string[]): Promise<ReaderDevice[]> {
    await this.devicesOf(userIds);
    const claim = await this.#machine.getMissingSessions(users(userIds));
    if (claim) await this.#requests.send(claim);
    const settings = new EncryptionSettings();
    settings.historyVisibility = HistoryVisibility.Shared;
    await this.#machine.invalidateGroupSession(new RoomId(roomId));
    const given: ReaderDevice[] = [];
    for (const request of await this.#machine.shareRoomKey(new RoomId(roomId), users(userIds), settings)) {
      await this.#requests.send(request);
      // others are told that they get none: there is no way to encrypt for them
      if (request.event_type === "m.room.encrypted") given.push(...devicesIn(parsed(request.body)));
    }
    return given;
  }

  async encrypt(roomId: string, type: string, content: JsonObject): Promise<JsonObject> {
    return parsed(await this.#machine.encryptRoomEvent(new RoomId(roomId), type, JSON.stringify(content)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const deviceId = this.#machine.deviceId.toString();
    this.#machine.close();
    const client = this.#closing();
    try {
      await client.call({ method: "DELETE", path: path`/devices/${deviceId}` });
    } catch (error) {
      // it stands in the list of the service user's devices, and can do nothing any more
      const status = error instanceof HomeserverError ? error.status : undefined;
      client.logger.warn({ device_id: deviceId, status }, "a device of the service user was not removed");
    }
  }
}

/** The library takes an id away with each call. */
function users(userIds: readonly string[]): UserId[] {
  return userIds.map((userId) => new UserId(userId));
}

/** To whom a `PUT /sendToDevice` goes. */
function devicesIn(body: JsonObject): ReaderDevice[] {
  const messages = member(body, "messages");
  if (!isObject(messages)) return [];
  return Object.entries(messages).flatMap(([userId, devices]) =>
    isObject(devices) ? Object.keys(devices).map((deviceId) => ({ user_id: userId, device_id: deviceId })) : [],
  );
}
