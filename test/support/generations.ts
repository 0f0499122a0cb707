import { createWriteStream } from "node:fs";
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { collectRoom } from "../../src/exports/export-room.ts";
import { WHOLE_ROOM, type ExportOptions } from "../../src/exports/options.ts";
import { openBundle } from "../../src/bundle/open-bundle.ts";
import { importInto as continueRoom } from "../../src/imports/into/import-into.ts";
import { importRoom } from "../../src/imports/import-room.ts";
import type { JsonObject } from "../../src/matrix/json.ts";
import type { RoomWriter } from "../../src/ports/homeserver/homeserver.ts";
import type { RoomEncryption } from "../../src/ports/homeserver/room-encryption.ts";
import type { ImportJournal } from "../../src/ports/import-journal.ts";
import type { PolicyStore } from "../../src/ports/policy-store.ts";
import { AMPLE } from "./fakes/ample-space.ts";
import { SILENT } from "./fakes/logger.ts";
import type { MemoryHomeserver } from "./fakes/memory-homeserver/homeserver.ts";
import { memoryStores } from "./fakes/memory-stores.ts";

const NEVER = new AbortController().signal;
const clock = { now: () => Date.UTC(2026, 0, 1) };

/** The service's user on a homeserver in memory. */
export const serviceOn = ({ serverName }: MemoryHomeserver): string => `@roomporter:${serverName}`;

/** Exports a room as this member sees it. Gives the bundle's file, in this folder. @param of `name`: of the file */
export async function exportedTo(
  folder: string,
  homeserver: MemoryHomeserver,
  roomId: string,
  userId: string,
  { options = WHOLE_ROOM, name = homeserver.serverName }: { options?: ExportOptions; name?: string } = {},
): Promise<string> {
  const collected = await collectRoom({
    roomId,
    serverName: homeserver.serverName,
    serviceUser: serviceOn(homeserver),
    exportedBy: userId,
    reader: homeserver.as(userId),
    media: homeserver,
    options,
    spoolDir: folder,
    space: AMPLE,
    onProgress: () => undefined,
    signal: NEVER,
    clock,
    logger: SILENT,
    generator: "test",
  });
  const file = join(folder, `${name}.zip`);
  await collected.writeTo(createWriteStream(file)).finally(() => collected.dispose());
  return file;
}

/** Imports a bundle into a homeserver in memory; gives the new room's id. */
export async function importedInto(homeserver: MemoryHomeserver, bundleFile: string): Promise<string> {
  return (await importInto(homeserver, bundleFile)).roomId;
}

/** An import into a homeserver in memory. @param of `journal`: of an earlier run; `writer`: instead of the service user */
export async function importInto(
  homeserver: MemoryHomeserver,
  bundleFile: string,
  of: { journal?: ImportJournal; writer?: RoomWriter; allowPlaintext?: boolean; encryption?: RoomEncryption } = {},
): Promise<{ roomId: string; report: JsonObject }> {
  const { journal, policies } = await importStores();
  const hash = createHash("sha256");
  await pipeline(createReadStream(bundleFile), hash);
  return await importRoom({
    jobId: "import",
    bundleFile,
    bundleSha256: hash.digest("hex"),
    signedBy: undefined,
    importingUser: `@ivan:${homeserver.serverName}`,
    roomVersion: "11",
    labelStyle: "introduce",
    writer: of.writer ?? homeserver.as(serviceOn(homeserver)),
    media: homeserver,
    journal: of.journal ?? journal,
    policies,
    allowPlaintext: of.allowPlaintext ?? false,
    encryption: of.encryption,
    onRoom: () => undefined,
    onProgress: () => undefined,
    signal: NEVER,
    clock,
  });
}

/** Where an import notes down how far it has come. */
export async function importStores(): Promise<{ journal: ImportJournal; policies: PolicyStore }> {
  const stores = memoryStores(clock);
  await stores.jobs.create({ id: "import", kind: "import", owner: "a", params: {}, room_id: null });
  const lease = await stores.jobs.claim("w", 3_600_000);
  if (!lease) throw new Error("the job was not claimed");
  return { journal: stores.journal(lease), policies: stores.policies };
}

/**
 * Imports a bundle into a room that an import has made. @param before an export of the room @param of as for `importInto`; `earlier`: the
 * journals of imports into it, newest first
 */
export async function importIntoRoom(
  homeserver: MemoryHomeserver,
  bundleFile: string,
  roomId: string,
  before: string,
  of: {
    journal?: ImportJournal;
    writer?: RoomWriter;
    earlier?: ImportJournal[];
    baseKnown?: boolean;
    jobId?: string;
  } = {},
): Promise<JsonObject> {
  const { journal } = await importStores();
  const room = await openBundle(before);
  try {
    return await continueRoom({
      ...{ jobId: of.jobId ?? "into", bundleFile, bundleSha256: "", signedBy: undefined, roomId, before: room },
      ...{ importingUser: `@ivan:${homeserver.serverName}`, labelStyle: "introduce", media: homeserver },
      writer: of.writer ?? homeserver.as(serviceOn(homeserver)),
      journal: of.journal ?? journal,
      earlier: of.earlier ?? [],
      baseKnown: of.baseKnown ?? false,
      onRoom: () => undefined,
      onProgress: () => undefined,
      signal: NEVER,
      clock,
    });
  } finally {
    await room.close();
  }
}
