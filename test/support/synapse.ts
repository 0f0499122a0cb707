import { randomBytes } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, renameSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { synapseCache, synapsePython } from "../../scripts/synapse.js";
import { startHomeserver, type HomeserverProcess } from "./homeserver-process.ts";
import { freePort } from "./process.ts";
import { MODULE, TEST_MODULES } from "./synapse-module.ts";
import { httpListener, synapseConfig, synapseLogConfig } from "./synapse-config.ts";

/** A real Synapse at 127.0.0.1. */
export type Synapse = HomeserverProcess;

export interface SynapseOptions {
  /** paths of application services' registration files */
  registrations?: string[];
  /** default `localhost` */
  serverName?: string;
  /** further keys of homeserver.yaml */
  config?: Record<string, unknown>;
  /** where its files go; default: a temporary folder, removed by `close` */
  dir?: string;
  /** one of OLDER_SYNAPSES; default: the newest */
  version?: string | undefined;
  /** the folder of another form of the project's module; default: the module itself */
  module?: string;
  /** can it be a client of an OpenID Connect provider (`oidc_providers`), and have workers? */
  complete?: boolean;
  /** an empty PostgreSQL database, as a `postgres://` URL; default: SQLite */
  database?: string | undefined;
  /** at which other processes of it (workers) reach it */
  replicationPort?: number;
}

/** Starts a homeserver of its own; resolves once it answers (about 4 s). */
export async function startSynapse(options: SynapseOptions = {}): Promise<Synapse> {
  const { complete = false, database, version } = options;
  if (database !== undefined)
    return launch(synapsePython({ complete: true }), undefined, onPostgres(database, options));
  const template = await databaseTemplate(synapsePython({ version }), version);
  return launch(synapsePython({ complete, version }), template, options);
}

function onPostgres(url: string, options: SynapseOptions): SynapseOptions {
  const { hostname: host, port, username: user, pathname } = new URL(url);
  const database = { name: "psycopg2", args: { host, port: Number(port), user, dbname: pathname.slice(1) } };
  return { ...options, config: { database, ...options.config } };
}

/** Synapse's Python, which finds the project's module and those of the tests; they are loaded only where the configuration names them. */
export function withModules(python: string, module = MODULE): [string, ...string[]] {
  return ["env", `PYTHONPATH=${[module, TEST_MODULES].join(delimiter)}`, python];
}

async function launch(python: string, template: string | undefined, options: SynapseOptions): Promise<Synapse> {
  const dir = options.dir ?? mkdtempSync(join(tmpdir(), "roomporter-synapse-"));
  mkdirSync(dir, { recursive: true });
  const serverName = options.serverName ?? "localhost";
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const log = join(dir, "homeserver.log");
  const config = join(dir, "homeserver.yaml");
  const { replicationPort, registrations = [] } = options;
  const listeners = replicationPort !== undefined && {
    listeners: [httpListener(port, ["client", "openid"]), httpListener(replicationPort, ["replication"])],
  };
  writeFileSync(config, synapseConfig(dir, port, serverName, registrations, { ...listeners, ...options.config }));
  writeFileSync(join(dir, "log.yaml"), synapseLogConfig(log));
  writeFileSync(join(dir, "signing.key"), `ed25519 a_test ${randomBytes(32).toString("base64").replace("=", "")}\n`);
  if (template !== undefined) copyFileSync(template, join(dir, "homeserver.db"));

  return await startHomeserver({
    ...{ url, serverName, dir, log },
    ownDir: options.dir === undefined,
    command: [...withModules(python, options.module), "-m", "synapse.app.homeserver", "-c", config],
  });
}

/** An empty database with all its tables, made once: a homeserver starts in half the time with a copy of it. */
async function databaseTemplate(python: string, version: string | undefined): Promise<string> {
  const file = join(synapseCache(version), "template.db");
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

/**
 * Gathers the statistics of its SQLite database, as `ANALYZE` does on any that is looked after: without them Synapse reads a room in
 * quadratic time, and whatever is measured against it looks fast. To be called when the rooms are filled.
 */
export function analyseDatabase({ dir }: Pick<Synapse, "dir">): void {
  const db = new DatabaseSync(join(dir, "homeserver.db"), { timeout: 60_000 });
  try {
    db.exec("ANALYZE");
  } finally {
    db.close();
  }
}

function pendingUpdates(database: string): number {
  const db = new DatabaseSync(database, { readOnly: true });
  try {
    return Number(db.prepare("SELECT count(*) AS n FROM background_updates").get()?.["n"]);
  } finally {
    db.close();
  }
}
