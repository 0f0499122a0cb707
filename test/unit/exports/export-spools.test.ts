import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { exportSpools } from "../../../src/exports/export-spools.ts";
import type { Job, JobStore } from "../../../src/ports/job-store.ts";
import { JOB } from "../../support/doors/api-server.ts";

describe("the spools of exports", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "roomporter-spools-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it("stay as long as somebody may go on with them", async () => {
    const ended = { finished_at: Date.now() };
    const jobs: Record<string, Partial<Job>> = {
      queued: { state: "queued" },
      running: { state: "running" },
      failed: { state: "failed", held: "kept", ...ended },
      kept: { state: "cancelled", keep: true, held: "kept", ...ended },
      cancelled: { state: "cancelled", ...ended },
      succeeded: { state: "succeeded", ...ended },
      closed: { state: "failed", held: "kept", ...ended },
      given_up: { state: "failed", held: "due", ...ended },
    };
    const get: JobStore["get"] = async (id) => {
      const found = jobs[id];
      return found && { ...JOB, id, ...found };
    };
    const spools = await exportSpools(folder, { get }, async ({ id }) => ["closed", "running"].includes(id));
    for (const id of [...Object.keys(jobs), "unknown"]) {
      await mkdir(spools.of(id));
      await writeFile(join(spools.of(id), "timeline"), "x");
    }
    await spools.sweep();
    expect((await readdir(folder)).sort()).to.deep.equal(["failed", "kept", "queued", "running"]);
    await spools.remove("failed");
    await spools.remove("unknown");
    expect((await readdir(folder)).sort()).to.deep.equal(["kept", "queued", "running"]);
  });
});
