import type { MatrixClient } from "../test/support/matrix-client.ts";
import type { Service } from "../test/support/service.ts";
import { bareExport } from "./bare-loops.ts";
import type { Bench } from "./bench.ts";
import { byTurns, costOf } from "./turns.ts";

const MESSAGES = 2000;
const ROUNDS = 5;

/** Exports against every page of /messages at limit 1000, read and parsed. */
export const exportBench: Bench = {
  name: "export",
  async measure({ database, synapse, service, people, fill }) {
    const [user] = people;
    const roomId = await fill(MESSAGES);
    const { product, peer } = await byTurns(
      ROUNDS,
      () => costOf({ service, homeserver: synapse }, () => exportRoom(service, user, roomId)),
      () => costOf({ homeserver: synapse }, () => bareExport(synapse.url, user.token, roomId)),
    );
    return [
      {
        what: `export of ${MESSAGES} messages, speed against the bare loop, ${database}`,
        ...{ value: peer.wall / product.wall, unit: "times", must: { least: 0.9 } },
        ...{ product, peer },
      },
    ];
  },
};

/** The ZIP. @throws Error where it is refused */
export async function exportRoom(service: Service, user: MatrixClient, roomId: string): Promise<Buffer> {
  const path = `${service.url}/v1/rooms/${encodeURIComponent(roomId)}/export`;
  const response = await fetch(path, { headers: { authorization: `Bearer ${user.token}` } });
  if (!response.ok) throw new Error(`export → ${response.status} ${await response.text()}`);
  return Buffer.from(await response.arrayBuffer());
}
