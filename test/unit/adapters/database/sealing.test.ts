import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { Database } from "../../../../src/adapters/database/database.ts";
import { importJournal } from "../../../../src/adapters/database/stores/import-journal.ts";
import { inbox } from "../../../../src/adapters/database/stores/inbox.ts";
import { jobStore } from "../../../../src/adapters/database/stores/job-store.ts";
import { connectDatabase } from "../../../../src/adapters/database/open.ts";
import { TestClock } from "../../../contracts/stores.ts";

const SECRET = "zq-what-somebody-wrote";

describe("what people wrote, in the database", () => {
  const clock = new TestClock();
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "roomporter-sealing-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const open = (secret: string): Promise<Database> => connectDatabase(`sqlite:${folder}/test.db`, secret);

  async function isInTheFiles(): Promise<boolean> {
    const files = await Promise.all((await readdir(folder)).map((file) => readFile(join(folder, file))));
    return files.some((content) => content.includes(SECRET));
  }

  it("is read by the service alone, and is in no file, neither before nor after it is done with", async () => {
    const database = await open("as-token");
    await database.migrate();
    const box = inbox(database, clock);
    const event = { event_id: "$e", room_id: "!r:x", type: "t", sender: "@a:x", origin_server_ts: 1 };
    await box.store([{ ...event, content: { body: SECRET } }]);
    const jobs = jobStore(database, clock);
    const words = { subject: SECRET };
    await jobs.create({ id: "j", kind: "import", owner: "@a:x", params: {}, words, room_id: null });
    const run = await jobs.claim("w", 60_000);
    if (!run) throw new Error("no job");
    const entry = { position: 0, sourceId: "$s", bundleId: "$b", newId: "$n", sender: "@a:x", type: "t", ledger: [] };
    const journal = importJournal(database, run);
    await journal.record({ ...entry, reaction: { target: "$t", key: SECRET } });
    expect(await journal.hasReaction("$t", SECRET)).to.equal(true);
    expect(await journal.hasReaction("$t", `${SECRET}!`)).to.equal(false);
    const progress = { done: 1, total: 1, unit: "events" } as const;
    await jobs.finish(run, "succeeded", { progress, report: { file_name: SECRET } });
    expect(await jobs.get("j")).to.deep.include({ words, report: { file_name: SECRET } });
    expect((await box.heads([], 1))[0]?.content).to.deep.equal({ body: SECRET });
    expect(await isInTheFiles()).to.equal(false);
    await box.done("$e");
    expect(await isInTheFiles()).to.equal(false);
    await database.close();
    expect(await isInTheFiles()).to.equal(false);
  });

  it("says nothing any more once the service has another secret", async () => {
    const before = await open("as-token");
    await before.migrate();
    const event = { event_id: "$e", room_id: "!r:x", type: "t", sender: "@a:x", origin_server_ts: 1 };
    await inbox(before, clock).store([{ ...event, content: { body: SECRET } }]);
    await before.close();
    const after = await open("another");
    expect(await inbox(after, clock).heads([], 1)).to.deep.equal([{ ...event, content: {} }]);
    await after.close();
  });
});
