import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { sampleRoom, temporaryDirectory, writeSample } from "../../bundle/sample.ts";
import { run } from "../../../support/doors/run-command.ts";

describe("bundle render", () => {
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
  let sound: string;
  const at = (name: string): string => join(directory.path, name);
  before(async () => {
    directory = await temporaryDirectory();
    sound = await writeSample(sampleRoom(), directory.path, "sound.zip");
  });
  after(() => directory.remove());

  it("makes a folder of pages with the files beside them", async () => {
    const { code, stdout, stderr } = await run(["bundle", "render", sound, "-o", at("room/")]);
    expect([code, stdout.toString(), stderr]).to.deep.equal([0, `${at("room")}/index.html\n`, ""]);
    expect(await readdir(at("room"))).to.have.members(["index.html", "search.html", "media"]);
    const page = await readFile(at("room/index.html"), "utf8");
    expect(page).to.contain("Is it?");
    const [sha256 = ""] = await readdir(at("room/media"));
    expect(await readFile(at(`room/media/${sha256}/cup.png`), "utf8")).to.equal("a picture of a cup");
  });

  it("makes one file that holds everything", async () => {
    const { code } = await run(["bundle", "render", sound, "--single-file", "-o", at("room.html")]);
    expect(code).to.equal(0);
    expect(await readFile(at("room.html"), "utf8")).to.contain(Buffer.from("a picture of a cup").toString("base64"));
  });

  it("gives the same bytes for the same bundle", async () => {
    await run(["bundle", "render", sound, "--single-file", "-o", at("again.html")]);
    expect(await readFile(at("again.html"))).to.deep.equal(await readFile(at("room.html")));
  });

  it("fills an empty folder, and touches none that holds something", async () => {
    await mkdir(at("empty"));
    expect((await run(["bundle", "render", sound, "-o", at("empty")])).code).to.equal(0);
    await mkdir(at("full"));
    await writeFile(at("full/mine.txt"), "mine");
    const { code, stderr } = await run(["bundle", "render", sound, "-o", at("full")]);
    expect([code, stderr]).to.deep.equal([2, `roomporter: ${at("full")} is not an empty folder: name another one\n`]);
    expect(await readdir(at("full"))).to.deep.equal(["mine.txt"]);
    expect(await run(["bundle", "render", sound, "--single-file", "-o", at("full")])).to.include({ code: 2 });
  });

  it("makes nothing of a bundle that is not sound", async () => {
    const room = sampleRoom();
    room.head = (head) => (head.counts.events = 1);
    const broken = await writeSample(room, directory.path, "broken.zip");
    const before = await readdir(directory.path);
    const { code, stderr } = await run(["bundle", "render", broken, "-o", at("broken")]);
    expect([code, stderr]).to.deep.equal([
      1,
      `roomporter: ${broken} is not sound (1 fault): see roomporter bundle verify\n`,
    ]);
    expect(await readdir(directory.path)).to.have.members(before);
  });

  it("nor where that shows before its events are read, or after the last one", async () => {
    const [late, early] = [await readFile(sound), await readFile(sound)];
    late.write("A", late.indexOf("a picture of a cup"));
    early.write("B", early.length - 22);
    for (const [name, bytes] of [["late.zip", late] as const, ["early.zip", early] as const]) {
      await writeFile(at(name), bytes);
      const before = await readdir(directory.path);
      const { code, stderr } = await run(["bundle", "render", at(name), "-o", at("broken")]);
      expect([code, stderr]).to.deep.equal([
        1,
        `roomporter: ${at(name)} is not sound (1 fault): see roomporter bundle verify\n`,
      ]);
      expect(await readdir(directory.path)).to.have.members(before);
    }
  });
});
