import { expect } from "chai";
import type { DiskSpace } from "../../src/ports/disk-space.ts";
import { StorageError } from "../../src/ports/storage-error.ts";

/** What every DiskSpace does. @param full gives one that must keep more than there is; undefined: it has no end */
export function diskSpaceContract(ample: () => DiskSpace, full?: () => DiskSpace): void {
  it("lets somebody write where there is room", async () => {
    const space = ample();
    for (const bytes of [0, 1, 1_000_000]) await space.require(bytes);
  });

  if (full)
    it("says that the disk is full where there is none", async () => {
      const failure: unknown = await full()
        .require(1)
        .catch((error: unknown) => error);
      expect(failure).to.be.instanceOf(StorageError).with.property("fault", "full");
    });
}
