import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { sampleRoom, temporaryDirectory, writeSample } from "../bundle/sample.ts";
import { run } from "./fake-world.ts";

describe("bundle", () => {
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
  let sound: string;
  let changed: string;
  let broken: string;
  before(async () => {
    directory = await temporaryDirectory();
    sound = await writeSample(sampleRoom(), directory.path, "sound.zip");
    const room = sampleRoom();
    const event = room.events.find(({ type }) => type === "m.room.message");
    if (event) event.origin_server_ts += 1;
    changed = await writeSample(room, directory.path, "changed.zip");
    broken = join(directory.path, "broken.zip");
    await writeFile(broken, "no ZIP");
  });
  after(() => directory.remove());

  it("verify ends with 0 for a sound bundle and 1 for a broken one", async () => {
    const good = await run(["bundle", "verify", sound]);
    expect(good.code).to.equal(0);
    expect(good.stdout.toString()).to.contain(`${sound} is sound.\n12 events`);
    const bad = await run(["bundle", "verify", broken]);
    expect(bad.code).to.equal(1);
    expect(bad.stdout.toString()).to.contain("zip_unreadable");
    expect(bad.stderr).to.equal(`roomporter: ${broken} is not sound: 1 fault\n`);
    expect(JSON.parse((await run(["bundle", "verify", broken, "--json"])).stdout.toString())).to.include({ ok: false });
  });

  it("show says what is in a bundle", async () => {
    const { code, stdout } = await run(["bundle", "show", sound]);
    expect(code).to.equal(0);
    expect(stdout.toString()).to.contain("Tea").and.to.contain("!tea:acme.test");
    expect(JSON.parse((await run(["bundle", "show", sound, "--json"])).stdout.toString())).to.have.nested.property(
      "counts.events",
      12,
    );
    const bad = await run(["bundle", "show", broken]);
    expect([bad.code, bad.stdout.length]).to.deep.equal([1, 0]);
    expect(bad.stderr).to.contain(`${broken}: `).and.to.contain("[zip_unreadable]");
  });

  it("diff ends with 0 where two are equivalent and 1 where they are not", async () => {
    expect(await run(["bundle", "diff", sound, sound])).to.include({ code: 0, stderr: "" });
    const ran = await run(["bundle", "diff", sound, changed]);
    expect([ran.code, ran.stderr]).to.deep.equal([1, "roomporter: the bundles are not equivalent: 1 difference\n"]);
    expect(ran.stdout.toString()).to.match(/^time {2}\$event-2 {2}/);
    const json: unknown = JSON.parse((await run(["--json", "bundle", "diff", sound, changed])).stdout.toString());
    expect(json).to.include({ equivalent: false }).and.to.have.property("differences").with.length(1);
  });

  it("says which file it cannot read", async () => {
    const none = join(directory.path, "none.zip");
    for (const args of [
      ["verify", none],
      ["show", none],
      ["diff", sound, none],
    ])
      expect(await run(["bundle", ...args])).to.deep.include({
        code: 1,
        stderr: `roomporter: ${none}: there is no such file or folder\n`,
      });
  });
});
