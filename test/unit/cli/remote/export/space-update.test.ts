import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { CollectionIndex } from "../../../../../src/collections/collection-index.ts";
import { openCollection } from "../../../../../src/collections/open-collection.ts";
import { run } from "../../../../support/doors/run-command.ts";
import { fakeService, json } from "../../../../support/doors/scripted-service.ts";
import { sampleRoom, writeSample } from "../../../bundle/sample.ts";

const SPACE = "!space:acme.test";
const joined = (room_id: string, type: string | null, children: string[] = []): object => ({
  ...{ room_id, name: room_id, type, alias: null, members: 1, encrypted: false, heroes: [], children },
});

describe("space export --update", () => {
  let folder: string;
  let archive: string;
  const bundles = new Map<string, Buffer>();
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "space-update-"));
    for (const roomId of [SPACE, "!tea:acme.test"])
      bundles.set(roomId, await readFile(await writeSample({ ...sampleRoom(), roomId }, folder, "sample.zip")));
    await rm(folder, { recursive: true });
  });
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "space-update-"));
    archive = join(folder, "archive.zip");
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** @param refuse by room id: what is answered instead of its bundle */
  async function update(
    refuse: Record<string, [status: number, body: object]>,
    args: string[] = [],
    userId: string | null = "@ann:acme.test",
  ): Promise<{ code: number; stderr: string; index: CollectionIndex | undefined; asked: string[] }> {
    const children = ["!tea:acme.test", "!bridge:acme.test", "!incognito:acme.test", "!foreign:acme.test"];
    await using service = await fakeService((asked, response) => {
      const roomId = decodeURIComponent(/\/rooms\/([^/]+)\/export/.exec(asked.url)?.[1] ?? "");
      const answer = refuse[roomId];
      if (asked.url === "/v1/whoami") json(response, 200, { user_id: userId, admin_token: null, permission: "user" });
      else if (asked.url === "/v1/rooms/joined")
        json(response, 200, {
          rooms: [joined(SPACE, "m.space", children), ...children.slice(0, 3).map((id) => joined(id, null))],
        });
      else if (answer) json(response, ...answer);
      else response.end(bundles.get(roomId));
    });
    const { code, stderr } = await run(["space", "export", SPACE, "--update", archive, ...args], { env: service.env });
    const collection = code === 0 ? await openCollection(archive) : undefined;
    await collection?.close();
    return { code, stderr, index: collection?.index, asked: service.asked.map(({ url }) => url) };
  }
  const refusal = (code: string): [number, object] => [
    400,
    { errcode: "IO.ROOMPORTER.REFUSED", error: "It may not.", reasons: [{ code, message: "It may not." }] },
  ];
  const REFUSED = {
    "!bridge:acme.test": refusal("room_type_bridge"),
    "!incognito:acme.test": refusal("scope_incognito"),
  };

  it("makes the file, and says what is not in it and why", async () => {
    const { code, stderr, index, asked } = await update(REFUSED);
    expect(code, stderr).to.equal(0);
    expect(index?.rooms.map(({ room_id }) => room_id)).to.deep.equal([SPACE, "!tea:acme.test"]);
    expect(index?.counts).to.deep.equal({ exported: 2, refused: 1, failed: 0, incognito: 1, left_out: 1 });
    expect(JSON.stringify(index)).not.to.contain("!incognito");
    expect(index?.left_out?.map(({ room_id, code: why }) => [room_id, why])).to.deep.equal([
      ["!foreign:acme.test", "not_joined"],
    ]);
    expect(asked.filter((url) => url.includes("!foreign"))).to.deep.equal([]);
  });

  it("keeps the file as it was where the space is not given, and makes none where a room cannot be had", async () => {
    const broken = {
      ...REFUSED,
      "!tea:acme.test": [500, { errcode: "M_UNKNOWN", error: "broken" }] as [number, object],
    };
    const failed = await update(broken);
    expect([failed.code, failed.stderr.includes("!tea:acme.test: broken")], failed.stderr).to.deep.equal([1, true]);
    expect(await readdir(folder)).to.deep.equal([]);
    expect((await update(REFUSED)).code).to.equal(0);
    const before = await readFile(archive);
    const { code, stderr } = await update({ [SPACE]: [403, { errcode: "M_FORBIDDEN", error: "You may not" }] });
    expect([code, stderr.includes(`${SPACE}: You may not`)], stderr).to.deep.equal([1, true]);
    expect((await readFile(archive)).equals(before)).to.equal(true);
    expect(await readdir(folder)).to.deep.equal(["archive.zip"]);
  });

  it("takes no option that an archive cannot have, and no token that is nobody's", async () => {
    for (const more of [["--since", "2026-01-01"], ["--with-viewer"], ["--with-predecessors"], ["-o", archive]]) {
      const { code, stderr, asked } = await update({}, more);
      expect([code, stderr.includes(`--update FILE and ${more[0] ?? ""}`)], stderr).to.deep.equal([2, true]);
      expect(asked).to.deep.equal([]);
    }
    const { code, stderr } = await update({}, [], null);
    expect([code, stderr.includes("give a Matrix access token")]).to.deep.equal([2, true]);
  });
});
