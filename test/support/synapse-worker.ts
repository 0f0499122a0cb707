import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { synapsePython } from "../../scripts/synapse.js";
import { startHomeserver, type HomeserverProcess } from "./homeserver-process.ts";
import { freePort, startProcess } from "./process.ts";
import { sharedPostgres } from "./shared-postgres.ts";
import { startSynapse, withModules, type Synapse, type SynapseOptions } from "./synapse.ts";
import { httpListener } from "./synapse-config.ts";
import { until } from "./until.ts";

/** A Synapse of two processes, of which the second alone stores events. */
export interface SynapseWithWorker {
  main: Synapse;
  /** serves clients, too */
  worker: HomeserverProcess;
  close(): Promise<void>;
}

const HOST = "127.0.0.1";
const WORKER = "writer";

/** Redis, through which the processes of a Synapse speak to each other, as the complete virtual environment brings it. */
export function findRedis(): string | undefined {
  const program = join(dirname(synapsePython({ complete: true })), "redis-server");
  return existsSync(program) ? program : undefined;
}

/** Starts both, and a Redis of theirs, on PostgreSQL (about 20 s). @param redis its program */
export async function startSynapseWithWorker(redis: string, options: SynapseOptions): Promise<SynapseWithWorker> {
  const dir = mkdtempSync(join(tmpdir(), "roomporter-workers-"));
  const log = join(dir, "redis.log");
  const [port, mainPort, workerPort, clientPort] = await Promise.all([freePort(), freePort(), freePort(), freePort()]);
  const database = await (await sharedPostgres()).createDatabase();
  const broker = startProcess(redis, ["--port", String(port), "--bind", HOST, "--save", "", "--dir", dir], log);
  const opened: { close(): Promise<void> }[] = [];
  const close = async (): Promise<void> => {
    for (const process of opened.toReversed()) await process.close();
    await broker.end("SIGKILL");
    rmSync(dir, { recursive: true, force: true });
  };
  try {
    await until(() => readFileSync(log, "utf8").includes("Ready to accept connections") || !broker.running());
    const main = await startSynapse({
      ...options,
      ...{ dir, database, replicationPort: mainPort },
      config: {
        ...options.config,
        redis: { enabled: true, host: HOST, port },
        instance_map: { main: { host: HOST, port: mainPort }, [WORKER]: { host: HOST, port: workerPort } },
        stream_writers: { events: WORKER },
        worker_replication_secret: "replication",
      },
    });
    opened.push(main);
    const listeners = [httpListener(clientPort, ["client"]), httpListener(workerPort, ["replication"])];
    const worker = await startWorker(main, `http://${HOST}:${clientPort}`, listeners);
    opened.push(worker);
    return { main, worker, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function startWorker(main: Synapse, url: string, listeners: unknown[]): Promise<HomeserverProcess> {
  const { dir, serverName } = main;
  const app = "synapse.app.generic_worker";
  const config = join(dir, "worker.yaml");
  writeFileSync(
    config,
    JSON.stringify({
      worker_app: app,
      worker_name: WORKER,
      worker_listeners: listeners,
      worker_log_config: join(dir, "log.yaml"),
    }),
  );
  const files = ["-c", join(dir, "homeserver.yaml"), "-c", config];
  return startHomeserver({
    ...{ url, serverName, dir, log: join(dir, "worker.log"), ownDir: false },
    command: [...withModules(synapsePython({ complete: true })), "-m", app, ...files],
  });
}
