import { createCipheriv, createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { FaultCode } from "../../../src/bundle/faults.ts";
import { decryptBundle } from "../../../src/decrypt/decrypt-bundle.ts";
import type { JsonObject } from "../../../src/matrix/json.ts";
import { ALICE, BOB, message, sampleRoom, temporaryDirectory, writeSample } from "../../unit/bundle/sample.ts";
import { fakeDecryptor, sealed } from "../sealed-events.ts";
import { Base, type Hostile } from "./base.ts";

const CIPHER_KEY = Buffer.alloc(32, 7);
const CIPHER_IV = Buffer.alloc(16);
const CIPHER = createCipheriv("aes-256-ctr", CIPHER_KEY, CIPHER_IV).update("a cup, encrypted");

/** A bundle with four encrypted events, of which three were decrypted, with a file. */
export async function decryptedBundle(): Promise<{ base: Base; exported: Buffer }> {
  const folder = await temporaryDirectory();
  try {
    const room = sampleRoom();
    const say = (body: string): JsonObject => ({ type: "m.room.message", content: { msgtype: "m.text", body } });
    const file = {
      ...{ url: "mxc://acme.test/cipher", v: "v2", iv: CIPHER_IV.toString("base64") },
      key: { k: CIPHER_KEY.toString("base64url"), kty: "oct", alg: "A256CTR" },
      hashes: { sha256: createHash("sha256").update(CIPHER).digest("base64") },
    };
    const picture = { type: "m.room.message", content: { msgtype: "m.image", body: "cup.png", file } };
    const add = (number: number, sender: string, content: JsonObject): unknown =>
      room.events.push(message(number, sender, content, { type: "m.room.encrypted" }));
    add(20, ALICE, sealed("alices", 0, say("One, “quoted” \\ and é")));
    add(21, ALICE, sealed("alices", 1, say("Two")));
    add(22, BOB, sealed("bobs", 300, picture));
    add(23, BOB, sealed("lost", 0, say("Nobody reads this")));
    room.head = (head) => (head.coverage = { complete: false, limits: [], without_encrypted_files: true });
    const exported = await writeSample(room, folder.path, "exported.zip");
    const path = join(folder.path, "decrypted.zip");
    const decryptor = fakeDecryptor(["alices", "bobs"]);
    const files = (): Promise<AsyncIterable<Buffer>> =>
      Promise.resolve(
        (async function* () {
          yield CIPHER;
        })(),
      );
    await decryptBundle(exported, { decryptor, files, folder: folder.path }, (write) => write(createWriteStream(path)));
    return { base: Base.from(await readFile(path)), exported: await readFile(exported) };
  } finally {
    await folder.remove();
  }
}

/** What claims to have been decrypted, and was not. */
export async function hostileDecryptions(): Promise<Hostile[]> {
  const { base } = await decryptedBundle();
  const line = (from: string | RegExp, to: string) => (): Buffer => base.relined(from, to);
  const [, first = ""] = /"ciphertext":"(AwiAgA[^"]*)"/.exec(base.entries()[0]?.data.toString() ?? "") ?? [];
  const cases: [FaultCode, string, () => Buffer][] = [
    [
      "decryption_invalid",
      "another exported manifest",
      line(/"manifest_sha256":"[0-9a-f]{8}/, '"manifest_sha256":"00000000'),
    ],
    [
      "decryption_invalid",
      "exported counts that were others",
      line('"events":16,"ledger":0', '"events":16,"ledger":2'),
    ],
    [
      "decryption_invalid",
      "decrypted events in a manifest that is laid out in another way",
      () => base.withManifest(base.text()),
    ],
    ["decryption_invalid", "decrypted events, and nothing that says so", line(/"decryption":.*\n/, "")],
    [
      "decryption_invalid",
      "more decrypted events than it says",
      line('"decrypted":3,"encrypted":4', '"decrypted":2,"encrypted":4'),
    ],
    ["decryption_invalid", "more added entries than the ledger has", line(/"ledger":1\},?\n/, '"ledger":9},\n')],
    [
      "decryption_invalid",
      "something decrypted beside an event that was not encrypted",
      line(
        '},"event_id":"$event-3"',
        '},"decrypted":{"content":{},"session_id":"x","type":"m.x"},"event_id":"$event-3"',
      ),
    ],
    [
      "decryption_invalid",
      "a ciphertext decrypted twice",
      line(/"ciphertext":"AwiBgA[^"]*"/, `"ciphertext":"${first}"`),
    ],
    [
      "decryption_invalid",
      "a session that the event does not name",
      line('"session_id":"bobs","type"', '"session_id":"alices","type"'),
    ],
    [
      "event_shape",
      "a redaction that was encrypted",
      line('"session_id":"bobs","type":"m.room.message"', '"session_id":"bobs","type":"m.room.redaction"'),
    ],
    [
      "event_shape",
      "a state event that was encrypted",
      line('"session_id":"bobs","type"', '"session_id":"bobs","state_key":"","type"'),
    ],
    [
      "member_shape",
      "a decryption without the manifest before it",
      line(/"manifest_sha256":"[0-9a-f]{64}"/, '"manifest_sha256":""'),
    ],
    [
      "media_unlisted",
      "a plain file that is not there",
      line(
        /"files":\{"mxc:\/\/acme.test\/cipher":"mxc:\/\/[^"]*"/,
        '"files":{"mxc://acme.test/cipher":"mxc://acme.test/nowhere"',
      ),
    ],
    [
      "signature_invalid",
      "an exported signature that is none",
      line('"exported":{', `"exported":{"signature":${JSON.stringify(WRONG)},`),
    ],
  ];
  return cases.map(([code, what, make]) => ({ code, what, make }));
}

/** Of the right shape. */
const WRONG = {
  type: "io.roomporter.signature",
  algorithm: "ed25519",
  key_id: "ed25519:21fe31dfa154a261",
  public_key: "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
  signature: `${"A".repeat(86)}==`,
};
