import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { faultProxy, type FaultProxy } from "../support/fault-proxy.ts";
import { startPostgres, type Postgres } from "../support/postgres.ts";
import { freePort } from "../support/process.ts";
import { writeRegistration } from "../support/registration.ts";
import { seededRandom } from "../support/seeded-random.ts";
import { PROGRAM, startService, type Service } from "../support/service.ts";
import { startSynapse, type Synapse } from "../support/synapse.ts";
import { startWorker, type Worker } from "../support/worker.ts";
import { execute, type Trouble, type Victim } from "./executioner.ts";
import { keptDisk, type KeptDisk } from "./kept-disk.ts";
import { fullDisk, lockedFile, lockedTable, wrongClock } from "./troubles.ts";
import { Workload, type Checked } from "./workload.ts";

const run = promisify(execFile);

export interface RoundSettings {
  database: "sqlite" | "postgres";
  seed: number;
  imports: number;
  exports: number;
  /** processes that are killed with -9 */
  kills: number;
}

/** What a round went through and what was found at its end. */
export interface RoundFigures extends Checked {
  /** by name: how often each process was killed, each trouble made */
  hits: Record<string, number>;
  /** calls of the homeserver that were harmed on their way */
  faults: number;
  calls: number;
}

const WORKERS = ["worker 1", "worker 2", "worker 3"];
/** Jobs are asked for during so many milliseconds a kill. */
const SPREAD_MS = 1200;
/** The part of the calls of the homeserver that go wrong. */
const FAULT_RATE = 0.1;
/** The disk of the service and its workers, in bytes. */
const DISK_BYTES = 200 * 1024 ** 2;
/** Once nothing is harmed any more, all jobs end within so many milliseconds each. */
const JOB_MS = 12_000;
/** What dead processes left is gone after so many milliseconds. */
const SWEPT_MS = 90_000;
/** What is kept without a job is swept away once it is so old, and what of a bundle was not written to its end. */
const ORPHANED_MS = 26 * 3600_000;
/** Attempts at starting a process. */
const STARTS = 20;

/**
 * Starts everything anew, asks for jobs while processes are killed, calls are harmed, the database is locked, the disk full and the
 * clock wrong, and holds what came of it against what was asked for.
 * @throws Error where anything is lost, doubled, out of order, left over, or has not ended
 */
export async function tortureRound(settings: RoundSettings): Promise<RoundFigures> {
  await using round = await Round.begin(settings);
  return await round.run();
}

class Round {
  readonly #settings: RoundSettings;
  readonly #dir = mkdtempSync(join(tmpdir(), "roomporter-torture-"));
  #synapse!: Synapse;
  #proxy!: FaultProxy;
  #disk: KeptDisk | undefined;
  #postgres: Postgres | undefined;
  #databaseUrl = "";
  #service!: Service;
  readonly #workers: Worker[] = [];
  #work: Workload | undefined;

  private constructor(settings: RoundSettings) {
    this.#settings = settings;
  }

  static async begin(settings: RoundSettings): Promise<Round> {
    const round = new Round(settings);
    try {
      await round.#start();
      return round;
    } catch (error) {
      await round[Symbol.asyncDispose]();
      throw error;
    }
  }

  get #clockFile(): string {
    return join(this.#dir, "clock");
  }

