import { expect } from "chai";
import type { JobContext, JobWork } from "../../../../src/jobs/job-run.ts";
import { meteredWork } from "../../../../src/jobs/metered-work.ts";
import type { Job } from "../../../../src/ports/job-store.ts";
import { memoryStores } from "../../../support/fakes/memory-stores.ts";
import { metricsOf, samplesOf } from "./page.ts";

describe("the metrics of jobs", () => {
  const metrics = metricsOf();
  const sample = async (name: string): Promise<number | undefined> => samplesOf(await metrics.page.text()).get(name);
  const shown: number[] = [];
  const context: JobContext = {
    signal: new AbortController().signal,
    onProgress: ({ done }) => void shown.push(done),
    permit: async () => undefined,
    onRoom: () => undefined,
  };
  const job = async (): Promise<Job> =>
    await memoryStores().jobs.create({ kind: "import", owner: "@ann:x", params: {}, room_id: null });

  it("count the events of an import, also of one that goes on where it stood", async () => {
    const replay =
      (from: number, to: number): JobWork =>
      async (_job, { onProgress }) => {
        for (let done = from; done <= to; done++) onProgress({ done, total: 100 });
        return {};
      };
    const events = `roomporter_events_total{kind="import"}`;
    const imported = (work: JobWork): JobWork => meteredWork("import", { work, progressIsEvents: true }, metrics.jobs);
    await imported(replay(1, 40))(await job(), context);
    expect(await sample(events)).to.equal(40);
    await imported(replay(41, 100))(await job(), context);
    expect(await sample(events)).to.equal(100);
    expect(shown).to.deep.equal(Array.from({ length: 100 }, (_, i) => i + 1));
  });

  it("know what this process is working on, however it ends", async () => {
    const held = `roomporter_process_jobs{kind="export"}`;
    let during: number | undefined;
    const fails: JobWork = async () => {
      during = await sample(held);
      throw new Error("no");
    };
    await meteredWork("export", { work: fails }, metrics.jobs)(await job(), context).catch(() => undefined);
    expect([during, await sample(held)]).to.deep.equal([1, 0]);
  });
});
