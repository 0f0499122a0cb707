import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { run } from "../../../support/doors/run-command.ts";
import { sampleRoom, temporaryDirectory, writeSample } from "../../bundle/sample.ts";
import { REFUSED, sampleRooms, SPACE, TEA, writeSampleCollection } from "../../collections/sample-collection.ts";

describe("bundle, on a collection", () => {
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
  let sound: string;
  let broken: string;
  before(async () => {
    directory = await temporaryDirectory();
    sound = await writeSampleCollection(directory.path, "sound.zip");
    const index = ({ rooms }: { rooms: { sha256: string }[] }): void => {
      for (const room of rooms) room.sha256 = "0".repeat(64);
    };
    broken = await writeSampleCollection(directory.path, "broken.zip", { index });
  });
  after(() => directory.remove());

  it("verify checks every bundle", async () => {
    const good = await run(["bundle", "verify", sound]);
    expect(good.code).to.equal(0);
    expect(good.stdout.toString()).to.contain(`${sound} is sound: a collection of 2 rooms.\n24 events, 2 media files`);
    const bad = await run(["bundle", "verify", broken]);
    expect([bad.code, bad.stderr]).to.deep.equal([1, `roomporter: ${broken} is not sound: 2 faults\n`]);
    expect(bad.stdout.toString()).to.contain("fault  bundle_changed  rooms/00001.zip");
  });

  it("show lists the rooms, and what is left out and why", async () => {
    const { code, stdout } = await run(["bundle", "show", sound]);
    expect(code).to.equal(0);
    const text = stdout.toString();
    expect(text).to.contain("Collection of 2 rooms of all of acme.test");
    expect(text).to.match(/^rooms\/00001\.zip {2}12 events .* !house:acme\.test +space Tea$/m);
    expect(text).to.contain(`${REFUSED}  refused: This room is bridged.`);
    expect(text).to.contain("!gone:acme.test  failed: the homeserver answered M_NOT_FOUND");
    expect(JSON.parse((await run(["bundle", "show", sound, "--json"])).stdout.toString())).to.have.nested.property(
      "counts.incognito",
      2,
    );
  });

  it("diff compares room by room", async () => {
    const rooms = sampleRooms();
    const event = rooms[1]?.room.events.find(({ type }) => type === "m.room.message");
    if (event) event.origin_server_ts += 1;
    const changed = await writeSampleCollection(directory.path, "changed.zip", { rooms });
    const fewer = await writeSampleCollection(directory.path, "fewer.zip", { rooms: sampleRooms().slice(0, 1) });
    const unlinked = await writeSampleCollection(directory.path, "unlinked.zip", {
      rooms: sampleRooms().map((room) => ({ ...room, more: {} })),
    });
    expect(await run(["bundle", "diff", sound, sound])).to.include({ code: 0, stderr: "" });
    const lines = async (a: string, b: string): Promise<string> => {
      const { code, stdout } = await run(["bundle", "diff", a, b]);
      expect(code).to.equal(1);
      return stdout.toString();
    };
    expect(await lines(sound, changed)).to.match(/^\w+ {2}!tea:acme\.test {2}\$event-2 {2}/);
    expect(await lines(sound, fewer)).to.contain(`room_missing  ${TEA}`);
    expect(await lines(fewer, sound)).to.contain(`room_added  ${TEA}`);
    expect(await lines(sound, unlinked)).to.contain(`relations  ${SPACE}`);
    const bundle = await writeSample(sampleRoom(), directory.path, "bundle.zip");
    expect(await lines(bundle, sound)).to.equal(`room_added  ${SPACE}  The room is in the second collection only.\n`);
  });

  it("render writes a page of the rooms, and each room's pages", async () => {
    const folder = join(directory.path, "pages");
    expect((await run(["bundle", "render", sound, "-o", folder])).code).to.equal(0);
    const page = readFileSync(join(folder, "index.html"), "utf8");
    const links = [...page.matchAll(/href="(rooms[^"]+)"/g)].map(([, href = ""]) => href);
    expect(links).to.deep.equal(["rooms/00001/index.html", "rooms/00002/index.html"]);
    for (const link of links) expect(existsSync(join(folder, link)), link).to.equal(true);
    // the room stands below the space that lists it
    expect(page).to.match(/<li><a href="rooms\/00001[^]*<ul><li><a href="rooms\/00002/);
    // both have the same name
    expect(page).to.contain(`<code>${SPACE}</code>`).and.to.contain(`<code>${TEA}</code>`);
    expect(page).to.contain(`<code>${REFUSED}</code> <small>refused</small>`).and.to.contain("This room is bridged.");
    expect(await run(["bundle", "render", sound, "-o", join(directory.path, "x.html"), "--single-file"])).to.include({
      code: 2,
    });
    expect((await run(["bundle", "render", broken, "-o", join(directory.path, "no")])).code).to.equal(1);
  });

  it("convert --to writes a file for each room", async () => {
    const folder = join(directory.path, "texts");
    expect((await run(["bundle", "convert", "--to", "markdown", sound, "-o", folder])).code).to.equal(0);
    expect(readdirSync(folder).sort()).to.deep.equal(["00001.md", "00002.md"]);
    expect(readFileSync(join(folder, "00002.md"), "utf8")).to.contain("Soon");
    expect((await run(["bundle", "convert", "--to", "markdown", sound])).code).to.equal(2);
  });

  it("merge says that it is none to go on from", async () => {
    const ran = await run(["bundle", "merge", sound, sound, "-o", join(directory.path, "merged.zip")]);
    expect(ran).to.include({
      code: 1,
      stderr: `roomporter: ${sound} is a collection: take the bundle of the room out of it with roomporter bundle extract\n`,
    });
  });

  it("extract writes the bundles that are asked for", async () => {
    const folder = join(directory.path, "extracted");
    expect((await run(["bundle", "extract", sound, "-o", folder, "--room", TEA])).code).to.equal(0);
    expect(readdirSync(folder)).to.deep.equal(["00002.zip"]);
    expect((await run(["bundle", "verify", join(folder, "00002.zip")])).code).to.equal(0);
    expect(await run(["bundle", "extract", sound, "-o", folder, "--room", "!no:acme.test"])).to.include({ code: 2 });
    expect(await run(["bundle", "extract", sound, "-o", folder])).to.include({ code: 2 });
    expect(readdirSync(folder), "nothing is written where one is in the way").to.deep.equal(["00002.zip"]);
    expect((await run(["bundle", "extract", sound, "-o", folder, "--force"])).code).to.equal(0);
    expect(readdirSync(folder).sort()).to.deep.equal(["00001.zip", "00002.zip"]);
    const bundle = join(folder, "00002.zip");
    expect(await run(["bundle", "extract", bundle, "-o", folder])).to.include({
      code: 1,
      stderr: `roomporter: ${bundle}: The archive has no index.json. [index_missing]\n`,
    });
  });
});
