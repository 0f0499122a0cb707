import type { OlmMachine, OutgoingRequest } from "@matrix-org/matrix-sdk-crypto-wasm";
import type { CrossSigningStore } from "../../../ports/homeserver/cross-signing.ts";
import { path } from "../client.ts";
import { parsed, type OlmRequests } from "./olm-requests.ts";

/**
 * Signs the machine's device with the service user's own cross-signing keys, which are made where there are none: clients warn of devices,
 * and in time refuse those, that their own user has not signed. @throws HomeserverError; StoreAway
 */
export async function signDevice(machine: OlmMachine, requests: OlmRequests, store: CrossSigningStore): Promise<void> {
  // what the homeserver has of the user's own identity comes first: keys are taken only where they fit it
  await requests.send(machine.queryKeysForUsers([machine.userId]));
  const known = await store.load();
  if (known) {
    const { master, self_signing, user_signing } = known;
    const status = await machine.importCrossSigningKeys(master, self_signing, user_signing).catch(() => undefined);
    if (status?.hasSelfSigning === true) {
      const device = await machine.getDevice(machine.userId, machine.deviceId);
      if (device) await requests.send(await device.verify());
      return;
    }
  }
  const made = await machine.bootstrapCrossSigning(true);
  const ownKeys = made.uploadKeysRequest as OutgoingRequest | undefined;
  if (ownKeys) await requests.send(ownKeys);
  const signing = { method: "POST", path: path`/keys/device_signing/upload` } as const;
  await requests.call(signing, parsed(made.uploadSigningKeysRequest.body));
  await requests.send(made.uploadSignaturesRequest);
  const keys = await machine.exportCrossSigningKeys();
  const { masterKey: master, self_signing_key: self_signing, userSigningKey: user_signing } = keys ?? {};
  if (master !== undefined && self_signing !== undefined && user_signing !== undefined)
    await store.save({ master, self_signing, user_signing });
}
