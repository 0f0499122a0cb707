import { MatrixClient } from "../test/support/matrix-client.ts";
import type { Service } from "../test/support/service.ts";
import { moduleFor } from "../test/support/synapse-module.ts";
import { bareExport, bareExportWithFiles } from "./bare-loops.ts";
import type { OfflineBench, Row } from "./bench.ts";
import { BENCH_ROOMS, fillBenchRoom } from "./export-rooms.ts";
import { DATABASES, startGround, type Ground } from "./ground.ts";
import { byTurns, costOf } from "./turns.ts";

const ROUNDS = 15;
const MOST_MEMORY = 200;

/**
 * Exports against the least that they can be: every page of /messages at limit 1000, read and parsed, and every file hashed and written.
 * It has homeservers of its own, whose module fills the rooms.
 */
export const exportBench: OfflineBench = {
  name: "export",
  async measure() {
    const rows: Row[] = [];
    for (const database of DATABASES) {
      const ground = await startGround(database, moduleFor("roomporter"));
      try {
        rows.push(...(await measureOn(ground)));
      } finally {
        await ground.close();
      }
    }
    return rows;
  },
};

async function measureOn({ database, synapse, service, people: [user], analyse }: Ground): Promise<Row[]> {
  const porter = new MatrixClient(synapse.url, service.asToken, service.userId);
  const filled = [];
  for (const room of BENCH_ROOMS) filled.push({ room, roomId: await fillBenchRoom(porter, user, room) });
  await analyse();
  const rows: Row[] = [];
  for (const { room, roomId } of filled) {
    const bare = room.files > 0 ? bareExportWithFiles : bareExport;
    const { product, peer } = await byTurns(
      ROUNDS,
      () => costOf({ service, homeserver: synapse }, () => exportRoom(service, user, roomId)),
      () => costOf({ service: process, homeserver: synapse }, () => bare(synapse.url, user.token, roomId)),
    );
    rows.push({
      what: `export of ${room.name}, speed against the bare loop, ${database}`,
      ...{ value: peer.wall / product.wall, unit: "times", must: { least: room.target } },
      ...{ product, peer },
    });
    if (room.element !== undefined)
      rows.push({
        what: `the same against Element's JSON export (${room.element.seconds} s in ${room.element.date}), ${database}`,
        ...{ value: room.element.seconds / product.wall, unit: "times", must: { least: 3 } },
        product,
      });
  }
  const [highest] = rows.toSorted((a, b) => (b.product.peak ?? 0) - (a.product.peak ?? 0));
  if (highest?.product.peak === undefined) throw new Error("no export was measured");
  rows.push({
    what: `peak memory of these exports, ${database}`,
    ...{ value: highest.product.peak, unit: "MB", must: { most: MOST_MEMORY } },
    product: highest.product,
  });
  return rows;
}

/** The ZIP. @throws Error where it is refused */
export async function exportRoom(service: Service, user: MatrixClient, roomId: string): Promise<Buffer> {
  const path = `${service.url}/v1/rooms/${encodeURIComponent(roomId)}/export`;
  const response = await fetch(path, { headers: { authorization: `Bearer ${user.token}` } });
  if (!response.ok) throw new Error(`export → ${response.status} ${await response.text()}`);
  return Buffer.from(await response.arrayBuffer());
}
