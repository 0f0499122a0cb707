import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../test/support/process.ts";
import { writeRegistration } from "../test/support/registration.ts";
import { startService } from "../test/support/service.ts";
import { syntheticHomeserver } from "../test/support/synthetic-homeserver.ts";
import type { Cost } from "./bench.ts";
import { BUILT } from "./program.ts";
import { costOf } from "./turns.ts";

export interface LongExport {
  events: number;
  cost: Cost;
  /** of the ZIP, in bytes */
  size: number;
}

/** Exports a made-up room of so many events with a service that has done nothing else before. */
export async function exportMadeUpRoom(events: number): Promise<LongExport> {
  const dir = mkdtempSync(join(tmpdir(), "roomporter-bench-"));
  const url = `http://127.0.0.1:${await freePort()}`;
  const registration = writeRegistration(join(dir, "registration.yaml"), { id: "roomporter", url });
  const homeserver = await syntheticHomeserver({ events, registration });
  const service = await startService({ synapse: homeserver, registration, program: BUILT });
  try {
    let size = 0;
    const cost = await costOf({ service }, async () => {
      const response = await fetch(`${service.url}/v1/rooms/${encodeURIComponent(homeserver.room.roomId)}/export`, {
        headers: { authorization: `Bearer ${homeserver.user.token}` },
      });
      if (!response.ok || !response.body) throw new Error(`export → ${response.status} ${await response.text()}`);
      for await (const chunk of response.body as AsyncIterable<Uint8Array>) size += chunk.length;
    });
    return { events: homeserver.room.events, cost, size };
  } finally {
    await service.close();
    await homeserver.close();
    rmSync(dir, { recursive: true, force: true });
  }
}
