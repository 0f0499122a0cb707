import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, rm, statfs, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { diskBundleStore } from "../../../../src/adapters/storage/disk-bundle-store.ts";
import { diskSpace, requireRoomForWork } from "../../../../src/adapters/storage/disk-space.ts";
import { openWorkFolder } from "../../../../src/adapters/storage/work-folder.ts";
import type { DiskSpace } from "../../../../src/ports/disk-space.ts";
import { AMPLE } from "../../../support/fakes/ample-space.ts";
import { SILENT } from "../../../support/fakes/logger.ts";
import { diskSpaceContract } from "../../../contracts/disk-space.ts";
import { bundleStoreContract } from "../../../contracts/bundle-store.ts";

const WORK_FOLDER = fileURLToPath(new URL("../../../../src/adapters/storage/work-folder.ts", import.meta.url));

describe("the disk", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "roomporter-disk-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  describe("as space for work", () =>
    diskSpaceContract(
      () => diskSpace(tmpdir(), 1, SILENT),
      () => diskSpace(tmpdir(), Number.MAX_SAFE_INTEGER, SILENT),
    ));

  describe("as bundle store", () => {
    const path = (): string => join(folder, "bundles");

    bundleStoreContract(async () => ({
      store: await diskBundleStore(path(), AMPLE),
      unfinished: async () => (await readdir(path())).filter((name) => !name.endsWith(".zip")),
    }));

    it("is rid of what dead processes left unfinished, and of nothing that is younger", async () => {
      const store = await diskBundleStore(path(), AMPLE);
      await writeFile(join(path(), "dead.zip.1.part"), "half");
      await writeFile(join(path(), "good.zip"), "whole");
      await store.removeUnfinished(Date.now() - 60_000);
      expect(await readdir(path())).to.have.members(["dead.zip.1.part", "good.zip"]);
      await store.removeUnfinished(Date.now() + 60_000);
      expect(await readdir(path())).to.deep.equal(["good.zip"]);
      expect(await store.size("good")).to.equal(5);
    });

    it("says that it is not writable any more, and that it is full", async () => {
      const full: DiskSpace = { require: () => Promise.reject(new Error("full")) };
      expect(await messageOf((await diskBundleStore(path(), full)).check())).to.equal("full");
      const store = await diskBundleStore(path(), AMPLE);
      await rm(path(), { recursive: true });
      expect(await messageOf(store.check())).to.include("ENOENT");
    });
  });

  describe("'s free space", () => {
    it("is given away as long as the reserve stays free", async () => {
      const { bavail, bsize } = await statfs(folder);
      const free = bavail * bsize;
      const space = diskSpace(folder, Math.floor(free / 2), SILENT);
      await space.require(1000);
      await space.require(free / 4);
      expect(await messageOf(space.require(free * 0.75))).to.match(/^\d+ bytes are free, and \d+ must stay so$/);
      await space.require(1000);
    });

    it("is measured again before more than half of it is promised", async () => {
      const { bavail, bsize } = await statfs(folder);
      const free = bavail * bsize;
      const space = diskSpace(folder, free + 1024 ** 3, SILENT);
      expect(await messageOf(space.require(0))).to.include("must stay so");
    });

    it("is too little for an export, with a reserve and without one", async () => {
      const { bavail, bsize } = await statfs(folder);
      await requireRoomForWork(folder, 0);
      expect(await messageOf(requireRoomForWork(folder, bavail * bsize))).to.match(
        /^\d+ bytes are free, and an export needs \d+$/,
      );
    });

    it("is not looked at without a reserve", async () => {
      await diskSpace(join(folder, "nowhere"), 0, SILENT).require(Number.MAX_SAFE_INTEGER);
    });
  });

  describe("as work folder", () => {
    it("is one process's own, and gone with it", async () => {
      const work = join(folder, "work");
      const one = await openWorkFolder(work);
      const two = await openWorkFolder(work);
      await writeFile(join(one.path, "upload"), "half");
      expect(await readdir(work)).to.have.length(2);
      await one.close();
      expect(await readdir(work)).to.have.length(1);
      await two.close();
      expect(await readdir(work)).to.deep.equal([]);
    });

    it("is rid of what processes left that have died, and of nobody's who lives, whatever the clocks say", async () => {
      const work = join(folder, "work");
      const program = `
        import { openWorkFolder } from ${JSON.stringify(WORK_FOLDER)};
        console.log((await openWorkFolder(${JSON.stringify(work)})).path);
        setInterval(() => undefined, 1000);`;
      const start = async (): Promise<{ path: string; kill(): Promise<void> }> => {
        const options = ["--input-type=module", "-e", program];
        const child = spawn(process.execPath, options, { stdio: ["ignore", "pipe", "inherit"] });
        const [path] = (await once(child.stdout.setEncoding("utf8"), "data")) as [string];
        const kill = async (): Promise<void> => {
          child.kill("SIGKILL");
          await once(child, "exit");
        };
        return { path: path.trim(), kill };
      };
      const [living, dead] = [await start(), await start()];
      await mkdir(join(dead.path, "spool"));
      await dead.kill();
      const long = new Date(Date.now() - 3600_000_000);
      await utimes(living.path, long, long);
      const own = await openWorkFolder(work);
      const names = await readdir(work);
      expect(names).to.have.members([basename(living.path), basename(own.path)]);
      await living.kill();
      await own.close();
    });

    it("leaves alone what an older version made without a lock, unless it is old or empty", async () => {
      const work = join(folder, "work");
      const long = new Date(Date.now() - 2 * 24 * 3600_000);
      for (const name of ["run-young", "run-old"]) await mkdir(join(work, name, "spool"), { recursive: true });
      await mkdir(join(work, "new-empty"));
      await utimes(join(work, "run-old"), long, long);
      const own = await openWorkFolder(work);
      expect(await readdir(work)).to.have.members(["run-young", basename(own.path)]);
      await own.close();
    });

    it("says that it is gone", async () => {
      const own = await openWorkFolder(join(folder, "work"));
      await own.check();
      await rm(own.path, { recursive: true });
      expect(await messageOf(own.check())).to.include("restart the service");
      await own.close();
    });
  });
});

async function messageOf(act: Promise<unknown>): Promise<string> {
  return await act.then(
    () => "",
    (error: unknown) => (error instanceof Error ? error.message : ""),
  );
}
