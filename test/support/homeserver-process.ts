import { rmSync } from "node:fs";
import { answers, startProcess, type ServerProcess } from "./process.ts";

/** A real homeserver at 127.0.0.1. */
export interface HomeserverProcess {
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

export interface HomeserverProgram {
  url: string;
  serverName: string;
  dir: string;
  /** is the folder removed by `close`? */
  ownDir: boolean;
  /** the file for what it says */
  log: string;
  command: [string, ...string[]];
}

/** Starts a homeserver whose configuration stands; resolves once it answers. */
export async function startHomeserver(program: HomeserverProgram): Promise<HomeserverProcess> {
  const { url, serverName, dir, ownDir, log } = program;
  const [command, ...args] = program.command;
  let server: ServerProcess | undefined;
  const homeserver: HomeserverProcess = {
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
      server = startProcess(command, args, log);
      await answers(`${url}/_matrix/client/versions`, server, log);
    },
    async close() {
      await server?.end("SIGKILL");
      if (ownDir) rmSync(dir, { recursive: true, force: true });
    },
  };
  try {
    await homeserver.start();
    return homeserver;
  } catch (error) {
    await homeserver.close();
    throw error;
  }
}
