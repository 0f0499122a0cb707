import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sampleConversation } from "../demo/sample.ts";
import type { MatrixClient } from "../test/support/matrix-client.ts";
import { freePort } from "../test/support/process.ts";
import { writeRegistration, type Registration } from "../test/support/registration.ts";
import { startService, type Service } from "../test/support/service.ts";
import { writeClock } from "../test/support/shared-synapse.ts";
import { startSynapse, type Synapse } from "../test/support/synapse.ts";
import { registerUser } from "../test/support/users.ts";

/** What a bench stands on: a homeserver and a service of its own, with some people. */
export interface Ground {
  database: "SQLite";
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
  close(): Promise<void>;
}

/** @param config further keys of homeserver.yaml */
export async function startGround(database: Ground["database"], config: Record<string, unknown> = {}): Promise<Ground> {
  const dir = mkdtempSync(join(tmpdir(), "roomporter-bench-"));
  const clock = writeClock(join(dir, "clock.yaml"));
  const url = `http://127.0.0.1:${await freePort()}`;
  const registration = writeRegistration(join(dir, "registration.yaml"), { id: "roomporter", url });
  const synapse = await startSynapse({ registrations: [registration.file, clock.file], config });
  const service = await startService({ synapse, registration });
  const [first, ...others] = await Promise.all(
    ["ann", "ben", "cat", "dan"].map((name) => registerUser(synapse.url, name)),
  );
  if (!first) throw new Error("nobody is there");
  const people: Ground["people"] = [first, ...others];
  return {
    ...{ database, synapse, service, clock, people, dir },
    fill: (messages) => fillRoom(people, clock, messages),
    async close() {
      await service.close();
      await synapse.close();
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
