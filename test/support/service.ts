import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { answers, startProcess, type ServerProcess } from "./process.ts";
import type { Registration } from "./registration.ts";
import type { Synapse } from "./synapse.ts";

/** The program as its users start it. */
export const PROGRAM = fileURLToPath(new URL("../../bin/roomporter.js", import.meta.url));

export interface ServiceOptions {
  synapse: Pick<Synapse, "url" | "serverName">;
  /** with the `url` at which it shall listen; the homeserver knows it already */
  registration: Registration;
  /** further keys of config.yaml */
  config?: Record<string, unknown>;
  /** where its files go; default: a temporary folder, removed by `close` */
  dir?: string;
  /** the command that stands for `roomporter`; default: this checkout's */
  program?: [string, ...string[]];
  /** `live`: its start is waited for only until the process answers; default: until it is ready */
  until?: "live" | "ready";
  /** further variables of its environment */
  env?: NodeJS.ProcessEnv;
}

/** A real `roomporter serve` process. */
export interface Service {
  /** without a slash at the end */
  readonly url: string;
  readonly dir: string;
  readonly configFile: string;
  /** the command that stands for `roomporter`, and what its environment has beside this process's */
  readonly program: readonly [string, ...string[]];
  readonly env: NodeJS.ProcessEnv;
  /** the user that sends all that is imported */
  readonly userId: string;
  readonly asToken: string;
  readonly hsToken: string;
  /** of `admin_tokens` in its config */
  readonly adminToken: string;
  readonly pid: number;
  /** what it has logged so far */
  log(): string;
  /** SIGTERM, as an operator stops it. The data stay. */
  stop(): Promise<void>;
  /** SIGKILL, as a power cut stops it. The data stay. */
  kill(): Promise<void>;
  /** Starts it again on the same data; resolves once it is ready (or live: see `until`). */
  start(): Promise<void>;
  /** Stops it for good and removes its files. */
  close(): Promise<void>;
}

/** Starts a service with a config and data of its own; resolves once it is ready. */
export async function startService(options: ServiceOptions): Promise<Service> {
  const { synapse, registration } = options;
  if (registration.url === null) throw new Error("the registration of a service needs a URL");
  const url = registration.url;
  const dir = options.dir ?? mkdtempSync(join(tmpdir(), "roomporter-service-"));
  const tmp = join(dir, "tmp");
  mkdirSync(tmp, { recursive: true });
  const adminToken = `admin_${randomBytes(24).toString("hex")}`;
  const configFile = join(dir, "config.yaml");
  const config = {
    homeserver: { url: synapse.url, server_name: synapse.serverName },
    registration: registration.file,
    listeners: [
      { port: Number(new URL(url).port), bind_address: "127.0.0.1", resources: ["appservice", "api", "metrics"] },
    ],
    database: { url: `sqlite:${join(dir, "data", "roomporter.db")}` },
    storage: { type: "disk", path: join(dir, "data", "store") },
    permissions: { "*": "user" },
    admin_tokens: [{ name: "tests", sha256: createHash("sha256").update(adminToken).digest("hex") }],
    // what tests say is all that is in their rooms
    bot: { hello: false },
    ...options.config,
  };
  writeFileSync(configFile, JSON.stringify(config, null, 1));
  const log = join(dir, "service.log");
  const program = options.program ?? [process.execPath, PROGRAM];
  const [command, ...args] = program;
  const env = { TMPDIR: tmp, ...options.env };

  let server: ServerProcess | undefined;
  const service: Service = {
    url,
    dir,
    configFile,
    program,
    env,
    userId: `@${registration.senderLocalpart}:${synapse.serverName}`,
    asToken: registration.asToken,
    hsToken: registration.hsToken,
    adminToken,
    get pid() {
      return server?.pid ?? 0;
    },
    log: () => readFileSync(log, "utf8"),
    async stop() {
      await server?.end("SIGTERM");
    },
    async kill() {
      await server?.end("SIGKILL");
    },
    async start() {
      server = startProcess(command, [...args, "serve", "-c", configFile], log, env);
      await answers(`${url}/${options.until ?? "ready"}`, server, log);
    },
    async close() {
      await server?.end("SIGTERM");
      if (options.dir === undefined) rmSync(dir, { recursive: true, force: true });
    },
  };
  try {
    await service.start();
    return service;
  } catch (error) {
    await service.close();
    throw error;
  }
}
