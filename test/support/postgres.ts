import { execFile, execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { findPostgres } from "../../scripts/postgres.js";
import { freePort, startProcess, type Owner, type ServerProcess } from "./process.ts";

const run = promisify(execFile);
const USER = "roomporter";
/** Attempts at starting it. */
const STARTS = 20;

/** A real PostgreSQL at 127.0.0.1. It keeps nothing safe from a power cut, and is the quicker for it. */
export interface Postgres {
  readonly port: number;
  /** Makes an empty database that no other test has; gives its `postgres://` URL. */
  createDatabase(): Promise<string>;
  /** Breaks all connections and stops it. The data stay. */
  stop(): Promise<void>;
  /** SIGKILL, as a power cut stops it. The data stay. */
  kill(): Promise<void>;
  /** Starts it again, on the same data and the same port; resolves once it takes connections. */
  start(): Promise<void>;
  /** Stops it for good and removes its files. */
  close(): Promise<void>;
}

/** Starts a database server of its own (about 2 s). @throws Error where the machine has no PostgreSQL */
export async function startPostgres(): Promise<Postgres> {
  const programs = findPostgres();
  if (programs === undefined) throw new Error("no PostgreSQL on this machine");
  const owner = unprivileged();
  const dir = mkdtempSync(join(tmpdir(), "roomporter-postgres-"));
  const data = join(dir, "data");
  mkdirSync(data, { mode: 0o700 });
  if (owner) for (const path of [dir, data]) chownSync(path, owner.uid, owner.gid);
  const log = join(dir, "postgres.log");
  const port = await freePort();
  const connection = ["-h", "127.0.0.1", "-p", String(port), "-U", USER];

  let server: ServerProcess | undefined;
  let kills = 0;
  const postgres: Postgres = {
    port,
    async createDatabase() {
      const name = `test_${randomBytes(6).toString("hex")}`;
      await run(join(programs, "createdb"), [...connection, name]);
      return `postgres://${USER}@127.0.0.1:${port}/${name}`;
    },
    async stop() {
      // "fast": SIGTERM would wait until its clients have gone
      await server?.end("SIGINT");
    },
    async kill() {
      kills += 1;
      await server?.end("SIGKILL");
    },
    async start() {
      const before = kills;
      // what a kill leaves at the very beginning of a start is an empty file, which only its operator may remove
      const pidFile = join(data, "postmaster.pid");
      if (existsSync(pidFile) && statSync(pidFile).size === 0) rmSync(pidFile);
      // after a kill its own children still end: until then it refuses to start
      for (let tries = 1; ; tries++) {
        server = startProcess(join(programs, "postgres"), settings(data, port), log, {}, owner);
        try {
          await accepts(data, server, log);
          return;
        } catch (error) {
          if (kills > before || tries === STARTS) throw error;
          await sleep(200);
        }
      }
    },
    async close() {
      await postgres.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
  try {
    const format = ["-D", data, "-U", USER, "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync"];
    await run(join(programs, "initdb"), format, { cwd: dir, ...owner });
    await postgres.start();
    return postgres;
  } catch (error) {
    await postgres.close();
    throw error;
  }
}

function settings(data: string, port: number): string[] {
  const values = {
    listen_addresses: "127.0.0.1",
    port,
    unix_socket_directories: "",
    max_connections: 200,
    shared_buffers: "32MB",
    // in the data folder, so that nothing stays behind when it is killed
    dynamic_shared_memory_type: "mmap",
    fsync: "off",
    // what was committed outlives a kill, though no power cut: the operating system has it
    synchronous_commit: "on",
    full_page_writes: "off",
  };
  return ["-D", data, ...Object.entries(values).flatMap(([name, value]) => ["-c", `${name}=${value}`])];
}

/** PostgreSQL refuses to run as root: a user who is not, where the tests are. */
function unprivileged(): Owner | undefined {
  if (process.getuid?.() !== 0) return undefined;
  for (const user of ["postgres", "nobody"]) {
    try {
      const id = (option: string): number =>
        Number(execFileSync("id", [option, user], { stdio: ["ignore", "pipe", "ignore"] }));
      return { uid: id("-u"), gid: id("-g") };
    } catch {
      // there is no such user
    }
  }
  throw new Error("PostgreSQL does not run as root, and there is neither a user postgres nor nobody");
}

/** The last line of postmaster.pid says whether the server takes connections. */
async function accepts(data: string, server: ServerProcess, log: string): Promise<void> {
  const file = join(data, "postmaster.pid");
  const deadline = Date.now() + 30_000;
  const ready = (): boolean => {
    if (!existsSync(file)) return false;
    const lines = readFileSync(file, "utf8").split("\n");
    return lines[0] === String(server.pid) && lines[7]?.trim() === "ready";
  };
  while (!ready()) {
    if (!server.running() || Date.now() > deadline)
      throw new Error(`PostgreSQL does not start; the end of its log:\n${readFileSync(log, "utf8").slice(-3000)}`);
    await sleep(20);
  }
}
