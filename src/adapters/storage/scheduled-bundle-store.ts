import type { BundleStore } from "../../ports/bundle-store.ts";
import { scheduledExportOf } from "../../exports/scheduled/scheduled-job.ts";

/**
 * One store made of several: bundles of a schedule that has a folder of its own lie there, all others in `main`. Of what else lies in
 * such a folder nothing is seen, so that nothing of it is ever deleted.
 * @param folders by the schedules' names
 */
export function scheduledBundleStore(main: BundleStore, folders: ReadonlyMap<string, BundleStore>): BundleStore {
  if (folders.size === 0) return main;
  const storeOf = (id: string): BundleStore => folders.get(scheduledExportOf(id)?.schedule ?? "") ?? main;
  return {
    put: (id, file, signal) => storeOf(id).put(id, file, signal),
    open: (id, range) => storeOf(id).open(id, range),
    size: (id) => storeOf(id).size(id),
    localFile: (id, signal) => storeOf(id).localFile(id, signal),
    async *list() {
      yield* main.list();
      for (const [name, folder] of folders)
        for await (const kept of folder.list()) if (scheduledExportOf(kept.id)?.schedule === name) yield kept;
    },
    async removeUnfinished(before) {
      await main.removeUnfinished(before);
      for (const folder of folders.values()) await folder.removeUnfinished(before);
    },
    remove: (id) => storeOf(id).remove(id),
    check: () => main.check(),
  };
}
