import { expect } from "chai";
import { setTimeout as sleep } from "node:timers/promises";
import type { JsonObject } from "../../../src/matrix/json.ts";
import { expectReplayed } from "../../support/expect-replayed.ts";
import { ImportedRoom, postImport } from "../../support/imported-room.ts";
import type { MatrixClient } from "../../support/matrix-client.ts";
import { seededRandom } from "../../support/seeded-random.ts";
import type { Service } from "../../support/service.ts";
import { variedConversation } from "../../support/varied-conversation.ts";
import { Api } from "../../synapse/http/api.ts";
import type { World } from "../world.ts";

/** So often the homeserver is killed: `npm run test:homeservers -- --kills 50`. */
const KILLS = Number(process.env["KILLS"] ?? 2);
const SEED = Number(process.env["SEED"] ?? 13);
/** In one import. */
const KILLS_AN_IMPORT = 4;
const ROUNDS = 8;
/** After an event was seen, the kill comes within so many milliseconds. */
const AT_MOST_MS = 120;

/** The homeserver alone is killed with -9 while it takes an import. */
export function kills(world: () => World, service: () => Service): void {
  it(`an import loses and doubles nothing in ${KILLS} kills of the homeserver (SEED=${SEED})`, async function () {
    this.timeout(60_000 + KILLS * 30_000);
    const random = seededRandom(SEED);
    const user = await world().person("ivan");
    const imports = [];
    for (let left = KILLS; left > 0; left -= imports.at(-1)?.kills ?? 0)
      imports.push(await killedImport(world(), service(), user, Math.min(left, KILLS_AN_IMPORT), random));
    const events = imports.reduce((sum, one) => sum + one.events, 0);
    process.stdout.write(
      `      ${world().kind.name}: ${KILLS} kills, ${imports.length} imports, ${events} events: 0 lost, 0 doubled\n`,
    );
  });
}

/** `times`: at most so often. */
async function killedImport(
  { homeserver }: World,
  service: Service,
  user: MatrixClient,
  times: number,
  random: () => number,
): Promise<{ events: number; kills: number }> {
  const talk = variedConversation(ROUNDS);
  const bundle = await talk.write();
  const { status, body } = await postImport(service, user.token, bundle.file);
  await bundle.remove();
  expect(status).to.equal(202);
  const api = new Api(service, user.token);
  const id = String(body["job_id"]);
  const moments = Array.from({ length: times }, () => random() * (talk.events.length - 4)).sort((a, b) => a - b);
  let kills = 0;
  for (const moment of moments) {
    const pause = random() * AT_MOST_MS;
    if (!(await reaches(api, id, moment))) break;
    await sleep(pause);
    await homeserver.kill();
    kills += 1;
    await homeserver.start();
  }
  const job = await api.ended(id);
  expect(job, JSON.stringify(job)).to.have.property("state", "succeeded");
  expectReplayed(talk, await ImportedRoom.joined(user, job));
  return { events: talk.events.length, kills };
}

/** False where the job has ended before. */
async function reaches(api: Api, id: string, events: number): Promise<boolean> {
  for (;;) {
    const { body } = await api.json(`/v1/jobs/${id}`);
    if (body["state"] !== "queued" && body["state"] !== "running") return false;
    if (Number((body["progress"] as JsonObject)["done"]) >= events) return true;
    await sleep(20);
  }
}
