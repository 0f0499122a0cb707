#!/usr/bin/env bash
# matrix-sdk-crypto holds the state key inside a megolm ciphertext against the one outside, and refuses the event where they differ.
#
# Seen with @matrix-org/matrix-sdk-crypto-wasm 18.9.0 on 2026-11-29. A sound ciphertext, with its key at hand, whose event has a `state_key`
# is not decrypted: UnableToDecrypt, "the state key failed to validate". It is once the event around it has the `state_key`
# "TYPE:STATE_KEY" (encrypted state events, MSC4362, which the published package has compiled in); then a ciphertext without one is
# refused. `redacts` inside a ciphertext, which is of the same kind, passes through untouched.
#
# The guess: the library decrypts what the key opens, and leaves it to the caller to see what the event claims to be, as it does with
# types, contents, redactions and relations; so that "cannot be decrypted" means a missing key, a damaged text or a wrong room.
#
# What to do: do not take UnableToDecrypt for damage alone, and do not offer to ask for the key again: no other key helps. Give the
# event with its own `state_key` where it has one, even where only messages are expected. Whoever trusts the check should still look
# at `redacts` and at the type.
set -euo pipefail
FOLDER=$(mktemp -d)
trap 'rm -rf "$FOLDER"' EXIT
cd "$FOLDER"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund @matrix-org/matrix-sdk-crypto-wasm@18.9.0

cat >see.mjs <<'JS'
import assert from "node:assert";
import { createCipheriv, createHmac, generateKeyPairSync, hkdfSync, randomBytes, sign } from "node:crypto";
import { DecryptionErrorCode, DecryptionSettings, DeviceId, initAsync, OlmMachine, RoomId, TrustRequirement, UserId } from "@matrix-org/matrix-sdk-crypto-wasm";

const room = "!room:example.org";
const base64 = (bytes) => bytes.toString("base64").replace(/=+$/, "");
const settings = () => new DecryptionSettings(TrustRequirement.Untrusted);

/** A ciphertext of a megolm session of its own (spec "Megolm"), at index 0, and that session as a key export has it. */
function seal(event) {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const id = publicKey.export({ type: "spki", format: "der" }).subarray(-32);
  const ratchet = randomBytes(128);
  const keys = Buffer.from(hkdfSync("sha256", ratchet, "", "MEGOLM_KEYS", 80));
  const cipher = createCipheriv("aes-256-cbc", keys.subarray(0, 32), keys.subarray(64));
  const sealed = Buffer.concat([cipher.update(JSON.stringify({ ...event, room_id: room })), cipher.final()]);
  const length = sealed.length < 128 ? [sealed.length] : [(sealed.length & 127) | 128, sealed.length >> 7];
  const message = Buffer.concat([Buffer.of(3, 8, 0, 0x12, ...length), sealed]);
  const signed = Buffer.concat([message, createHmac("sha256", keys.subarray(32, 64)).update(message).digest().subarray(0, 8)]);
  const common = { algorithm: "m.megolm.v1.aes-sha2", session_id: base64(id) };
  return {
    content: { ...common, ciphertext: base64(Buffer.concat([signed, sign(null, signed, privateKey)])) },
    session: {
      ...common,
      room_id: room,
      sender_key: base64(randomBytes(32)),
      session_key: base64(Buffer.concat([Buffer.of(1, 0, 0, 0, 0), ratchet, id])),
      sender_claimed_keys: {},
      forwarding_curve25519_key_chain: [],
    },
  };
}

await initAsync();
const machine = await OlmMachine.initialize(new UserId("@ann:example.org"), new DeviceId("DEVICE"));

async function open(inside, outside) {
  const { content, session } = seal({ type: "m.room.name", content: { name: "Tea" }, ...inside });
  await machine.importExportedRoomKeys(JSON.stringify([session]), () => undefined);
  const event = { type: "m.room.encrypted", event_id: "$event", sender: "@ann:example.org", origin_server_ts: 1, content, ...outside };
  try {
    return JSON.parse((await machine.decryptRoomEvent(JSON.stringify(event), new RoomId(room), settings())).event);
  } catch (error) {
    return `${DecryptionErrorCode[error.code]}: ${error.description}`;
  }
}

for (const [inside, outside, expected] of [
  [{}, {}, "opened"],
  [{ state_key: "" }, {}, "refused"],
  [{ state_key: "" }, { state_key: "m.room.name:" }, "opened"],
  [{}, { state_key: "m.room.name:" }, "refused"],
  [{ redacts: "$other" }, {}, "opened"],
]) {
  const result = await open(inside, outside);
  console.log(`inside ${JSON.stringify(inside)}, outside ${JSON.stringify(outside)}: ${JSON.stringify(result)}`);
  if (expected === "refused") assert.match(result, /^UnableToDecrypt: .*state key failed to validate/);
  else for (const [name, value] of Object.entries({ type: "m.room.name", ...inside })) assert.equal(result[name], value);
}
JS
node see.mjs
