import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { BundleEvent } from "../src/bundle/manifest/manifest.ts";
import { parseJson } from "../src/matrix/json.ts";
import { keyExport } from "../test/support/megolm/key-export.ts";
import { MegolmSession } from "../test/support/megolm/megolm-session.ts";
import { PROGRAM } from "../test/support/service.ts";
import { ALICE, sampleRoom, writeSample } from "../test/unit/bundle/sample.ts";
import type { Cost, OfflineBench, Row } from "./bench.ts";
import { runCommand } from "./command.ts";
import { byTurns } from "./turns.ts";

const EVENTS = 100_000;
/** Clients take a new session after so many messages. */
const A_SESSION = 100;
const ROUNDS = 1;
const FILE_BYTES = 256e6;
const FILE_ROUNDS = 3;
/** key and first counter block of the file */
export const FILE_KEY = [Buffer.alloc(32, 7), Buffer.alloc(16)] as const;
export const ROOM = "!bench:example.org";
const LOOPS = fileURLToPath(new URL("decrypt-loops.ts", import.meta.url));

/** What opening encrypted events costs, against the library that does it. */
export const decryptBench: OfflineBench = {
  name: "decrypt",
  async measure() {
    const dir = mkdtempSync(join(tmpdir(), "roomporter-bench-"));
    try {
      const files = [join(dir, "events"), join(dir, "keys")] as const;
      writeRoom(...files);
      const file = join(dir, "file");
      writeFileSync(file, Buffer.alloc(FILE_BYTES, "some bytes"));
      const loop = (how: string): Promise<Cost> => runCommand(process.execPath, [LOOPS, how, ...files]);
      const costs = await byTurns(
        ROUNDS,
        () => loop("product"),
        () => loop("bare"),
      );
      const value = (costs.product.service ?? NaN) / (costs.peer.service ?? NaN);
      const what = `decrypting ${EVENTS} events against a bare loop of crypto-wasm, CPU`;
      const ofFile = await byTurns(
        FILE_ROUNDS,
        () => runCommand(process.execPath, [LOOPS, "product", file]),
        () => runCommand(process.execPath, [LOOPS, "bare", file]),
      );
      return [
        { what, value, unit: "times", must: { most: 1.3 }, ...costs },
        {
          what: `decrypting a file of ${FILE_BYTES / 1e6} MB: rate against Node's AES-CTR and SHA-256, by CPU`,
          value: (ofFile.peer.service ?? NaN) / (ofFile.product.service ?? NaN),
          ...{ unit: "times", must: { least: 0.8 }, ...ofFile },
        },
        await memory(dir, ...files),
      ];
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  },
};

/** What `bundle decrypt` needs above `bundle verify`, of a bundle with these events. */
async function memory(dir: string, eventsFile: string, keysFile: string): Promise<Row> {
  const room = sampleRoom();
  const lines = readFileSync(eventsFile, "utf8").trimEnd().split("\n");
  // the others name files
  room.media = [];
  room.events = [...room.events.slice(0, 10), ...lines.map((line) => parseJson(line) as unknown as BundleEvent)];
  room.roomId = ROOM;
  const bundle = await writeSample(room, dir, "room.zip");
  const keys = join(dir, "keys.txt");
  writeFileSync(keys, keyExport(parseJson(readFileSync(keysFile, "utf8")), "words"));
  process.env["ROOMPORTER_KEYS_PASSPHRASE"] = "words";
  const command = (...args: string[]): Promise<Cost> => runCommand(process.execPath, [PROGRAM, "bundle", ...args]);
  const costs = await byTurns(
    1,
    () => command("decrypt", bundle, "--keys", keys, "-o", join(dir, "decrypted.zip"), "--force"),
    () => command("verify", bundle),
  );
  return {
    what: `memory of \`bundle decrypt\` above \`bundle verify\`: ${EVENTS} encrypted events`,
    value: (costs.product.peak ?? NaN) - (costs.peer.peak ?? NaN),
    ...{ unit: "MB", must: { most: 60 }, ...costs },
  };
}

function writeRoom(eventsFile: string, keysFile: string): void {
  const keys = [];
  const lines = [];
  for (let number = 0; number < EVENTS;) {
    const session = new MegolmSession(ROOM);
    keys.push({ ...session.exported(), sender_claimed_keys: {} });
    for (let i = 0; i < A_SESSION; i++, number++) {
      const content = session.encrypt("m.room.message", {
        msgtype: "m.text",
        body: `message ${number} of a long room`,
      });
      const event = {
        event_id: `$${number}`,
        sender: ALICE,
        origin_server_ts: 1_700_000_000_000 + number,
      };
      lines.push(JSON.stringify({ type: "m.room.encrypted", ...event, content }));
    }
  }
  writeFileSync(keysFile, JSON.stringify(keys));
  writeFileSync(eventsFile, `${lines.join("\n")}\n`);
}
