import { randomUUID } from "node:crypto";
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { EventSpool } from "./event-spool.ts";
import { RecordFile } from "./record-file.ts";

/** What an export has read of a room so far, on disk for whoever goes on with it. */
export interface SpoolLog {
  /** the state, then the pages of the timeline, as they were served */
  timeline: RecordFile;
  /** what has become of which file */
  files: RecordFile;
}

const TIMELINE = "timeline";
const FILES = "files";
const MEDIA = "media";

/** The folder of one export: lines of events, files, and for an export that may be resumed what was read. */
export class RoomSpool {
  readonly events: EventSpool;
  /** folder for files; not there yet */
  readonly mediaFolder: string;
  readonly log: SpoolLog | undefined;
  readonly #folder: string;

  private constructor(folder: string, events: EventSpool, log?: SpoolLog) {
    this.#folder = folder;
    this.events = events;
    this.mediaFolder = join(folder, MEDIA);
    this.log = log;
  }

  /** In a folder of its own below `parent`, made by whoever needs it, which goes away with `close`. */
  static temporary(parent: string): RoomSpool {
    const folder = join(parent, `export-${randomUUID()}`);
    return new RoomSpool(folder, new EventSpool(folder));
  }

  /** In this folder, which stays: an earlier run's work there is resumed. */
  static async lasting(folder: string): Promise<RoomSpool> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await removeOthers(folder, (name) => [TIMELINE, FILES, MEDIA].includes(name));
    await mkdir(join(folder, MEDIA), { recursive: true });
    await removeOthers(join(folder, MEDIA), (name) => /^[0-9a-f]{64}$/.test(name));
    const opened: { close(): Promise<void> }[] = [];
    try {
      const timeline = await RecordFile.takeOver(join(folder, TIMELINE));
      opened.push(timeline);
      const files = await RecordFile.takeOver(join(folder, FILES));
      opened.push(files);
      return new RoomSpool(folder, new EventSpool(folder), { timeline, files });
    } catch (error) {
      await Promise.all(opened.map((file) => file.close()));
      throw error;
    }
  }

  /** Gives back the disk space that nobody can go on with. */
  async close(): Promise<void> {
    await this.events.dispose();
    if (this.log) await Promise.all([this.log.timeline.close(), this.log.files.close()]);
    else await rm(this.#folder, { recursive: true, force: true });
  }
}

/** What is half-done is of no use to anybody else. */
async function removeOthers(folder: string, isKept: (name: string) => boolean): Promise<void> {
  for (const name of await readdir(folder))
    if (!isKept(name)) await rm(join(folder, name), { recursive: true, force: true });
}
