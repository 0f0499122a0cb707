import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { expect } from "chai";
import { Bot } from "../../../src/bot/bot.ts";
import { AlreadyImported } from "../../../src/imports/start/already-imported.ts";
import { RequestError } from "../../../src/requests/failures/failure.ts";
import type { JsonObject } from "../../../src/matrix/json.ts";
import { StorageError } from "../../../src/ports/storage-error.ts";
import { HomeserverError } from "../../../src/ports/homeserver/homeserver.ts";
import { ANN, CREATED, fakeParts, job, message, reply, ROOM, wordsOf } from "../../support/fakes/bot.ts";

describe("the bot, asked to import", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "bot-test-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const bundle = (content: JsonObject): void => {
    parts.homeserver.timeline.push({
      event_id: "$bundle",
      type: "m.room.message",
      sender: ANN,
      origin_server_ts: CREATED,
      content,
    });
  };
  let parts: ReturnType<typeof fakeParts>;
  beforeEach(() => {
    parts = fakeParts({ temporaryFolder: folder });
    parts.operations.states = [job({ kind: "import", room_id: null })];
    bundle({ msgtype: "m.file", body: "tea.zip", url: "mxc://acme.org/abc" });
  });

  it("brings the replied-to file to disk and imports it", async () => {
    const { start } = parts.operations.imports;
    let there = false;
    parts.operations.imports.start = (file, requester, options) => {
      there = existsSync(file);
      return start(file, requester, options);
    };
    const bot = new Bot(parts);
    await bot.handle(message("!import team", reply("$bundle")));
    await bot.stop();
    expect(there).to.equal(true);
    expect(parts.operations.calls[1]).to.deep.include({
      method: "import",
      requester: { userId: ANN, adminToken: false, door: "bot" },
      options: { requestId: "$command", workspace_id: "team" },
    });
    expect(await readdir(folder)).to.deep.equal([]);
  });

  it("asks before it fetches anything whether they may import, and holds a place of uploads meanwhile", async () => {
    const { operations } = parts;
    let fetched = 0;
    const { download } = parts.mediaSource;
    parts.mediaSource.download = (...args) => {
      fetched++;
      expect(operations.placesFreed).to.equal(0);
      return download(...args);
    };
    parts.homeserver.timeline.length = 0;
    bundle({ msgtype: "m.file", body: "tea.zip", url: "mxc://acme.org/abc", info: { size: 77 } });
    const bot = new Bot(parts);
    operations.refusal = new RequestError("too_many", "M_LIMIT_EXCEEDED", "You have 5 unfinished jobs");
    await bot.handle(message("!import", reply("$bundle")));
    expect(operations.calls.map(({ method, options }) => ({ method, ...options }))).to.deep.equal([
      { method: "admit", announced: 77, requestId: "$command" },
    ]);
    expect(parts.homeserver.bodies(ROOM)).to.deep.equal(["You have 5 unfinished jobs"]);
    expect(fetched).to.equal(0);
    operations.refusal = undefined;
    await bot.handle(message("!import", reply("$bundle"), { event_id: "$again" }));
    await bot.stop();
    expect([fetched, operations.placesFreed]).to.deep.equal([1, 1]);
  });

  it("fetches nothing for a command that has started its job before it was interrupted", async () => {
    const { imports } = parts.operations;
    imports.admit = async () => ({
      known: job({ kind: "import", room_id: null }),
      forUser: async () => undefined,
      [Symbol.dispose]: () => undefined,
    });
    parts.mediaSource.download = () => Promise.reject(new Error("not expected"));
    const bot = new Bot(parts);
    await bot.handle(message("!import", reply("$bundle")));
    await bot.stop();
    expect(parts.homeserver.bodies(ROOM)).to.deep.equal(["Import j1 waits for its turn. `!cancel j1` ends it."]);
    expect(parts.operations.calls).to.deep.equal([]);
  });

  it("says what it reads, and then how it goes on, in the same notice", async () => {
    const bot = new Bot(parts);
    await bot.handle(message("!import", reply("$bundle")));
    await bot.stop();
    const notices = parts.homeserver.said.map(({ content }) => [
      content["m.new_content"] !== undefined,
      wordsOf(content),
    ]);
    expect(notices.slice(0, 2)).to.deep.equal([
      [false, "Reading the bundle …"],
      [true, "Import j1 waits for its turn. `!cancel j1` ends it."],
    ]);
  });

  it("says that the disk is full, and keeps nothing of the file", async () => {
    parts.space = { require: () => Promise.reject(new StorageError("full", "full")) };
    const bot = new Bot(parts);
    await bot.handle(message("!import", reply("$bundle")));
    await bot.stop();
    expect(wordsOf(parts.homeserver.said.at(-1)?.content ?? {})).to.include("too little free disk space");
    expect(await readdir(folder)).to.deep.equal([]);
  });

  const complaints: [string, JsonObject | undefined, string][] = [
    ["a text", { msgtype: "m.text", body: "no file" }, "There is no file in that message."],
    [
      "an encrypted file",
      { msgtype: "m.file", body: "x", file: { url: "mxc://acme.org/abc" } },
      "The file is encrypted",
    ],
    ["no event that it may see", undefined, "There is no file in that message."],
  ];
  for (const [what, content, complaint] of complaints)
    it(`complains where the reply is to ${what}`, async () => {
      parts.homeserver.timeline.length = 0;
      if (content) bundle(content);
      await new Bot(parts).handle(message("!import", reply("$bundle")));
      expect(parts.homeserver.bodies(ROOM)[0]).to.contain(complaint);
      expect(parts.operations.calls).to.deep.equal([]);
    });

  it("answers as if there were no file where the one who asks may not see the message, and fetches nothing", async () => {
    parts.homeserver.timeline.length = 0;
    parts.mediaSource.download = () => Promise.reject(new Error("fetched"));
    await new Bot(parts).handle(message("!import", reply("$bundle")));
    expect(parts.homeserver.bodies(ROOM)).to.deep.equal([
      "There is no file in that message. Reply with !import to the message that holds the bundle, or send the bundle with !import as its caption.",
    ]);
    expect(parts.operations.calls).to.deep.equal([]);
  });

  it("says where a bundle is that was imported before, and how to import it once more", async () => {
    const earlier = { bundle: { sha256: "", manifestSha256: "" }, jobId: "j0", roomId: "!tea:acme.org" } as const;
    parts.operations.refusal = new AlreadyImported([{ ...earlier, state: "succeeded" }]);
    parts.operations.imports.admit = fakeParts({}).operations.imports.admit;
    await new Bot(parts).handle(message("!import", reply("$bundle")));
    expect(wordsOf(parts.homeserver.said.at(-1)?.content ?? {})).to.equal(
      "You have imported this bundle already: it is in !tea:acme.org (https://matrix.to/#/!tea:acme.org), by import j0. Send !import --again in a reply to the bundle to import it once more.",
    );
    parts.operations.refusal = undefined;
    const bot = new Bot(parts);
    await bot.handle(message("!import --again", reply("$bundle"), { event_id: "$again" }));
    await bot.stop();
    expect(parts.operations.calls.at(-1))
      .to.property("options")
      .that.deep.includes({ requestId: "$again", again: true });
  });

  it("needs a reply", async () => {
    await new Bot(parts).handle(message("!import"));
    expect(parts.homeserver.bodies(ROOM)).to.deep.equal([
      "Reply with !import to the message that holds the bundle, or send the bundle with !import as its caption.",
    ]);
  });

  it("stops at the largest size, and leaves nothing on disk", async () => {
    parts.mediaSource.download = () =>
      Promise.resolve({ body: Readable.from([Buffer.alloc(800), Buffer.alloc(800)]), mimetype: "application/zip" });
    await new Bot(parts).handle(message("!import", reply("$bundle")));
    expect(parts.homeserver.bodies(ROOM).at(-1)).to.contain("larger than the 1000 bytes");
    expect(await readdir(folder)).to.deep.equal([]);
    expect(parts.operations.calls.map(({ method }) => method)).to.deep.equal(["admit"]);
  });

  it("says so where the homeserver does not give the file", async () => {
    parts.mediaSource.download = () => Promise.reject(new HomeserverError(404, "M_NOT_FOUND", "gone"));
    await new Bot(parts).handle(message("!import", reply("$bundle")));
    expect(parts.homeserver.bodies(ROOM).at(-1)).to.equal("The homeserver does not give me that file.");
  });
});
