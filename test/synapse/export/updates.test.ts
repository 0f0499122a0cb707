import { mkdtemp, readFile, readdir, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { diffBundles } from "../../../src/bundle/diff/diff.ts";
import type { CollectionIndex } from "../../../src/collections/collection-index.ts";
import { diffCollections } from "../../../src/collections/diff-collections.ts";
import { openCollection } from "../../../src/collections/open-collection.ts";
import { verifyCollection } from "../../../src/collections/verify-collection.ts";
import { verifyBundle } from "../../../src/bundle/verify/verify.ts";
import { runProgram, type Outcome } from "../../support/command-line.ts";
import { fillRoom, type FullRoom } from "../../support/full-room.ts";
import { manifestText } from "../../support/manifest-text.ts";
import { png } from "../../support/pictures.ts";
import type { Service } from "../../support/service.ts";
import { sharedService } from "../../support/shared-service.ts";
import { sharedSynapse } from "../../support/shared-synapse.ts";
import { registerUser } from "../../support/users.ts";
import { addChild, makeSpace } from "../spaces/space-tree.ts";

/** Further days than the first; each has an update of its own. */
const DAYS = Number(process.env["DAYS"] ?? 6);

describe("an archive of a real room that is kept up to date", () => {
  let service: Service;
  let room: FullRoom;
  let folder: string;
  let archive: string;
  before(async () => {
    service = await sharedService();
    room = await fillRoom(await sharedSynapse(), "12");
    folder = await mkdtemp(join(tmpdir(), "roomporter-updates-"));
    archive = join(folder, "archive.zip");
  });
  after(() => rm(folder, { recursive: true }));

  const program = (...args: string[]): Promise<Outcome> =>
    runProgram(args, { env: { ROOMPORTER_URL: service.url, ROOMPORTER_TOKEN: room.ann.token } });
  const update = (...options: string[]): Promise<Outcome> =>
    program("room", "export", room.roomId, "--update", archive, ...options);

  /** What is said of late, what is taken back and edited of what an earlier update has brought. */
  async function another(day: number, said: string[]): Promise<void> {
    const { roomId, ann, bob } = room;
    said.push(await ann.say(roomId, `day ${day}`), await bob.say(roomId, `what a day ${day}`));
    const [first = "", second = ""] = said.slice(-4);
    if (day % 3 === 0) await ann.edit(roomId, first, `day ${day}, rather`);
    if (day % 3 === 1) await bob.redact(roomId, second, "never mind");
    if (day % 3 === 2) {
      const url = await ann.upload(png(day, [day, 2, 3]), "image/png", `${day}.png`);
      await ann.say(roomId, `${day}.png`, { msgtype: "m.image", url });
      await ann.setState(roomId, "m.room.topic", { topic: `since day ${day}` });
    }
  }

  it("is what one export of the last day is", async () => {
    const said: string[] = [];
    const first = await update();
    expect(first.code, first.stderr).to.equal(0);
    for (let day = 1; day <= DAYS; day++) {
      await another(day, said);
      const { code, stderr } = await update();
      expect(code, stderr).to.equal(0);
      expect(stderr).to.match(new RegExp(`^Updated .*archive.zip: [1-9]\\d* new events of \\d+, .* received\n$`));
    }
    const whole = join(folder, "whole.zip");
    expect((await program("room", "export", room.roomId, "-o", whole)).code).to.equal(0);
    expect(await diffBundles(archive, whole)).to.deep.include({ equivalent: true, differences: [] });
    expect(await manifestText(archive)).to.equal(await manifestText(whole));
    expect((await verifyBundle(archive)).faults).to.deep.equal([]);
    const again = await update();
    expect([again.code, again.stderr]).to.satisfy(
      ([code, text]: [number, string]) => code === 0 && / 0 new events /.test(text),
    );
    expect(await readdir(folder)).to.have.members(["archive.zip", "whole.zip"]);
  });

  it("stays as it was where an update cannot be had, or is of another part of the room", async () => {
    const before = await readFile(archive);
    const other = await update("--senders", room.bob.userId);
    expect([other.code, other.stderr]).to.satisfy(
      ([code, text]: [number, string]) => code > 0 && /\[since_bundle_differs\]\n/.test(text),
    );
    const smaller = await update("--no-media");
    expect([smaller.code, smaller.stderr]).to.satisfy(
      ([code, text]: [number, string]) => code === 1 && /give the options that the file was exported with/.test(text),
    );
    const elsewhere = await program("room", "export", "!none:acme.test", "--update", archive);
    expect(elsewhere.code).to.equal(1);
    expect((await readFile(archive)).equals(before)).to.equal(true);
    const broken = join(folder, "broken.zip");
    await writeFile(broken, "no ZIP");
    const refused = await program("room", "export", room.roomId, "--update", broken);
    expect([refused.code, refused.stderr]).to.satisfy(
      ([code, text]: [number, string]) => code === 1 && /nothing was changed/.test(text),
    );
    expect(await readFile(broken, "utf8")).to.equal("no ZIP");
    expect((await readdir(folder)).filter((name) => name.startsWith("."))).to.deep.equal([]);
  });

  it("keeps its permissions, and is found through a link", async () => {
    const link = join(folder, "link.zip");
    await symlink(archive, link);
    const { mode } = await stat(archive);
    await room.ann.say(room.roomId, "through a link");
    const { code, stderr } = await program("room", "export", room.roomId, "--update", link);
    expect(code, stderr).to.equal(0);
    expect([(await stat(archive)).mode, (await verifyBundle(archive)).ok]).to.deep.equal([mode, true]);
    expect((await readdir(folder)).filter((name) => name === "link.zip")).to.have.length(1);
  });
});

describe("an archive of a space that is kept up to date", function () {
  this.timeout(60_000);
  let folder: string;
  before(async () => (folder = await mkdtemp(join(tmpdir(), "roomporter-space-updates-"))));
  after(() => rm(folder, { recursive: true }));

  it("has what is new, new rooms, and what was said in rooms that were left", async () => {
    const [service, synapse] = [await sharedService(), await sharedSynapse()];
    const ann = await registerUser(synapse.url, "archivist");
    const bob = await registerUser(synapse.url, "neighbour");
    const space = await makeSpace(ann, "Archive");
    const tea = await ann.createRoom({ name: "Tea" });
    const chess = await ann.createRoom({ name: "Chess" });
    const foreign = await bob.createRoom({ name: "Foreign" });
    for (const room of [tea, chess, foreign]) await addChild(ann, space, room);
    await ann.say(tea, "the kettle is on");
    await ann.say(chess, "e4");
    const archive = join(folder, "archive.zip");
    const program = (...args: string[]): Promise<Outcome> =>
      runProgram(args, { env: { ROOMPORTER_URL: service.url, ROOMPORTER_TOKEN: ann.token } });
    const update = async (): Promise<CollectionIndex> => {
      const { code, stderr } = await program("space", "export", space, "--update", archive);
      expect(code, stderr).to.equal(0);
      expect(await verifyCollection(archive)).to.deep.include({ ok: true, faults: [] });
      const collection = await openCollection(archive);
      await collection.close();
      return collection.index;
    };
    const first = await update();
    expect(first.rooms.map(({ room_id }) => room_id)).to.deep.equal([space, tea, chess]);
    expect(first.left_out?.map(({ room_id, code }) => [room_id, code])).to.deep.equal([[foreign, "not_joined"]]);

    await ann.say(tea, "it boils");
    await ann.leave(chess);
    const irc = await ann.createRoom({ name: "Bridged" });
    await ann.setState(irc, "m.bridge", { protocol: { id: "irc" } }, "irc");
    const garden = await ann.createRoom({ name: "Garden" });
    for (const room of [irc, garden]) await addChild(ann, space, room);
    await ann.say(garden, "roses");
    const second = await update();
    expect(second.rooms.map(({ room_id }) => room_id)).to.deep.equal([space, tea, garden, chess]);
    expect(second.left_out?.map(({ room_id, code }) => [room_id, code])).to.have.deep.members([
      [chess, "not_joined"],
      [foreign, "not_joined"],
    ]);
    expect(second.refused.map(({ room_id }) => room_id)).to.deep.equal([irc]);
    expect(second.rooms[0]?.children?.map(({ room_id }) => room_id)).to.include.members([tea, garden]);
    const whole = join(folder, "room.zip");
    expect((await program("room", "export", tea, "-o", whole)).code).to.equal(0);
    const { rooms } = await diffCollections(archive, whole);
    expect(rooms.map(({ room_id, equivalent }) => [room_id, equivalent])).to.deep.equal([[tea, true]]);
    expect(await readdir(folder)).to.have.members(["archive.zip", "room.zip"]);

    const before = await readFile(archive);
    for (const [args, words] of [
      [["space", "export", space, "--update", archive, "--senders", bob.userId], "[since_bundle_differs]"],
      [["space", "export", garden, "--update", archive], "you are in no space"],
    ] as const) {
      const { code, stderr } = await program(...args);
      expect([(code ?? 0) > 0, stderr.includes(words)], stderr).to.deep.equal([true, true]);
    }
    expect((await readFile(archive)).equals(before)).to.equal(true);
  });
});
