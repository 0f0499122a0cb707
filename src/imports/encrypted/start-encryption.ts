import type { KnownCapabilities } from "../../ports/homeserver/capabilities.ts";
import type { HomeserverAccess, Permit } from "../../ports/homeserver/homeserver-access.ts";
import { HomeserverError } from "../../ports/homeserver/homeserver.ts";
import type { RoomEncryption } from "../../ports/homeserver/room-encryption.ts";
import { RequestError } from "../../requests/failures/failure.ts";

/**
 * Nothing is imported into an encrypted room where the homeserver was seen to let application services have no devices, from which alone
 * clients take keys. @throws RequestError unavailable; StoreAway
 */
export async function requireEncryption(capabilities: KnownCapabilities): Promise<void> {
  if ((await capabilities()).durable_transactions === false) throw noDevices();
}

/**
 * A device that encrypts for the importing user: dispose of it.
 * @throws RequestError unavailable where the homeserver has no devices for it; invalid where the user has none to read with;
 * HomeserverError; StoreAway
 */
export async function startEncryption(
  homeserver: Pick<HomeserverAccess, "encryption">,
  { importId, importingUser }: { importId: string; importingUser: string },
  signal: AbortSignal,
  permit?: Permit,
): Promise<RoomEncryption> {
  const encryption = await homeserver.encryption(importId, signal, permit).catch((error: unknown) => {
    throw error instanceof HomeserverError && error.isNotOffered ? noDevices() : error;
  });
  const devices = await encryption.devicesOf([importingUser]);
  if (devices.length > 0) return encryption;
  await encryption[Symbol.asyncDispose]();
  throw new RequestError(
    "invalid",
    "IO.ROOMPORTER.NO_DEVICE",
    `No client of ${importingUser} has encryption keys on the homeserver, so that nobody could read an encrypted room: log in with a client that encrypts, and import the bundle again`,
  );
}

function noDevices(): RequestError {
  return new RequestError(
    "unavailable",
    "IO.ROOMPORTER.NO_ENCRYPTION",
    "The homeserver lets application services have no devices (PUT …/devices, MSC4190; Synapse from 1.141.0), so that clients would get no keys of an encrypted room: import without encrypted",
  );
}
