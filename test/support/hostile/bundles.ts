import { hostileArchiveEdges } from "./archive-edges.ts";
import { hostileDecryptions } from "./decryptions.ts";
import { hostileArchives } from "./archives.ts";
import { Base, type Hostile } from "./base.ts";
import { hostileManifestEdges } from "./manifest-edges.ts";
import { hostileEvents, hostileManifests } from "./manifests.ts";
import { hostileOrigins } from "./origins.ts";
import { hostileRooms } from "./rooms.ts";

/** Every file that a reader must refuse, with the code it must give. The same list goes through every door. */
export async function hostileBundles(): Promise<Hostile[]> {
  const base = await Base.of();
  return [
    ...hostileArchives(base),
    ...hostileArchiveEdges(base),
    ...hostileManifests(base),
    ...hostileEvents(base),
    ...hostileManifestEdges(base),
    ...hostileRooms(base),
    ...hostileOrigins(),
    ...(await hostileDecryptions()),
  ];
}
