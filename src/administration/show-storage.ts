import type { BundleStore } from "../ports/bundle-store.ts";
import type { JobStore } from "../ports/job-store.ts";
import type { RunOperation } from "../requests/operation.ts";
import type { Requester } from "../requests/requester.ts";

/** What is kept for one user. */
export interface UserStorageUse {
  /** user id, or `admin:NAME`; null: of jobs that the service does not know, which the next sweep removes */
  owner: string | null;
  bundles: number;
  bytes: number;
}

/** What the bundle store holds. */
export interface StorageUse {
  bundles: number;
  bytes: number;
  /** bytes that one user may have; null: any number */
  per_user: number | null;
  /** the largest first */
  users: UserStorageUse[];
}

/** For whom how much is kept; for admins. @throws RequestError forbidden, unavailable */
export type ShowStorage = (requester: Requester) => Promise<StorageUse>;

export interface ShowStorageParts {
  operate: RunOperation;
  bundles: Pick<BundleStore, "list">;
  store: Pick<JobStore, "get">;
  /** bytes; Infinity: any number */
  perUser: number;
}

export function showStorage({ operate, bundles, store, perUser }: ShowStorageParts): ShowStorage {
  return (requester) =>
    operate(
      {},
      requester,
      async () => {
        const users = new Map<string | null, UserStorageUse>();
        const all = { bundles: 0, bytes: 0 };
        for await (const { id, size } of bundles.list()) {
          const owner = (await store.get(id))?.owner ?? null;
          const use = users.get(owner) ?? { owner, bundles: 0, bytes: 0 };
          users.set(owner, use);
          for (const counted of [use, all]) {
            counted.bundles++;
            counted.bytes += size;
          }
        }
        return {
          ...all,
          per_user: Number.isFinite(perUser) ? perUser : null,
          users: [...users.values()].toSorted((a, b) => b.bytes - a.bytes),
        };
      },
      { adminOnly: "Only admins may see how much is kept for whom" },
    );
}
