import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startProcess, type ServerProcess } from "./process.ts";
import type { Service } from "./service.ts";

/** A real `roomporter worker` process beside a service, with the same config. */
export interface Worker {
  readonly pid: number;
  /** what it has logged so far */
  log(): string;
  /** SIGTERM, as an operator stops it. */
  stop(): Promise<void>;
  /** SIGKILL, as a power cut stops it. */
  kill(): Promise<void>;
  /** Starts it again; resolves once it takes jobs. */
  start(): Promise<void>;
  /** SIGSTOP: it stands still, and does not know it. */
  pause(): void;
  /** SIGCONT: it goes on as if nothing had been. */
  resume(): void;
}

/** What a worker logs once it takes jobs. */
const WORKING = '"msg":"working"';
const START_MS = 60_000;

/** Starts a worker; resolves once it takes jobs. Its log lies in the service's folder. */
export async function startWorker(
  service: Pick<Service, "dir" | "configFile" | "program" | "env">,
  name: string,
): Promise<Worker> {
  const log = join(service.dir, `${name}.log`);
  const logged = (): string => (existsSync(log) ? readFileSync(log, "utf8") : "");
  let server: ServerProcess | undefined;
  const worker: Worker = {
    get pid() {
      return server?.pid ?? 0;
    },
    log: logged,
    async stop() {
      await server?.end("SIGTERM");
    },
    async kill() {
      await server?.end("SIGKILL");
    },
    async start() {
      const before = logged().length;
      const [command, ...args] = service.program;
      server = startProcess(command, [...args, "worker", "-c", service.configFile], log, service.env);
      const deadline = Date.now() + START_MS;
      while (!logged().slice(before).includes(WORKING)) {
        if (!server.running() || Date.now() > deadline)
          throw new Error(`${name} does not work; the end of its log:\n${logged().slice(-3000)}`);
        await sleep(50);
      }
    },
    pause() {
      process.kill(worker.pid, "SIGSTOP");
    },
    resume() {
      process.kill(worker.pid, "SIGCONT");
    },
  };
  try {
    await worker.start();
    return worker;
  } catch (error) {
    await worker.kill();
    throw error;
  }
}
