import { isCollection, openCollection } from "../../collections/open-collection.ts";
import { verifyCollection } from "../../collections/verify-collection.ts";
import { withExtracted } from "../../collections/with-extracted.ts";
import { openBundle } from "../../bundle/open-bundle.ts";
import { refusalsOfManifest, type Refusal } from "../../policy/refusals.ts";
import { RequestError } from "../../requests/failures/failure.ts";
import { refuse } from "../../requests/failures/refuse.ts";
import { signedBy, type KnownKey } from "../../requests/signed-by.ts";
import { collectingSpent } from "../../requests/spent-memory.ts";
import { upgradesOf, type Upgrades } from "../one-room/upgraded-rooms.ts";
import type { BundleIdentity } from "../start/already-imported.ts";
import type { SpaceImportOptions } from "./options.ts";
import { sourceRoom, type SourceRoom } from "./space-rooms.ts";
import type { SpaceImportParams } from "./space-import-params.ts";

/** State by which rooms name those before and after them. */
const LINKS: readonly string[] = ["m.room.create", "m.room.tombstone"];

/** A collection of which at least one room can be imported. */
export interface GoodCollection extends Pick<SpaceImportParams, "rooms" | "refused"> {
  /** of its first room, in its source */
  name: string | null;
  /** of each room that can be imported: what it is, in its source */
  previews: { room_id: string; name: string | null; type: string; events: number; files: number }[];
  /** rooms that took the place of one another */
  upgrades: Upgrades[];
  /** of all of them */
  events: number;
  files: number;
}

/** The rooms that become one each, as it was asked for. */
export function oneRoomOf({ upgrades }: Pick<GoodCollection, "upgrades">, options: SpaceImportOptions): Upgrades[] {
  return options.upgrades === "one-room" ? upgrades : [];
}

/** How many rooms are not made because they become part of another. */
export function joinedIn(found: Pick<GoodCollection, "upgrades">, options: SpaceImportOptions): number {
  return oneRoomOf(found, options).reduce((sum, rooms) => sum + rooms.length - 1, 0);
}

/** The same, with what tells its bundles from others. */
export async function readCollection(
  ...of: Parameters<typeof requireGoodCollection>
): Promise<GoodCollection & { bundles: BundleIdentity[] }> {
  const good = await requireGoodCollection(...of);
  const bundles = good.rooms.map(({ bundle_sha256: sha256, manifest_sha256: manifestSha256 }) => ({
    sha256,
    manifestSha256,
  }));
  return { ...good, bundles };
}

/**
 * Verifies a collection whole, and which of its rooms may travel. @param allowPlaintext what was decrypted in it is to be imported
 * @throws RequestError invalid with every fault, or with the refusals where no room may travel; StoreAway
 */
export async function requireGoodCollection(
  file: string,
  knownKeys: () => Promise<readonly KnownKey[]>,
  allowPlaintext: boolean,
): Promise<GoodCollection> {
  return await collectingSpent(() => goodCollection(file, knownKeys, allowPlaintext));
}

async function goodCollection(
  file: string,
  knownKeys: () => Promise<readonly KnownKey[]>,
  allowPlaintext: boolean,
): Promise<GoodCollection> {
  if (!(await isCollection(file))) {
    const message = "This is no collection of rooms: import the bundle of one room with roomporter room import";
    throw new RequestError("invalid", "IO.ROOMPORTER.BAD_BUNDLE", message);
  }
  const { ok, faults, fault_count: count, rooms: verified } = await verifyCollection(file);
  if (!ok) {
    const reasons = [...faults, ...verified.flatMap((room) => room.faults)].map(({ code, message }) => ({
      code,
      message,
    }));
    throw new RequestError(
      "invalid",
      "IO.ROOMPORTER.BAD_BUNDLE",
      `The collection has ${String(count)} faults`,
      reasons,
    );
  }
  const keys = await knownKeys();
  const good: GoodCollection = { name: null, previews: [], upgrades: [], events: 0, files: 0, rooms: [], refused: [] };
  const links: SourceRoom[] = [];
  const refusals: Refusal[] = [];
  const collection = await openCollection(file);
  try {
    for (const room of collection.index.rooms)
      await withExtracted(collection, room, async (path) => {
        const bundle = await openBundle(path, { keepsState: (type) => LINKS.includes(type) });
        await bundle.close();
        const { room_id, sha256, events, media_files: files } = room;
        const { name, type } = bundle.head.room;
        const reasons = refusalsOfManifest({ ...bundle.head, state: [] });
        if (reasons.length > 0) {
          refusals.push(...reasons);
          good.refused.push({ room_id, reasons: reasons.map((reason) => ({ ...reason })) });
          return;
        }
        const checked = verified.find((each) => each.file === room.file);
        // as for the bundle of one room: what was exported is signed, and what was decrypted by nobody
        const found = checked?.signature ?? (allowPlaintext ? null : checked?.decryption?.signature);
        const signed = found ? signedBy(found, bundle.head.source.server_name, keys) : null;
        if (good.rooms.length === 0) good.name = name;
        const identity = { bundle_sha256: sha256, manifest_sha256: room.manifest_sha256 };
        good.rooms.push({ room_id, ...identity, signed_by: signed && { ...signed } });
        links.push(sourceRoom(links.length, bundle.head));
        good.events += events;
        good.files += files;
        good.previews.push({ room_id, name, type, events, files });
      });
  } finally {
    await collection.close();
  }
  if (good.rooms.length > 0) return { ...good, upgrades: upgradesOf(links) };
  refuse(refusals);
  throw new RequestError("invalid", "IO.ROOMPORTER.BAD_BUNDLE", "This collection has no rooms");
}
