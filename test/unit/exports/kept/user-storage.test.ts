import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { UserStorage } from "../../../../src/exports/kept/user-storage.ts";
import { RequestError } from "../../../../src/requests/failures/failure.ts";
import { diskBundleStore } from "../../../../src/adapters/storage/disk-bundle-store.ts";
import type { BundleStore } from "../../../../src/ports/bundle-store.ts";
import type { JobKind, JobOutcome } from "../../../../src/ports/job-store.ts";
import { TestClock } from "../../../contracts/stores.ts";
import { AMPLE } from "../../../support/fakes/ample-space.ts";
import { SILENT } from "../../../support/fakes/logger.ts";
import { memoryStores, type MemoryStores } from "../../../support/fakes/memory-stores.ts";

const ANN = "@ann:x";

describe("what is kept for each user", () => {
  let folder: string;
  let stores: MemoryStores;
  let bundles: BundleStore;
  let storage: UserStorage;
  let clock: TestClock;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "user-storage-"));
    clock = new TestClock();
    stores = memoryStores(clock);
    bundles = await diskBundleStore(join(folder, "bundles"), AMPLE);
    const { jobs: store } = stores;
    storage = new UserStorage({ store, bundles, perUser: 1000, retentionDays: 7, clock, logger: SILENT });
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function put(id: string, bytes: number, owner = ANN): Promise<void> {
    const file = join(folder, id);
    await writeFile(file, Buffer.alloc(bytes));
    await storage.put({ id, owner }, file);
  }
  /** A job with a bundle of so many bytes. */
  async function job(id: string, bytes: number, kind: JobKind, state?: JobOutcome, owner = ANN): Promise<void> {
    const { progress } = await stores.jobs.create({ id, kind, owner, params: {}, room_id: null });
    await put(id, bytes, owner);
    if (state === undefined) return;
    const claimed = await stores.jobs.claim("test", 60_000);
    if (claimed?.id !== id) throw new Error(`${id} was to be claimed`);
    await stores.jobs.finish(claimed, state, { progress });
    await stores.jobs.released(id);
    clock.time += 1000;
  }
  async function there(): Promise<string[]> {
    const ids: string[] = [];
    for await (const { id } of bundles.list()) ids.push(id);
    return ids.sort();
  }
  async function refusal(act: Promise<void>): Promise<string> {
    const error: unknown = await act.catch((thrown: unknown) => thrown);
    if (!(error instanceof RequestError)) throw new Error("not refused");
    expect(error).to.include({ kind: "no_space", errcode: "M_RESOURCE_LIMIT_EXCEEDED" });
    return error.message;
  }

  it("is so much: a user's oldest exports give way, and nobody else's", async () => {
    await job("bob1", 900, "export", "succeeded", "@bob:x");
    await job("ann1", 400, "export", "succeeded");
    await job("ann2", 300, "export", "succeeded");
    await job("ann3", 300, "export", "succeeded");
    expect(await there()).to.deep.equal(["ann1", "ann2", "ann3", "bob1"]);
    await job("ann4", 500, "export", "succeeded");
    expect(await there()).to.deep.equal(["ann3", "ann4", "bob1"].toSorted());
    await job("ann5", 200, "export", "succeeded");
    expect(await there()).to.deep.equal(["ann3", "ann4", "ann5", "bob1"]);
  });

  it("counts uploads that were not used before more is received", async () => {
    const { jobs: store } = stores;
    const uploaded = async (): Promise<number> => 700;
    const rules = { store, bundles, perUser: 1000, retentionDays: 7, uploaded, clock, logger: SILENT };
    storage = new UserStorage(rules);
    await storage.requireRoom(ANN, 300);
    expect(await refusal(storage.requireRoom(ANN, 301))).to.equal(
      "This bundle has 301 bytes. The service keeps 1000 bytes for you (limits.storage_per_user), and your uploads that were not used yet hold 700 of them. Use or delete an upload, or wait until a job has ended. Then try again.",
    );
    // it may be the upload itself
    await put("ann1", 1000);
  });

  it("refuses what is larger than all of it, with the numbers, and removes nothing for it", async () => {
    await job("ann1", 400, "export", "succeeded");
    expect(await refusal(put("ann2", 1001))).to.equal(
      "This bundle has 1001 bytes. The service keeps 1000 bytes for you (limits.storage_per_user). Ask the service's operator to raise that limit.",
    );
    expect(await there()).to.deep.equal(["ann1"]);
  });

  it("counts imports that wait, run or failed, which do not give way", async () => {
    await job("failed", 300, "import", "failed");
    await job("export", 300, "export", "succeeded");
    await job("waits", 400, "import");
    expect(await there()).to.deep.equal(["export", "failed", "waits"]);
    const numbers =
      "The service keeps 1000 bytes for you (limits.storage_per_user), and your imports and conversions that wait, run or failed hold 700 of them. Wait until one of them has ended, or cancel one, also one that failed. Then try again.";
    expect(await refusal(storage.requireRoom(ANN, 301))).to.equal(`This bundle has 301 bytes. ${numbers}`);
    await storage.requireRoom(ANN, 300);
    await storage.requireRoom("@bob:x", 1000);
    await put("next", 300);
    expect(await there()).to.deep.equal(["failed", "next", "waits"]);
  });

  it("leaves exports of all rooms alone, which only admins make", async () => {
    await stores.jobs.create({ id: "all", kind: "gdpr_export", owner: ANN, params: {}, room_id: null });
    await writeFile(join(folder, "all"), Buffer.alloc(5000));
    await bundles.put("all", join(folder, "all"));
    await put("next", 1000);
    expect(await there()).to.deep.equal(["all", "next"]);
  });

  it("has no limit for admin tokens, and lets a job put its bundle again", async () => {
    await job("token", 5000, "export", "succeeded", "admin:ops");
    await storage.requireRoom("admin:ops", 5000);
    await job("again", 900, "export");
    await put("again", 1000);
    expect(await there()).to.deep.equal(["again", "token"]);
  });
});
