import type { OfflineBench } from "./bench.ts";
import { exportMadeUpRoom } from "./long-export.ts";
import { typical } from "./turns.ts";

/** Events of made-up rooms: how much more the long one needs than the short one. */
const SHORT = 2000;
const LONG = 200_000;
const ROUNDS = 2;

/** Exports of long rooms, from a homeserver that makes them up: memory that does not grow with the room. */
export const longExportBench: OfflineBench = {
  name: "long-export",
  async measure() {
    const short = [];
    const long = [];
    for (let round = 0; round < ROUNDS; round++) {
      short.push(await exportMadeUpRoom(SHORT));
      long.push(await exportMadeUpRoom(LONG));
    }
    const events = long[0]?.events ?? NaN;
    const [peer, product] = [short, long].map((costs) => typical(costs.map(({ cost }) => cost)));
    if (!peer || !product) return [];
    const cpu = (product.service ?? NaN) / events;
    const more = (product.peak ?? NaN) - (peer.peak ?? NaN);
    return [
      {
        what: `own CPU of an exported event, of ${LONG}`,
        ...{ value: cpu, unit: "ms", must: { most: 0.15 }, product },
      },
      {
        what: `memory of exporting ${LONG} events above that of ${SHORT}`,
        ...{ value: more, unit: "MB", must: { most: 30 }, product, peer },
      },
    ];
  },
};
