import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ORIGIN } from "../src/matrix/names.ts";
import { postImport } from "../test/support/imported-room.ts";
import { MatrixClient } from "../test/support/matrix-client.ts";
import { bareImport } from "./bare-loops.ts";
import type { Bench } from "./bench.ts";
import { exportRoom } from "./exports.ts";
import { byTurns, costOf } from "./turns.ts";

const MESSAGES = 800;
const ROUNDS = 1;
/** 1 ms where Synapse takes 15 ms for the same event, so that slower machines can be held against it, too. */
const OWN_SHARE = 1 / 15;

/** Imports against PUT …/send?ts= with the contents that the import wrote, one by one. */
export const importBench: Bench = {
  name: "import",
  async measure({ database, synapse, service, people, dir, fill, analyse }) {
    const [user] = people;
    const bundle = join(dir, "room.zip");
    writeFileSync(bundle, await exportRoom(service, user, await fill(MESSAGES)));
    await analyse();
    const importOnce = async (): Promise<string> => {
      const { status, body } = await postImport(service, user.token, bundle, { wait: 300 });
      if (status !== 201 || typeof body["room_id"] !== "string") throw new Error(`import → ${status}`);
      return body["room_id"];
    };
    const porter = new MatrixClient(synapse.url, service.asToken, service.userId);
    const imported = await importOnce();
    await user.join(imported);
    const written = (await user.timeline(imported)).filter(
      (event) => ORIGIN in event.content && event.state_key === undefined,
    );
    const importBare = async (): Promise<void> => {
      const empty = await porter.createRoom({ room_version: "12" });
      await bareImport(synapse.url, service.asToken, empty, written);
    };
    const { product, peer } = await byTurns(
      ROUNDS,
      () => costOf({ service, homeserver: synapse }, importOnce),
      () => costOf({ service: process, homeserver: synapse }, importBare),
    );
    const costs = { product, peer };
    return [
      {
        what: `import of ${MESSAGES} messages, speed against the bare loop, ${database}`,
        ...{ value: peer.wall / product.wall, unit: "times", must: { least: 0.95 } },
        ...costs,
      },
      {
        what: `own CPU of an imported event, journal included, ${database}`,
        ...{ value: (product.service ?? NaN) / written.length, unit: "ms", must: { most: 1 } },
        ...costs,
      },
      {
        what: `own CPU of imported events, journal included, as a part of the homeserver's for them, ${database}`,
        ...{ value: (product.service ?? NaN) / (product.homeserver ?? NaN), unit: "times", must: { most: OWN_SHARE } },
        ...costs,
      },
    ];
  },
};
