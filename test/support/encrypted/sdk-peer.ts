// A client of matrix-js-sdk for tests: a JSON command a line on stdin, its JSON answer on stdout. A process of its own, for the SDK goes
// on writing to the console, and never quite stops.
import { writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { OlmMachine } from "@matrix-org/matrix-sdk-crypto-wasm";
import { ClientEvent, createClient, MatrixEvent } from "matrix-js-sdk";
import { member, parseJson, type JsonObject } from "../../../src/matrix/json.ts";
import { until } from "../until.ts";
import type { Shown } from "./peer-client.ts";

const [baseUrl = "", userId = "", accessToken = "", deviceId = ""] = process.argv.slice(2);
const stdout = process.stdout.write.bind(process.stdout);
process.stdout.write = () => true;
process.stderr.write = () => true;

type AnySend = (room: string, type: string, content: JsonObject) => Promise<{ event_id: string }>;
let storageKey: { id: string; key: Uint8Array<ArrayBuffer> } | undefined;
const client = createClient({
  ...{ baseUrl, userId, accessToken, deviceId },
  cryptoCallbacks: {
    cacheSecretStorageKey: (id, _info, key) => (storageKey = { id, key: Uint8Array.from(key) }),
    getSecretStorageKey: async () => (storageKey ? [storageKey.id, storageKey.key] : null),
  },
});
await client.initRustCrypto({ useIndexedDB: false });
const prepared = new Promise((resolve) => client.once(ClientEvent.Sync, resolve));
await client.startClient();
await prepared;

const commands = {
  async sees({ room, members }: { room: string; members: number }): Promise<null> {
    const known = () => client.getRoom(room);
    await until(() => known()?.getJoinedMemberCount() === members && known()?.hasEncryptionStateEvent() === true);
    // it encrypts for the devices that it knows, and learns of others when it has sent
    const users = known()?.getJoinedMembers() ?? [];
    await until(async () => {
      const devices = await client.getCrypto()?.getUserDeviceInfo(users.map(({ userId }) => userId));
      return devices?.size === members && devices.values().every(({ size }) => size > 0);
    });
    return null;
  },
  async send({ room, type, content }: { room: string; type: string; content: JsonObject }): Promise<string> {
    // the SDK's types know the events of the specification only
    const send: unknown = client.sendEvent.bind(client);
    return (await (send as AnySend)(room, type, content)).event_id;
  },
  async show({ room, events }: { room: string; events: object[] }): Promise<Shown[]> {
    const shown: Shown[] = [];
    for (const raw of events) {
      const event = new MatrixEvent({ ...raw, room_id: room });
      await client.decryptEventIfNeeded(event);
      const failed = event.isDecryptionFailure();
      shown.push(failed ? null : { type: event.getType(), content: event.getContent<JsonObject>() });
    }
    return shown;
  },
  /** A file of its keys, as Element X writes it. */
  async export_keys({ file, passphrase }: { file: string; passphrase: string }): Promise<null> {
    const keys = await client.getCrypto()?.exportRoomKeysAsJson();
    writeFileSync(file, OlmMachine.encryptExportedRoomKeys(keys ?? "[]", passphrase, 500_000));
    return null;
  },
  /** Sets up secret storage and a key backup, and waits until all keys are in it; gives the recovery key. */
  async back_up({ passphrase }: { passphrase?: string }): Promise<string> {
    const crypto = client.getCrypto();
    const recovery = await crypto?.createRecoveryKeyFromPassphrase(passphrase);
    if (crypto === undefined || recovery === undefined) throw new Error("no crypto");
    await crypto.bootstrapSecretStorage({
      createSecretStorageKey: async () => recovery,
      setupNewSecretStorage: true,
      setupNewKeyBackup: true,
    });
    // what the SDK itself says of the backup is as old as the backup
    const keys = parseJson(await crypto.exportRoomKeysAsJson());
    const headers = { authorization: `Bearer ${accessToken}` };
    await until(async () => {
      const answer = await fetch(`${baseUrl}/_matrix/client/v3/room_keys/version`, { headers });
      return member(parseJson(await answer.text()), "count") === (Array.isArray(keys) ? keys.length : 0);
    });
    return recovery.encodedPrivateKey ?? "";
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const { do: name, ...args } = JSON.parse(line) as { do: keyof typeof commands };
  const command: (args: never) => Promise<unknown> = commands[name];
  const answer = await command(args as never).then(
    (value) => ({ value }),
    (error: unknown) => ({ error: String(error) }),
  );
  stdout(`${JSON.stringify(answer)}\n`);
}
process.exit(0);
