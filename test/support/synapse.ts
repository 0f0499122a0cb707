import { randomBytes } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { SYNAPSE_CACHE, synapsePython } from "../../scripts/synapse.js";
import { answers, freePort, startProcess, type ServerProcess } from "./process.ts";
import { synapseConfig, synapseLogConfig } from "./synapse-config.ts";

export interface SynapseOptions {
  /** paths of application services' registration files */
  registrations?: string[];
  /** default `localhost` */
  serverName?: string;
  /** further keys of homeserver.yaml */
  config?: Record<string, unknown>;
  /** where its files go; default: a temporary folder, removed by `close` */
  dir?: string;
  /** can it be a client of an OpenID Connect provider (`oidc_providers`)? */
  oidc?: boolean;
}

/** A real Synapse on SQLite at 127.0.0.1. */
export interface Synapse {
  /** without a slash at the end */
  readonly url: string;
  readonly serverName: string;
  readonly dir: string;
  readonly pid: number;
  /** SIGTERM: as an administrator stops it. The data stay. */
  stop(): Promise<void>;
  /** SIGKILL: as a power cut stops it. The data stay. */
  kill(): Promise<void>;
  /** Starts it again, on the same data and the same port; resolves once it answers. */
  start(): Promise<void>;
  /** Stops it for good and removes its files. */
  close(): Promise<void>;
}

/** Starts a homeserver of its own; resolves once it answers (about 4 s). */
export async function startSynapse(options: SynapseOptions = {}): Promise<Synapse> {
  const template = await databaseTemplate(synapsePython());
  return launch(synapsePython({ oidc: options.oidc ?? false }), template, options);
}

async function launch(python: string, template: string | undefined, options: SynapseOptions): Promise<Synapse> {
  const dir = options.dir ?? mkdtempSync(join(tmpdir(), "roomporter-synapse-"));
  mkdirSync(dir, { recursive: true });
  const serverName = options.serverName ?? "localhost";
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const log = join(dir, "homeserver.log");
  const config = join(dir, "homeserver.yaml");
  writeFileSync(config, synapseConfig(dir, port, serverName, options.registrations ?? [], options.config ?? {}));
  writeFileSync(join(dir, "log.yaml"), synapseLogConfig(log));
  writeFileSync(join(dir, "signing.key"), `ed25519 a_test ${randomBytes(32).toString("base64").replace("=", "")}\n`);
  if (template !== undefined) copyFileSync(template, join(dir, "homeserver.db"));

  const run = () => startProcess(python, ["-m", "synapse.app.homeserver", "-c", config], log);
  let server: ServerProcess | undefined;
  const synapse: Synapse = {
    url,
    serverName,
    dir,
    get pid() {
      return server?.pid ?? 0;
    },
    async stop() {
      await server?.end("SIGTERM");
    },
    async kill() {
      await server?.end("SIGKILL");
    },
    async start() {
      server = run();
      await answers(`${url}/_matrix/client/versions`, server, log);
    },
    async close() {
      await server?.end("SIGKILL");
      if (options.dir === undefined) rmSync(dir, { recursive: true, force: true });
    },
  };
  try {
    await synapse.start();
    return synapse;
  } catch (error) {
    await synapse.close();
    throw error;
  }
}

/** An empty database with all its tables, made once: a homeserver starts in half the time with a copy of it. */
async function databaseTemplate(python: string): Promise<string> {
  const file = join(SYNAPSE_CACHE, "template.db");
  if (existsSync(file)) return file;
  const synapse = await launch(python, undefined, { config: { background_updates: { sleep_enabled: false } } });
  const database = join(synapse.dir, "homeserver.db");
  const deadline = Date.now() + 60_000;
  while (pendingUpdates(database) > 0 && Date.now() < deadline) await sleep(200);
  await synapse.stop();
  const copy = `${file}.${process.pid}`;
  copyFileSync(database, copy);
  renameSync(copy, file);
  await synapse.close();
  return file;
}

function pendingUpdates(database: string): number {
  const db = new DatabaseSync(database, { readOnly: true });
  try {
    return Number(db.prepare("SELECT count(*) AS n FROM background_updates").get()?.["n"]);
  } finally {
    db.close();
  }
}
