import { join } from "node:path";
import { Client } from "undici";
import { findPostgres } from "../scripts/postgres.js";
import { isObject } from "../src/matrix/json.ts";
import type { ClientEvent } from "../src/matrix/event.ts";
import { ORIGIN } from "../src/matrix/names.ts";
import { startPostgres } from "../test/support/postgres.ts";
import { bareImport } from "./bare-loops.ts";
import type { Cost, OfflineBench, Row } from "./bench.ts";
import { LaneWorld } from "./lane-world.ts";
import { largeBundle } from "./large-bundle.ts";
import { byTurns, costOf } from "./turns.ts";

/** Events of the bundle that is imported: over the lane, and one by one, whose speed does not depend on their number. */
const [LONG, SHORT] = [20_000, 500];
/** Events of one turn of the lane, and of the bare loop. */
const [TOGETHER, SINGLE] = [3000, 250];
const ROUNDS = 2;
const BATCHES = [
  { size: 100, least: 18 },
  { size: 1000, least: 25 },
];

/** The module for Synapse: its batches against PUT …/send?ts= of the same contents, and whole imports with and without it. */
export const laneBench: OfflineBench = {
  name: "lane",
  async measure() {
    const rows = await measureOn("SQLite", undefined);
    if (findPostgres() === undefined) {
      console.log("PostgreSQL is not measured: this machine has none.");
      return rows;
    }
    const postgres = await startPostgres();
    try {
      return [...rows, ...(await measureOn("PostgreSQL", await postgres.createDatabase()))];
    } finally {
      await postgres.close();
    }
  },
};

async function measureOn(name: string, database: string | undefined): Promise<Row[]> {
  const world = await LaneWorld.start(database);
  try {
    const short = await largeBundle(join(world.dir, "short"), SHORT, 0);
    const written = await contentsOf(world, await world.import(short));
    const rows = await batches(world, name, written);
    return [...rows, ...(await imports(world, name, short))];
  } finally {
    await world.close();
  }
}

/** Batches against single sends of the same contents: what the homeserver spends on an event. */
async function batches(world: LaneWorld, database: string, written: readonly ClientEvent[]): Promise<Row[]> {
  const { synapse, service } = world;
  const some = (count: number): ClientEvent[] =>
    Array.from({ length: Math.ceil(count / written.length) }, () => written)
      .flat()
      .slice(0, count);
  const write = async (act: (room: string) => Promise<void>): Promise<Cost> => {
    const room = await world.newRoom();
    return costOf({ homeserver: synapse }, () => act(room));
  };
  const rows: Row[] = [];
  for (const { size, least } of BATCHES) {
    const { product, peer } = await byTurns(
      ROUNDS,
      () => write((room) => sendTogether(synapse.url, service.asToken, room, some(TOGETHER), size)),
      () => write((room) => bareImport(synapse.url, service.asToken, room, some(SINGLE))),
    );
    const [each, eachSingle] = [(product.homeserver ?? NaN) / TOGETHER, (peer.homeserver ?? NaN) / SINGLE];
    rows.push({
      what: `batches of ${size} (${TOGETHER} events) against the bare loop (${SINGLE}), homeserver CPU an event, ${database}`,
      ...{ value: eachSingle / each, unit: "times", must: { least }, product, peer },
    });
  }
  return rows;
}

/** Whole imports, over the lane and without it. */
async function imports(world: LaneWorld, database: string, short: string): Promise<Row[]> {
  const { synapse: homeserver, service } = world;
  const long = await largeBundle(join(world.dir, "long"), LONG, 0);
  const product = await costOf({ service, homeserver }, () => world.import(long));
  await world.restart("without");
  const peer = await costOf({ service, homeserver }, () => world.import(short));
  return [
    {
      what: `import of ${LONG} events over the lane against the plain lane (${SHORT}), events a second, ${database}`,
      ...{ value: LONG / product.wall / (SHORT / peer.wall), unit: "times", must: { least: 12 }, product, peer },
    },
    {
      what: `own CPU of an event that is imported over the lane, ${database}`,
      ...{ value: (product.service ?? NaN) / LONG, unit: "ms", must: { most: 0.5 }, product },
    },
  ];
}

/** The messages that an import has written, without those that relate to others. */
async function contentsOf({ user }: LaneWorld, room: string): Promise<ClientEvent[]> {
  await user.join(room);
  const timeline = await user.timeline(room);
  return timeline.filter(
    ({ content, state_key }) => state_key === undefined && ORIGIN in content && !isObject(content["m.relates_to"]),
  );
}

/** `POST …/batch` of so many events each, one call after another, on one connection. */
async function sendTogether(
  url: string,
  asToken: string,
  room: string,
  events: ClientEvent[],
  size: number,
): Promise<void> {
  const homeserver = new Client(url);
  for (let start = 0; start < events.length; start += size) {
    const drafts = events.slice(start, start + size);
    const { statusCode, body } = await homeserver.request({
      method: "POST",
      path: "/_synapse/client/roomporter/v1/batch",
      headers: { authorization: `Bearer ${asToken}`, "content-type": "application/json" },
      body: JSON.stringify({
        room_id: room,
        txn_id: String(start),
        events: drafts.map(({ type, content, origin_server_ts }) => ({ type, content, origin_server_ts })),
      }),
    });
    const answer = await body.text();
    if (statusCode !== 200) throw new Error(`batch → ${statusCode} ${answer}`);
  }
  await homeserver.close();
}
