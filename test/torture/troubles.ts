import { writeFileSync } from "node:fs";
import pg from "pg";
import { startProcess, type ServerProcess } from "../support/process.ts";
import type { Trouble } from "./executioner.ts";
import type { KeptDisk } from "./kept-disk.ts";

const DAY_MS = 86_400_000;

/** What another program does that locks a SQLite file: its argument is the file. */
const LOCK = `
  const { DatabaseSync } = require("node:sqlite");
  const lock = new DatabaseSync(process.argv[1], { timeout: 2000 });
  lock.exec("BEGIN EXCLUSIVE");
  setInterval(() => undefined, 60_000);
`;

/**
 * Another program has locked the SQLite file for writing; where the service writes all the time, it is not locked this time.
 * @param prefix what to put before a command that is to see the file
 * @param log for what it says
 */
export function lockedFile(prefix: readonly string[], path: string, log: string): Trouble {
  let program: ServerProcess | undefined;
  return {
    name: "locked database",
    weight: 0.5,
    async begin() {
      const args = ["-e", LOCK, path];
      const [command, ...more] = prefix;
      program =
        command === undefined
          ? startProcess(process.execPath, args, log)
          : startProcess(command, [...more, process.execPath, ...args], log);
    },
    async end() {
      await program?.end("SIGKILL");
    },
  };
}

/** Somebody has locked the table of jobs in PostgreSQL. */
export function lockedTable(url: string): Trouble {
  let client: pg.Client | undefined;
  return {
    name: "locked database",
    weight: 0.5,
    async begin() {
      client = new pg.Client({ connectionString: url });
      // the database may be killed meanwhile
      client.on("error", () => undefined);
      try {
        await client.connect();
        await client.query("BEGIN; SET LOCAL lock_timeout = '2s'; LOCK TABLE jobs IN ACCESS EXCLUSIVE MODE");
      } catch {
        // it is down, or busy: then it is not locked this time
      }
    },
    async end() {
      await client?.end().catch(() => undefined);
      client = undefined;
    },
  };
}

/** Nothing more fits on the disk that the service and its workers use. */
export function fullDisk(disk: KeptDisk): Trouble {
  return {
    name: "full disk",
    weight: 0.4,
    async begin() {
      // the service takes and gives space meanwhile
      try {
        disk.leave(0);
      } catch {
        // then it is full
      }
    },
    async end() {
      disk.leave(Infinity);
    },
  };
}

/** Somebody sets the clock of the machine a day forward or back. @param file what shifted-clock.ts reads */
export function wrongClock(file: string, random: () => number): Trouble {
  return {
    name: "clock jump",
    weight: 0.5,
    async begin() {
      writeFileSync(file, String(random() < 0.5 ? DAY_MS : -DAY_MS));
    },
    async end() {
      writeFileSync(file, "0");
    },
  };
}
