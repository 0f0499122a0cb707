import { bookmarkText, parseBookmark, type Bookmark } from "../../bundle/bookmark.ts";
import { isObject, member, stringMember, type JsonObject } from "../../matrix/json.ts";
import type { BundleStore } from "../../ports/bundle-store.ts";
import type { Job, JobStore } from "../../ports/job-store.ts";
import { scheduledExportOf, type ScheduledExport } from "./scheduled-job.ts";

/** Where the bundle of a scheduled export stands: a whole one, and those that go on from it. In the report of its job. */
export interface Link {
  /** 0: it is whole */
  position: number;
  /** the id of the job whose bundle it goes on from */
  base?: string | undefined;
  /** what goes on from this one goes on from there; undefined: it holds no event */
  bookmark: Bookmark | undefined;
}

export function linkReport({ position, base, bookmark }: Link): JsonObject {
  return {
    position,
    ...(base !== undefined && { base }),
    ...(bookmark && { bookmark: bookmarkText(bookmark) }),
  };
}

/** undefined where the job has made no link of a chain */
export function linkOf({ report }: Pick<Job, "report">): Link | undefined {
  const link = report?.["chain"];
  if (!isObject(link)) return undefined;
  const position = member(link, "position");
  if (typeof position !== "number") return undefined;
  const base = stringMember(link, "base");
  return { position, base, bookmark: parseBookmark(stringMember(link, "bookmark") ?? "") };
}

/**
 * What an export of a chain goes on from: the latest bundle of the same schedule and room before it, where that is kept and its chain
 * is not yet `most` bundles long. undefined: a new chain begins.
 * @throws StoreAway, StorageError
 */
export async function previousLink(
  job: Pick<Job, "id">,
  most: number,
  { bundles, store }: { bundles: Pick<BundleStore, "list">; store: Pick<JobStore, "get"> },
): Promise<{ id: string; link: Link & { bookmark: Bookmark } } | undefined> {
  const own = scheduledExportOf(job.id);
  if (!own) return undefined;
  const earlier: ScheduledExport[] = [];
  const ids = new Map<ScheduledExport, string>();
  for await (const { id } of bundles.list()) {
    const other = scheduledExportOf(id);
    if (other?.schedule !== own.schedule || other.room !== own.room || other.due >= own.due) continue;
    earlier.push(other);
    ids.set(other, id);
  }
  const latest = earlier.sort((a, b) => b.due - a.due)[0];
  const id = latest && ids.get(latest);
  const before = id === undefined ? undefined : await store.get(id);
  const link = before?.state === "succeeded" ? linkOf(before) : undefined;
  if (id === undefined || !link?.bookmark || link.position + 1 >= most) return undefined;
  return { id, link: { ...link, bookmark: link.bookmark } };
}
