import { spawn, type ChildProcess } from "node:child_process";
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** A server process of a test: started, and ended for certain. */
export interface ServerProcess {
  readonly pid: number;
  /** exit code, once it has ended; null where a signal ended it */
  readonly ended: Promise<number | null>;
  running(): boolean;
  /** Sends the signal and resolves once the process is gone; after 15 s it is killed. */
  end(signal: "SIGTERM" | "SIGKILL" | "SIGINT"): Promise<void>;
}

const running = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

/** The user of the system that a process runs as. */
export interface Owner {
  uid: number;
  gid: number;
}

/** Starts a process whose output goes to the end of `log`, as the user of the tests or as another one. */
export function startProcess(
  command: string,
  args: string[],
  log: string,
  env: NodeJS.ProcessEnv = {},
  owner?: Owner,
): ServerProcess {
  const out = openSync(log, "a");
  const child = spawn(command, args, { stdio: ["ignore", out, out], env: { ...process.env, ...env }, ...owner });
  closeSync(out);
  running.add(child);
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => {
      running.delete(child);
      resolve(code);
    });
  });
  const alive = () => child.exitCode === null && child.signalCode === null;
  return {
    pid: child.pid ?? 0,
    ended,
    running: alive,
    async end(signal) {
      if (!alive()) return;
      const gone = once(child, "exit");
      child.kill(signal);
      const patience = setTimeout(() => child.kill("SIGKILL"), 15_000);
      await gone;
      clearTimeout(patience);
    },
  };
}

/** Kills the children that nobody has ended, and names them: a test run must leave none. */
export function killLeaked(): string[] {
  return [...running].map((child) => {
    child.kill("SIGKILL");
    return `${child.pid}: ${child.spawnargs.join(" ")}`;
  });
}

/**
 * Waits until `url` answers 200.
 * @throws Error with the end of the log where the process ends before, or after `milliseconds`
 */
export async function answers(url: string, server: ServerProcess, log: string, milliseconds = 60_000): Promise<void> {
  const deadline = Date.now() + milliseconds;
  let said = "";
  for (;;) {
    const up = await fetch(url).then(
      async (response) => {
        said = `, which says ${response.status} ${await response.text()}`;
        return response.ok;
      },
      () => false,
    );
    if (up) return;
    if (!server.running() || Date.now() > deadline)
      throw new Error(`no server at ${url}${said}; the end of its log:\n${readFileSync(log, "utf8").slice(-3000)}`);
    await sleep(50);
  }
}

/** Below the range from which systems take the ports of outgoing connections: one of those may come between. */
const [LOWEST_PORT, HIGHEST_PORT] = [10_000, 32_000];
const given = new Set<number>();

/** A TCP port of 127.0.0.1 that nobody listens on, and that this process has not been given before. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(LOWEST_PORT, HIGHEST_PORT);
    if (given.has(port) || !(await isFree(port))) continue;
    given.add(port);
    return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, "127.0.0.1");
  try {
    await once(server, "listening");
  } catch {
    return false;
  }
  server.close();
  await once(server, "close");
  return true;
}
