import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../support/process.ts";
import { writeRegistration } from "../support/registration.ts";
import { seededRandom } from "../support/seeded-random.ts";
import { startService, type Service } from "../support/service.ts";
import { describeOnPostgres, sharedPostgres } from "../support/shared-postgres.ts";
import { startSynapse, type Synapse } from "../support/synapse.ts";
import { startWorker, type Worker } from "../support/worker.ts";
import { execute } from "./executioner.ts";
import { newSeed, scale } from "./scale.ts";
import { Workload } from "./workload.ts";

const SEED = newSeed();
/** Jobs are asked for during so many milliseconds a kill. */
const SPREAD_MS = 1200;
const SIZE = { imports: scale(20), exports: scale(20), kills: scale(30) };
const WORKERS = ["worker 1", "worker 2", "worker 3"];

describeOnPostgres(`torture on PostgreSQL, ${WORKERS.length} workers (SEED=${SEED})`, function () {
  this.timeout(scale(600_000));
  let dir: string;
  let synapse: Synapse;
  let service: Service;
  const workers: Worker[] = [];
  let work: Workload;

  before(async () => {
    dir = mkdtempSync(join(tmpdir(), "roomporter-torture-"));
    const url = `http://127.0.0.1:${await freePort()}`;
    const registration = writeRegistration(join(dir, "registration.yaml"), { id: "roomporter", url });
    synapse = await startSynapse({ registrations: [registration.file] });
    const database = { url: await (await sharedPostgres()).createDatabase() };
    service = await startService({ synapse, registration, config: { database, limits: { concurrent_jobs: 4 } } });
    workers.push(...(await Promise.all(WORKERS.map((name) => startWorker(service, name)))));
    work = await Workload.prepare(synapse, service, SIZE);
  });

  after(async () => {
    await work.remove();
    await Promise.all(workers.map((worker) => worker.stop()));
    await service.close();
    await synapse.close();
    rmSync(dir, { recursive: true, force: true });
  });

  it(`${SIZE.imports} imports and ${SIZE.exports} exports end right, whoever is killed`, async () => {
    const random = seededRandom(SEED);
    const victims = [
      { name: "service", weight: 1, kill: () => service.kill(), start: () => service.start() },
      { name: "Synapse", weight: 1, kill: () => synapse.kill(), start: () => synapse.start() },
      ...workers.map((worker, i) => ({
        name: WORKERS[i] ?? "",
        weight: 1,
        kill: () => worker.kill(),
        start: () => worker.start(),
      })),
    ];
    const moments = Array.from({ length: SIZE.imports + SIZE.exports }, () => random() * SIZE.kills * SPREAD_MS);
    const killing = execute(victims, SIZE.kills, random);
    const [hits] = await Promise.all([killing, work.start(moments, killing)]);
    await work.ended(scale(240_000));
    const jobs = await work.check();
    process.stdout.write(`      ${jobs} jobs checked; killed with -9: ${JSON.stringify(hits)}\n`);
  });
});