  async #start(): Promise<void> {
    const { seed, imports, exports, database } = this.#settings;
    const url = `http://127.0.0.1:${await freePort()}`;
    const registration = writeRegistration(join(this.#dir, "registration.yaml"), { id: "roomporter", url });
    this.#synapse = await startSynapse({ registrations: [registration.file] });
    this.#proxy = await faultProxy(this.#synapse.url, { rate: FAULT_RATE, seed });
    if (process.getuid?.() === 0) this.#disk = await keptDisk(DISK_BYTES);
    else process.stdout.write("      NOT RUN: a full disk (mounting one needs root)\n");
    const files = this.#disk?.mount ?? join(this.#dir, "files");
    if (!this.#disk) mkdirSync(files);
    if (database === "postgres") {
      this.#postgres = await startPostgres();
      this.#databaseUrl = await this.#postgres.createDatabase();
    } else this.#databaseUrl = `sqlite:${join(files, "roomporter.db")}`;
    writeFileSync(this.#clockFile, "0");
    const clock = fileURLToPath(new URL("../support/shifted-clock.ts", import.meta.url));
    this.#service = await startService({
      synapse: { url: this.#proxy.url, serverName: this.#synapse.serverName },
      registration,
      config: {
        database: { url: this.#databaseUrl },
        storage: { type: "disk", path: join(files, "store"), min_free: "1M" },
        limits: { concurrent_jobs: 4 },
      },
      program: [...(this.#disk?.prefix ?? []), process.execPath, PROGRAM] as [string, ...string[]],
      env: { NODE_OPTIONS: `--import=${clock}`, SHIFTED_CLOCK: this.#clockFile },
    });
    if (this.#postgres)
      this.#workers.push(...(await Promise.all(WORKERS.map((name) => startWorker(this.#service, name)))));
    this.#work = await Workload.prepare(this.#synapse, this.#service, { imports, exports });
  }

  async run(): Promise<RoundFigures> {
    const { seed, kills, imports, exports } = this.#settings;
    const work = this.#work;
    if (!work) throw new Error("the round has not begun");
    const random = seededRandom(seed);
    const moments = Array.from({ length: imports + exports }, () => random() * kills * SPREAD_MS);
    const killing = execute(this.#victims(), this.#troubles(random), kills, random);
    const [hits] = await Promise.all([killing, work.start(moments, killing)]);
    await work.ended((imports + exports) * JOB_MS);
    const checked = await work.check();
    await this.#nothingLeft(checked.kept);
    await this.#service.stop();
    await Promise.all(this.#workers.map((worker) => worker.stop()));
    await this.#requireSoundAudit();
    const faults = Object.values(this.#proxy.faults).reduce((sum, count) => sum + count, 0);
    return { ...checked, hits, faults, calls: this.#proxy.calls };
  }

  #victims(): Victim[] {
    const { database } = this.#settings;
    const postgres = this.#postgres;
    return [
      {
        name: "service",
        weight: database === "sqlite" ? 3 : 1,
        ...restarted(this.#service),
      },
      { name: "Synapse", weight: 1, kill: () => this.#synapse.kill(), start: () => this.#synapse.start() },
      ...(postgres
        ? [{ name: "PostgreSQL", weight: 0.5, kill: () => postgres.kill(), start: () => postgres.start() }]
        : []),
      ...this.#workers.map((worker, i) => ({
        name: WORKERS[i] ?? "",
        weight: 1,
        ...restarted(worker),
      })),
    ];
  }

  #troubles(random: () => number): Trouble[] {
    const file = this.#databaseUrl.replace("sqlite:", "");
    return [
      this.#postgres
        ? lockedTable(this.#databaseUrl)
        : lockedFile(this.#disk?.prefix ?? [], file, join(this.#dir, "lock.log")),
      wrongClock(this.#clockFile, random),
      ...(this.#disk ? [fullDisk(this.#disk)] : []),
    ];
  }

  /** As its operator checks it. @throws Error where it is not sound */
  async #requireSoundAudit(): Promise<void> {
    const [command, ...args] = this.#service.program;
    try {
      await run(command, [...args, "audit", "verify", "-c", this.#service.configFile]);
    } catch (error) {
      throw new Error("the audit log is not sound", { cause: error });
    }
  }

  /** A path of the service's, as this process sees it. */
  #seen(path: string): string {
    return this.#disk ? path.replace(this.#disk.mount, this.#disk.path) : path;
  }

  /**
   * What dead processes left is swept away by those that live, within a minute; a bundle that came to be kept without its job, an
   * hour later, and a part of one a day later: so they are made older here, and the service started again, for it sweeps at its start.
   * @param kept ids of the jobs whose bundles are kept
   * @throws Error where files of anything else stay
   */
  async #nothingLeft(kept: readonly string[]): Promise<void> {
    const deadline = Date.now() + SWEPT_MS;
    await this.#service.stop();
    const before = (Date.now() - ORPHANED_MS) / 1000;
    for (const path of this.#orphans(kept)) utimesSync(path, before, before);
    await this.#service.start();
    for (;;) {
      const left = this.#leftFiles(kept);
      if (left.length === 0) return;
      if (Date.now() > deadline) throw new Error(`files are left over: ${left.join(", ")}`);
      await sleep(1000);
    }
  }

  get #store(): string {
    return this.#seen(join(this.#disk?.mount ?? join(this.#dir, "files"), "store"));
  }

  /** Bundles of no job. */
  #orphans(kept: readonly string[]): string[] {
    const folder = join(this.#store, "bundles");
    return list(folder)
      .filter((name) => !kept.some((id) => name.startsWith(id)))
      .map((name) => join(folder, name));
  }

  #leftFiles(kept: readonly string[]): string[] {
    const store = this.#store;
    return [
      ...list(join(store, "exports"))
        .filter((name) => !name.startsWith("."))
        .map((name) => `exports/${name}`),
      ...this.#orphans(kept).map((path) => `bundles/${basename(path)}`),
      // each living process has a folder of its own, with nothing but its lock in it
      ...list(join(store, "work")).flatMap((folder) =>
        list(join(store, "work", folder))
          .filter((name) => !name.startsWith("lock"))
          .map((name) => `work/${folder}/${name}`),
      ),
      ...list(join(this.#service.dir, "tmp")).map((name) => `tmp/${name}`),
    ];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#work?.remove();
    await Promise.all(this.#workers.map((worker) => worker.stop()));
    await (this.#service as Service | undefined)?.close();
    await this.#postgres?.close();
    await (this.#proxy as FaultProxy | undefined)?.close();
    await (this.#synapse as Synapse | undefined)?.close();
    await this.#disk?.close();
    rmSync(this.#dir, { recursive: true, force: true });
  }
}

/**
 * A process that is started again as systemd does it, where it ends by itself because it finds the disk full or the database locked;
 * but not by the start that a kill has ended.
 */
function restarted({ kill, start }: Pick<Victim, "kill" | "start">): Pick<Victim, "kill" | "start"> {
  let kills = 0;
  return {
    kill() {
      kills += 1;
      return kill();
    },
    async start() {
      const before = kills;
      for (let tries = 1; ; tries++) {
        try {
          await start();
          return;
        } catch (error) {
          if (kills > before || tries === STARTS) throw error;
          // one that does not get ready is ended first
          await kill();
          await sleep(500);
        }
      }
    },
  };
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
