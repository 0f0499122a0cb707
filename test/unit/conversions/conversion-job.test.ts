import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { diskBundleStore } from "../../../src/adapters/storage/disk-bundle-store.ts";
import { conversionJob } from "../../../src/conversions/conversion-job.ts";
import { conversionParams } from "../../../src/conversions/conversion-params.ts";
import type { JsonObject } from "../../../src/matrix/json.ts";
import type { BundleStore } from "../../../src/ports/bundle-store.ts";
import { AMPLE } from "../../support/fakes/ample-space.ts";
import { job } from "../../support/fakes/bot.ts";

const CHAT = "14/11/2023, 22:13 - Ann: Who wants tea?\n14/11/2023, 22:14 - Bob: Me!\n";

describe("a conversion as a job", () => {
  let folder: string;
  let bundles: BundleStore;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "conversion-job-"));
    bundles = await diskBundleStore(join(folder, "bundles"), AMPLE);
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** One run of the job `one`; `put`: how its bundle is kept. */
  async function run(put: (file: string) => Promise<void>): Promise<JsonObject> {
    const { params, words } = conversionParams({ from: "auto", time_zone: "UTC", file_name: "../WhatsApp Chat.txt" });
    const never = async (): Promise<void> => undefined;
    const context = { signal: new AbortController().signal, permit: never, onProgress: never, onRoom: never };
    const definition = conversionJob({
      bundles,
      userStorage: { put: (_job, file) => put(file) },
      workFolder: folder,
      space: AMPLE,
      largest: 1_000_000,
      generator: "roomporter/1",
      clock: { now: () => 1_700_000_000_000 },
    });
    return await definition.work(job({ id: "one", kind: "convert", params, words }), context);
  }

  it("that died after it had kept its bundle tells of that one, and converts nothing again", async () => {
    const upload = join(folder, "upload");
    await writeFile(upload, CHAT);
    await bundles.put("one", upload);
    const first = await run((file) => bundles.put("one", file));
    expect(first).to.deep.include({ program: "whatsapp" });
    const again = await run(() => Promise.reject(new Error("it was kept before")));
    expect(again).to.deep.equal(first);
    expect(await readdir(folder)).to.deep.equal(["bundles"]);
  });

  it("leaves nothing of its work where the bundle cannot be kept", async () => {
    const upload = join(folder, "upload");
    await writeFile(upload, CHAT);
    await bundles.put("one", upload);
    const failure: unknown = await run(() => Promise.reject(new Error("full"))).catch((error: unknown) => error);
    expect(failure).to.have.property("message", "full");
    expect(await readdir(folder)).to.deep.equal(["bundles"]);
  });
});
