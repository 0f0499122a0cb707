import { createReadStream } from "node:fs";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { expect } from "chai";
import { jobError } from "../../../../src/requests/failures/job-error.ts";
import { RequestError } from "../../../../src/requests/failures/failure.ts";
import { spoolFile } from "../../../../src/requests/storage/spool-file.ts";
import { patientWithStorage } from "../../../../src/requests/storage/storage-patience.ts";
import { failureOf } from "../../../../src/requests/failures/failure-of.ts";
import { asStorageError, StorageError } from "../../../../src/ports/storage-error.ts";
import { StoreAway } from "../../../../src/ports/store-away.ts";
import { VirtualTime } from "../../../support/fakes/virtual-time.ts";
import { until } from "../../../support/until.ts";
import { AMPLE } from "../../../support/fakes/ample-space.ts";

describe("trouble with the storage", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "roomporter-spool-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const coded = (code: string): Error => Object.assign(new Error("of the system"), { code });

  it("is told from other trouble", () => {
    for (const error of [coded("ENOSPC"), coded("EDQUOT")])
      expect(asStorageError(error)).to.include({ fault: "full", cause: error });
    for (const error of [coded("ENOENT"), new Error("other"), "text", null])
      expect(asStorageError(error)).to.equal(undefined);
  });

  it("is said in one sentence with what to do, to requesters and in jobs", () => {
    const expected = {
      full: ["no_space", "disk space"],
      away: ["unavailable", "does not answer"],
      refused: ["unavailable", "log"],
    } as const;
    for (const fault of ["full", "away", "refused"] as const) {
      const error = failureOf(new StorageError(fault, "internal"));
      const [kind, words] = expected[fault];
      expect(error).to.be.instanceOf(RequestError).with.property("kind", kind);
      expect(error)
        .to.have.property("message")
        .that.includes(words)
        .and.match(/ Once .*, try again\.$/);
      expect(String(error)).not.to.include("internal");
      expect(jobError(new StorageError(fault, "internal")).error)
        .to.include(words)
        .and.match(/, retry the job\.$/);
    }
    expect(failureOf(new StoreAway(new Error("internal"))))
      .to.be.instanceOf(RequestError)
      .that.includes({ kind: "unavailable" });
    const other = new Error("other");
    expect(failureOf(other)).to.equal(other);
  });

  describe("while a file is written", () => {
    it("does not come up on a disk with space", async () => {
      const path = join(folder, "file");
      await pipeline(Readable.from([Buffer.from("one "), Buffer.from("two")]), spoolFile(path, AMPLE));
      expect(await readFile(path, "utf8")).to.equal("one two");
      expect((await stat(path)).mode & 0o777).to.equal(0o600);
    });

    it("is met before the write that would go too far", async () => {
      const path = join(folder, "file");
      const asked: number[] = [];
      const space = {
        require: async (bytes: number) => {
          asked.push(bytes);
          if (asked.length > 1) throw new StorageError("full", "now");
        },
      };
      const source = Readable.from([Buffer.alloc(10), Buffer.alloc(20), Buffer.alloc(30)]);
      expect(await failure(pipeline(source, spoolFile(path, space)))).to.be.instanceOf(StorageError);
      expect(asked).to.deep.equal([10, 20]);
      expect((await stat(path)).size).to.equal(10);
    });

    it("is what the system says of a full device", async () => {
      const error = await failure(pipeline(createReadStream("/dev/zero"), spoolFile("/dev/full", AMPLE)));
      expect(asStorageError(error)).to.have.property("fault", "full");
    });
  });

  describe("that may pass", () => {
    const signal = new AbortController().signal;
    const failing = (error: Error, times: number): { calls: number; act: () => Promise<string> } => {
      const state = {
        calls: 0,
        act: async () => {
          if (++state.calls <= times) throw error;
          return "done";
        },
      };
      return state;
    };

    it("is waited for", async () => {
      const time = new VirtualTime();
      const state = failing(new StorageError("away", "now"), 2);
      expect(await patientWithStorage(state.act, signal, time)).to.equal("done");
      expect(state.calls).to.equal(3);
      expect(time.slept).to.deep.equal([500, 1000]);
    });

    it("is not mistaken for trouble that will not", async () => {
      for (const error of [new StorageError("full", "now"), new StorageError("refused", "now"), new Error("other")]) {
        const state = failing(error, 1);
        expect(await failure(patientWithStorage(state.act, signal))).to.equal(error);
      }
    });

    it("is waited for no longer than until the job is called off", async () => {
      const controller = new AbortController();
      const state = failing(new StorageError("away", "now"), Infinity);
      const called = failure(patientWithStorage(state.act, controller.signal));
      await until(() => state.calls > 0);
      controller.abort();
      expect(await called).to.have.property("name", "AbortError");
    });
  });
});

async function failure(act: Promise<unknown>): Promise<unknown> {
  return await act.then(
    () => undefined,
    (error: unknown) => error,
  );
}
