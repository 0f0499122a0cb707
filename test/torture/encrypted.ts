import { mkdtempSync, rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { openBundle } from "../../src/bundle/open-bundle.ts";
import { parseJson, type JsonObject } from "../../src/matrix/json.ts";
import { runProgram, type Outcome } from "../support/command-line.ts";
import { encryptedRoom, type EncryptedRoom } from "../support/encrypted/encrypted-room.ts";
import type { Shown } from "../support/encrypted/peer-client.ts";
import { closeSharedService, sharedService } from "../support/shared-service.ts";
import { closeSharedSynapse } from "../support/shared-synapse.ts";
import { until } from "../support/until.ts";

/** Encrypted events of the room. */
const EVENTS = 500;
const PASSPHRASE = "pass word";

/**
 * A room of 500 encrypted events by three people, with matrix-js-sdk and matrix-nio: what `room export --keys` makes of it is what the
 * clients show, its signature holds, and it is the same conversation after an import in plain text and after one into an encrypted room.
 * @throws Error where anything is different
 */
export async function moveEncrypted(): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), "roomporter-encrypted-"));
  let room: EncryptedRoom | undefined;
  try {
    room = await encryptedRoom();
    const events = await filled(room);
    const shown = await shownByAll(room, events);
    say(`${String(events.length)} encrypted events are there, and the clients show the same`);
    await holdAgainst(room, events, shown, dir);
  } finally {
    await room?.close();
    await closeSharedService();
    await closeSharedSynapse();
    rmSync(dir, { recursive: true, force: true });
  }
}

/** The encrypted events, once there are as many as wanted. */
async function filled({ user, roomId, ann, bob, carl }: EncryptedRoom): Promise<JsonObject[]> {
  const encrypted = async (): Promise<JsonObject[]> =>
    (await user.timeline(roomId)).filter(({ type }) => type === "m.room.encrypted") as unknown as JsonObject[];
  const missing = EVENTS - (await encrypted()).length;
  const share = Math.ceil(missing / 3);
  await Promise.all(
    [ann, bob, carl].map(async (peer, who) => {
      for (let i = 0; i < share && who + i * 3 < missing; i++)
        await peer.send(roomId, "m.room.message", { msgtype: "m.text", body: `words ${String(i)} of ${String(who)}` });
    }),
  );
  return await encrypted();
}

/** What Ann's client shows: all of it. Bob's shows the same, and Carl's what came after he joined. */
async function shownByAll({ roomId, ann, bob, carl }: EncryptedRoom, events: JsonObject[]): Promise<Shown[]> {
  let shown: Shown[] = [];
  // keys of the last messages come with a sync
  await until(async () => (shown = await ann.show(roomId, events)).every((one) => one !== null));
  let others: Shown[] = [];
  await until(async () => (others = await bob.show(roomId, events)).every((one) => one !== null));
  expect(others).to.deep.equal(shown);
  await until(async () => (others = await carl.show(roomId, events)).at(-1) !== null);
  for (const [index, one] of others.entries()) if (one) expect(one).to.deep.equal(shown[index]);
  return shown;
}

async function holdAgainst(
  { user, roomId, ann }: EncryptedRoom,
  events: readonly JsonObject[],
  shown: readonly Shown[],
  dir: string,
): Promise<void> {
  const service = await sharedService();
  const at = (name: string): string => join(dir, name);
  const env = {
    ...{ ROOMPORTER_URL: service.url, ROOMPORTER_TOKEN: user.token },
    ROOMPORTER_KEYS_PASSPHRASE: PASSPHRASE,
  };
  const done = async (...args: string[]): Promise<Outcome> => {
    const outcome = await runProgram(args, { env });
    if (outcome.code !== 0) throw new Error(`${args.join(" ")}: ${outcome.stderr}`);
    return outcome;
  };
  const exported = async (room: string, name: string): Promise<string> => {
    await writeFile(at("keys.txt"), await ann.exportKeys(PASSPHRASE));
    await done("room", "export", room, "--keys", at("keys.txt"), "-o", at(name));
    return at(name);
  };

  const bundle = await exported(roomId, "plain.zip");
  expect(await decryptedIn(bundle, events)).to.deep.equal(shown);
  const { stdout } = await done("bundle", "verify", bundle, "--json");
  const decryption = (parseJson(stdout.toString()) as { decryption: JsonObject }).decryption;
  expect(decryption).to.include({ encrypted: events.length, decrypted: events.length });
  expect(decryption["signature"]).to.have.property("key_id");
  say(`exported and decrypted: all ${String(events.length)} are what the clients show, and the signature holds`);

  for (const [how, name] of [
    ["--as-plaintext", "as plain text"],
    ["--encrypted", "into an encrypted room"],
  ] as const) {
    const copy = (await done("room", "import", "-f", bundle, how, "--again")).stdout.toString().trim();
    await user.join(copy);
    const again = how === "--encrypted" ? await exported(copy, "again.zip") : at("again-plain.zip");
    if (how !== "--encrypted") await done("room", "export", copy, "-o", again);
    await done("bundle", "diff", bundle, again);
    say(`imported ${name}: the same conversation`);
  }
}

/** What was decrypted of these events, as clients show it: with the relation that stands beside the ciphertext. */
async function decryptedIn(file: string, events: readonly JsonObject[]): Promise<Shown[]> {
  const bundle = await openBundle(file);
  const found = new Map<string, Shown>();
  for await (const { event_id: id, content: beside, decrypted } of bundle.events()) {
    if (!decrypted) continue;
    const relation: JsonObject = "m.relates_to" in beside ? { "m.relates_to": beside["m.relates_to"] ?? null } : {};
    found.set(id, { type: decrypted.type, content: { ...relation, ...decrypted.content } });
  }
  await bundle.close();
  return events.map((event) => found.get(String(event["event_id"])) ?? null);
}

function say(words: string): void {
  process.stdout.write(`${new Date().toISOString()} ${words}\n`);
}
