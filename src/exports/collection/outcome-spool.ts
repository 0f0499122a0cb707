import { createHash } from "node:crypto";
import { mkdir, open, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { RecordFile } from "../reading/record-file.ts";
import { parseOutcome, type RoomOutcome } from "./room-outcome.ts";

const OUTCOMES = "outcomes";

/** What an export of all rooms has done so far, on disk for whoever goes on with it. */
export class OutcomeSpool {
  readonly outcomes = new Map<string, RoomOutcome>();
  readonly #folder: string;
  readonly #run: number;
  readonly #records: RecordFile;

  private constructor(folder: string, run: number, records: RecordFile) {
    this.#folder = folder;
    this.#run = run;
    this.#records = records;
  }

  /** In this folder, which stays: what an earlier run has done is done. @param run a number that no other run has */
  static async open(folder: string, run: number): Promise<OutcomeSpool> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const spool = new OutcomeSpool(folder, run, await RecordFile.takeOver(join(folder, OUTCOMES)));
    const files = new Set(await readdir(folder));
    for await (const text of spool.#records.read()) {
      const outcome = parseOutcome(text);
      if (outcome && (outcome.kind !== "exported" || files.has(outcome.file)))
        spool.outcomes.set(outcome.room_id, outcome);
    }
    await spool.#sweep(files);
    return spool;
  }

  /** Where the reading of a room is kept until it is done. */
  readingOf(roomId: string): string {
    return join(this.#folder, keyOf(roomId));
  }

  /** The name of this run's file for a room: another one that still lives does not write into it. */
  fileOf(roomId: string): string {
    return `${keyOf(roomId)}.${String(this.#run)}.zip`;
  }

  path(file: string): string {
    return join(this.#folder, file);
  }

  /** From now on that room is done. */
  async add(outcome: RoomOutcome): Promise<void> {
    if (outcome.kind === "exported") await flush(this.path(outcome.file));
    await this.#records.append(JSON.stringify(outcome));
    const before = this.outcomes.get(outcome.room_id);
    if (before?.kind === "exported" && outcome.kind !== "exported") await rm(this.path(before.file), { force: true });
    this.outcomes.set(outcome.room_id, outcome);
    await rm(this.readingOf(outcome.room_id), { recursive: true, force: true });
  }

  async close(): Promise<void> {
    await this.#records.close();
  }

  /** Removes bundles that were not finished, and what was read of rooms that are done. */
  async #sweep(files: ReadonlySet<string>): Promise<void> {
    const kept = new Set(
      [...this.outcomes.values()].flatMap((outcome) => (outcome.kind === "exported" ? [outcome.file] : [])),
    );
    const done = new Set([...this.outcomes.keys()].map(keyOf));
    for (const name of files)
      if ((name.endsWith(".zip") && !kept.has(name)) || done.has(name))
        await rm(join(this.#folder, name), { recursive: true, force: true });
  }
}

function keyOf(roomId: string): string {
  return createHash("sha256").update(roomId).digest("hex").slice(0, 32);
}

async function flush(path: string): Promise<void> {
  const file = await open(path, "r");
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
