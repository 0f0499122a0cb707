import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { MegolmSession } from "../test/support/megolm/megolm-session.ts";
import type { Cost, OfflineBench } from "./bench.ts";
import { runCommand } from "./command.ts";
import { byTurns } from "./turns.ts";

const EVENTS = 100_000;
/** Clients take a new session after so many messages. */
const A_SESSION = 100;
const ROUNDS = 1;
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
      const loop = (how: string): Promise<Cost> => runCommand(process.execPath, [LOOPS, how, ...files]);
      const costs = await byTurns(
        ROUNDS,
        () => loop("product"),
        () => loop("bare"),
      );
      const value = (costs.product.service ?? NaN) / (costs.peer.service ?? NaN);
      const what = `decrypting ${EVENTS} events against a bare loop of crypto-wasm, CPU`;
      return [{ what, value, unit: "times", must: { most: 1.3 }, ...costs }];
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  },
};

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
        sender: "@ann:example.org",
        origin_server_ts: 1_700_000_000_000 + number,
      };
      lines.push(JSON.stringify({ type: "m.room.encrypted", ...event, content }));
    }
  }
  writeFileSync(keysFile, JSON.stringify(keys));
  writeFileSync(eventsFile, `${lines.join("\n")}\n`);
}
