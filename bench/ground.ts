import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { sampleConversation } from "../demo/sample.ts";
import { findPostgres } from "../scripts/postgres.js";
import type { MatrixClient } from "../test/support/matrix-client.ts";
import { startPostgres } from "../test/support/postgres.ts";
import { freePort } from "../test/support/process.ts";
import { writeRegistration, type Registration } from "../test/support/registration.ts";
import { startService, type Service } from "../test/support/service.ts";
import { writeClock } from "../test/support/shared-synapse.ts";
import { analyseDatabase, startSynapse, type Synapse } from "../test/support/synapse.ts";
import { registerUser } from "../test/support/users.ts";
import { BUILT } from "./program.ts";

type Database = "SQLite" | "PostgreSQL";

/** What the homeserver can be on here. */
export const DATABASES: readonly Database[] = findPostgres() === undefined ? ["SQLite"] : ["SQLite", "PostgreSQL"];

/** What a bench stands on: a homeserver and a service of its own, with some people. */
export interface Ground {
  /** the homeserver's */
  database: Database;
  synapse: Synapse;
  service: Service;
  /** may speak for everybody, with dates: `user.through(clock.asToken)` */
  clock: Registration;
  /** four of them */
  people: [MatrixClient, ...MatrixClient[]];
  /** a folder for files; removed at the end */
  dir: string;
  /** A room with the sample's texts, over and over, by several people. Gives its id. */
  fill(messages: number): Promise<string>;
  /** Gathers the statistics of the homeserver's database, as they are on any that is looked after. To be called when the rooms are filled. */
  analyse(): Promise<void>;
  close(): Promise<void>;
}

/** @param config further keys of homeserver.yaml */
export async function startGround(database: Database, config: Record<string, unknown> = {}): Promise<Ground> {
  const dir = mkdtempSync(join(tmpdir(), "roomporter-bench-"));
  const clock = writeClock(join(dir, "clock.yaml"));
  const url = `http://127.0.0.1:${await freePort()}`;
  const registration = writeRegistration(join(dir, "registration.yaml"), { id: "roomporter", url });
  const postgres = database === "PostgreSQL" ? await startPostgres() : undefined;
  const address = await postgres?.createDatabase();
  const synapse = await startSynapse({ registrations: [registration.file, clock.file], config, database: address });
  const service = await startService({ synapse, registration, program: BUILT });
  const [first, ...others] = await Promise.all(
    ["ann", "ben", "cat", "dan"].map((name) => registerUser(synapse.url, name)),
  );
  if (!first) throw new Error("nobody is there");
  const people: Ground["people"] = [first, ...others];
  return {
    ...{ database, synapse, service, clock, people, dir },
    fill: (messages) => fillRoom(people, clock, messages),
    async analyse() {
      if (address === undefined) analyseDatabase(synapse);
      else await analysePostgres(address);
    },
    async close() {
      await service.close();
      await synapse.close();
      await postgres?.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

async function fillRoom(people: Ground["people"], clock: Registration, messages: number): Promise<string> {
  const [host, ...guests] = people;
  const roomId = await host.createRoom({ preset: "public_chat", name: "Bench" });
  for (const guest of guests) await guest.join(roomId);
  const lines = sampleConversation();
  const talk = async (who: MatrixClient, first: number): Promise<void> => {
    const dated = who.through(clock.asToken);
    for (let i = first; i < messages; i += people.length) {
      const line = lines[i % lines.length];
      if (line !== undefined) await dated.say(roomId, line.body, {}, line.ts + i * 1000);
    }
  };
  await Promise.all(people.map(talk));
  return roomId;
}

async function analysePostgres(address: string): Promise<void> {
  const client = new Client(address);
  await client.connect();
  try {
    await client.query("ANALYZE");
  } finally {
    await client.end();
  }
}
