import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { run } from "../../../../support/doors/run-command.ts";
import { events, fakeService, job, json } from "../../../../support/doors/scripted-service.ts";

const ZIP = Buffer.from("PK\u0003\u0004 and so on");
const report = { counts: { exported: 2, left_out: 1 }, size: ZIP.length };
const DONE = job({ state: "succeeded", kind: "predecessors_export", report });

describe("room export --with-predecessors", () => {
  let folder: string;
  let file: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "predecessors-"));
    file = join(folder, "tea.zip");
  });
  after(() => rm(folder, { recursive: true }));

  it("asks for a job, with its options, and writes what it makes", async () => {
    await using service = await fakeService((asked, response) => {
      if (asked.url.endsWith("/events")) events(response, [DONE]);
      else if (asked.method === "POST") json(response, 202, DONE);
      else response.end(ZIP);
    });
    const args = ["room", "export", "!tea:x", "--with-predecessors", "--no-media", "-o", file];
    const { code, stderr } = await run(args, { env: service.env });
    expect([code, (await readFile(file)).equals(ZIP)], stderr).to.deep.equal([0, true]);
    expect(service.asked.map(({ method, url }) => `${method} ${url}`)).to.include(
      "POST /v1/rooms/!tea%3Ax/exports?media=false&with_predecessors=true",
    );
    expect(stderr).to.contain("Rooms: 2 exported, 1 left_out");
  });

  it("takes no option that is about one bundle", async () => {
    await using service = await fakeService((_asked, response) => json(response, 500, {}));
    for (const more of [
      ["--thread", "$x"],
      ["--since-bundle", file],
      ["--update", file],
      ["--as", "@ann:x"],
      ["--recovery-key"],
    ]) {
      const args = ["room", "export", "!tea:x", "--with-predecessors", "-o", join(folder, "other.zip"), ...more];
      const { code, stderr } = await run(args, { env: service.env });
      expect([code, stderr.split("\n")[0]], more.join(" ")).to.deep.equal([
        2,
        `roomporter: --with-predecessors and ${more[0] === "--recovery-key" ? "--keys" : (more[0] ?? "")}: with predecessors a ZIP of bundles is made; leave one of the two out`,
      ]);
    }
    expect(service.asked).to.deep.equal([]);
  });
});
