import { expect } from "chai";
import { Bot } from "../../../src/bot/bot.ts";
import type { JsonObject } from "../../../src/matrix/json.ts";
import { HomeserverError } from "../../../src/ports/homeserver/homeserver.ts";
import type { Job } from "../../../src/ports/job-store.ts";
import { RequestError } from "../../../src/requests/failures/failure.ts";
import { ANN, fakeParts, job, message, ROOM, SELF, wordsOf, type FakeParts } from "../../support/fakes/bot.ts";
import { VirtualTime } from "../../support/fakes/virtual-time.ts";
import { until } from "../../support/until.ts";

const running = (done: number): Job => job({ state: "running", progress: { done, total: null, unit: "events" } });
const done = (change: Partial<Job> = {}): Job =>
  job({ state: "succeeded", progress: { done: 312, total: 312, unit: "events" }, report: {}, ...change });

/** Asks for an export and waits until nothing is left to say. */
async function exported(parts: FakeParts, states: Job[]): Promise<void> {
  parts.operations.states = states;
  const bot = new Bot(parts);
  await bot.handle(message("!export"));
  await settled(parts);
  await bot.stop();
}

async function settled(parts: FakeParts): Promise<void> {
  await until(async () => (await parts.memory.openNotices()).length === 0);
}

describe("a job's notice", () => {
  it("is one, edited as the job goes on", async () => {
    const parts = fakeParts();
    await exported(parts, [job(), running(100), running(200), done()]);
    const said = parts.homeserver.said.filter(({ room_id }) => room_id === ROOM);
    expect(said.map(({ content }) => wordsOf(content))).to.deep.equal([
      "Export j1 waits for its turn. `!cancel j1` ends it.",
      "Exporting (job j1): 100 events so far. `!cancel j1` ends it.",
      "Exporting (job j1): 200 events so far. `!cancel j1` ends it.",
      "Export j1 is done: 312 events. The bundle is in our direct messages.",
    ]);
    const [first, ...edits] = said;
    for (const { content } of edits)
      expect(content["m.relates_to"]).to.deep.equal({ rel_type: "m.replace", event_id: first?.event_id });
  });

  it("says so where nothing matched", async () => {
    const parts = fakeParts();
    const empty = { progress: { done: 0, total: 0, unit: "events" }, report: { counts: { events: 0 } } } as const;
    await exported(parts, [job(), done(empty)]);
    expect(parts.homeserver.bodies(ROOM).at(-1)).to.contain("is done: 0 events. The bundle holds no event: nothing");
  });

  it("says how far an import is, how fast it goes and how long it will take", async () => {
    const at = (rate: number, left: number): Job =>
      job({ kind: "import", state: "running", progress: { done: 40, total: 40 + rate * left, unit: "events", rate } });
    const words = async (...states: Job[]): Promise<string[]> => {
      const parts = fakeParts();
      await exported(parts, [job({ kind: "import" }), ...states, job({ kind: "import", state: "cancelled" })]);
      return parts.homeserver.bodies(ROOM).slice(1, -1);
    };
    expect(await words(at(20, 45), at(25, 600), at(24.6, 12_000), at(2, 187_200))).to.deep.equal([
      "Importing (job j1): 40 of 940 events, 4 %, 20 a second, about 45 seconds left. `!cancel j1` ends it.",
      "Importing (job j1): 40 of 15040 events, 0 %, 25 a second, about 10 minutes left. `!cancel j1` ends it.",
      "Importing (job j1): 40 of 295240 events, 0 %, 25 a second, about 3 hours 20 minutes left. `!cancel j1` ends it.",
      "Importing (job j1): 40 of 374440 events, 0 %, 2 a second, about 2 days 4 hours left. `!cancel j1` ends it.",
    ]);
  });

  it("says who has signed the bundle", async () => {
    const words = async (signed_by: JsonObject): Promise<string | undefined> => {
      const parts = fakeParts();
      await exported(parts, [done({ kind: "import", report: { signed_by } })]);
      return parts.homeserver.bodies(ROOM).at(-1);
    };
    const by = { key_id: "ed25519:00", server_name: "acme.org", verified: true };
    expect(await words(by)).to.contain(" It is signed by acme.org (ed25519:00).");
    expect(await words({ ...by, verified: false })).to.contain(" It is signed with an unknown key (ed25519:00).");
  });

  it("is not edited where there is nothing new to say", async () => {
    const parts = fakeParts();
    await exported(parts, [job(), running(100), running(100), done()]);
    expect(parts.homeserver.bodies(ROOM)).to.have.length(3);
  });

  it("brings the bundle to the requester alone, and nothing of it into the room", async () => {
    const parts = fakeParts();
    await exported(parts, [job(), done()]);
    const direct = (await parts.memory.directRoom(ANN)) ?? "";
    expect(parts.homeserver.rooms.get(direct)).to.deep.equal([SELF, ANN]);
    const files = parts.homeserver.said.filter(({ content }) => content["msgtype"] === "m.file");
    expect(files.map(({ room_id }) => room_id)).to.deep.equal([direct]);
    expect(files[0]?.content).to.include({ body: "tea.zip", url: "mxc://acme.org/up1" });
    expect(parts.uploaded).to.deep.equal([parts.operations.bundleBytes]);
    for (const { room_id, content } of parts.homeserver.said)
      if (room_id === ROOM) expect(JSON.stringify(content)).to.not.match(/mxc:|http|"url"/);
  });

  it("uses the direct room again, but not after somebody else came into it", async () => {
    const parts = fakeParts();
    await exported(parts, [job(), done()]);
    const first = (await parts.memory.directRoom(ANN)) ?? "";
    await exported(parts, [job(), done({ id: "j1" })]);
    expect(await parts.memory.directRoom(ANN)).to.equal(first);
    parts.homeserver.rooms.get(first)?.push("@eve:acme.org");
    await exported(parts, [job({ id: "j2" }), done({ id: "j2" })]);
    expect(await parts.memory.directRoom(ANN)).to.not.equal(first);
    const files = parts.homeserver.said.filter(({ content }) => content["msgtype"] === "m.file");
    expect(files.map(({ room_id }) => room_id)).to.deep.equal([first, await parts.memory.directRoom(ANN)]);
  });

  it("finds the direct room again that a killed run has made and not noted down", async () => {
    const parts = fakeParts();
    await parts.memory.beginDirectRoom(ANN);
    parts.homeserver.rooms.set("!tea:acme.org", [SELF, ANN]);
    const other = await parts.homeserver.createDirectRoom("@eve:acme.org", "direct @eve:acme.org");
    const made = await parts.homeserver.createDirectRoom(ANN, `direct ${ANN}`);
    await exported(parts, [job(), done()]);
    expect(await parts.memory.directRoom(ANN)).to.equal(made);
    expect([...parts.homeserver.rooms.keys()]).to.deep.equal([ROOM, "!tea:acme.org", other, made]);
  });

  it("leaves a direct room whose making was cut short before anybody was invited, and makes another one", async () => {
    const parts = fakeParts();
    const create = parts.homeserver.createDirectRoom.bind(parts.homeserver);
    let cut = "";
    parts.homeserver.createDirectRoom = async (userId, mark) => {
      if (cut !== "") return create(userId, mark);
      cut = await create(userId, mark);
      parts.homeserver.rooms.set(cut, [SELF]);
      throw new HomeserverError(0, "M_UNKNOWN", "cut off");
    };
    await exported(parts, [job(), done()]);
    expect(parts.homeserver.left.map(([roomId]) => roomId)).to.deep.equal([cut]);
    const direct = await parts.memory.directRoom(ANN);
    expect(parts.homeserver.rooms.get(direct ?? "")).to.deep.equal([SELF, ANN]);
    expect(direct).not.to.equal(cut);
  });

  it("tells where to fetch a bundle that the homeserver does not take", async () => {
    const parts = fakeParts();
    parts.mediaTarget.upload = () => Promise.reject(new HomeserverError(413, "M_TOO_LARGE", "too large"));
    await exported(parts, [job(), done()]);
    const [words] = parts.homeserver.bodies((await parts.memory.directRoom(ANN)) ?? "");
    expect(words).to.contain("/v1/jobs/j1/bundle");
  });

  it("tells that an import has led to a new room: the link only in the direct message", async () => {
    const parts = fakeParts();
    const report = { ledger: [{ code: "x", message: "y" }] };
    await exported(parts, [job(), done({ kind: "import", room_id: "!made:acme.org", report })]);
    expect(parts.homeserver.bodies(ROOM).at(-1)).to.equal("Import j1 is done: 312 events. See our direct messages.");
    expect(parts.homeserver.bodies((await parts.memory.directRoom(ANN)) ?? "")).to.deep.equal([
      "Import j1 is done: 312 events. https://matrix.to/#/!made%3Aacme.org\n" +
        "1 thing could not be carried as it was; the job's report lists it.",
    ]);
  });

  it("says where an export is not the whole room", async () => {
    const parts = fakeParts();
    const report = { coverage: { complete: false, limits: [{ kind: "visibility" }, { kind: "date_range" }] } };
    await exported(parts, [job(), done({ report })]);
    expect(parts.homeserver.bodies(ROOM).at(-1)).to.contain("not the whole room (limited by visibility, date range)");
  });

  it("says where the files of encrypted messages are not in an export, which is no part for that", async () => {
    const parts = fakeParts();
    const report = { coverage: { complete: false, limits: [], without_encrypted_files: true } };
    await exported(parts, [job(), done({ report })]);
    const said = parts.homeserver.bodies(ROOM).at(-1);
    expect(said).to.contain("The files of its encrypted messages are not in it").and.not.to.contain("whole room");
  });

  it("says why a job failed, and that it was cancelled", async () => {
    const parts = fakeParts();
    await exported(parts, [
      job(),
      job({ state: "failed", error: { errcode: "M_UNKNOWN", error: "The disk is full", retry: false } }),
    ]);
    expect(parts.homeserver.bodies(ROOM).at(-1)).to.equal("Export j1 failed: The disk is full");
    const away = { errcode: "M_UNKNOWN", error: "The homeserver was away.", retry: true };
    await exported(parts, [job(), job({ state: "failed", error: away })]);
    expect(parts.homeserver.bodies(ROOM).at(-1)).to.match(/was away\. Here: `!retry j1`\.$/);
    await exported(parts, [job(), job({ state: "cancelled" })]);
    expect(parts.homeserver.bodies(ROOM).at(-1)).to.equal("Export j1 was cancelled.");
    expect(parts.homeserver.said.some(({ content }) => content["msgtype"] === "m.file")).to.equal(false);
  });

  it("does not keep the bundle from its owner where the room lets the bot speak no more", async () => {
    const parts = fakeParts();
    parts.operations.states = [job(), done()];
    const bot = new Bot(parts);
    await bot.handle(message("!export"));
    parts.homeserver.muted.add(ROOM);
    await settled(parts);
    expect(parts.uploaded).to.have.length(1);
  });

  it("says so where the result could not be delivered", async () => {
    const parts = fakeParts();
    parts.homeserver.createDirectRoom = () => Promise.reject(new HomeserverError(403, "M_FORBIDDEN", "no"));
    await exported(parts, [job(), done()]);
    expect(parts.homeserver.bodies(ROOM).at(-1)).to.contain("I could not send you the result");
  });

  it("says where the bundle is where no direct room can be made for its owner now", async () => {
    const full = new RequestError("too_many", "M_LIMIT_EXCEEDED", "You may have 3 rooms made in an hour");
    const parts = fakeParts({ roomsMade: { during: () => Promise.reject(full) } });
    await exported(parts, [job(), done()]);
    const said = parts.homeserver.bodies(ROOM).at(-1);
    expect(said).to.contain("You may have 3 rooms made in an hour. I cannot open a direct room with you until then.");
    expect(said).to.contain("GET /v1/jobs/j1/bundle");
  });

  it("notes where a copy of a bundle lies, and deletes it where its room was closed while it was uploaded", async () => {
    const copies: string[] = [];
    const parts = fakeParts({
      delivered: {
        note: async (jobId: string, uri: string) => void copies.push(`${jobId} ${uri}`),
        withdraw: async (jobId: string) => void copies.push(`withdraw ${jobId}`),
      },
    });
    await exported(parts, [job(), done()]);
    expect(copies).to.deep.equal(["j1 mxc://acme.org/up1"]);

    const download = parts.exports.download.bind(parts.exports);
    parts.exports.download = async (id, requester, options) => {
      if (options?.head) throw new RequestError("gone", "IO.ROOMPORTER.ROOM_CLOSED", "This room was closed");
      return download(id, requester, options);
    };
    const before = parts.homeserver.said.filter(({ content }) => content["msgtype"] === "m.file").length;
    await exported(parts, [job({ id: "j2" }), done({ id: "j2" })]);
    expect(copies.slice(1)).to.deep.equal(["j2 mxc://acme.org/up2", "withdraw j2"]);
    expect(parts.homeserver.said.filter(({ content }) => content["msgtype"] === "m.file")).to.have.length(before);
    expect(parts.homeserver.bodies(ROOM).at(-1)).to.contain("This room was closed");
  });

  it("keeps the result for the next run where the homeserver is away", async () => {
    for (const status of [0, 429, 502, 503, 504]) {
      const parts = fakeParts();
      const upload = parts.mediaTarget.upload.bind(parts.mediaTarget);
      parts.mediaTarget.upload = () => Promise.reject(new HomeserverError(status, "M_UNKNOWN", "away"));
      parts.operations.states = [job(), done()];
      const before = new Bot(parts);
      await before.handle(message("!export"));
      await until(() => parts.logged.length > 0);
      await before.stop();
      expect(await parts.memory.openNotices(), String(status)).to.deep.equal(["j1"]);

      parts.mediaTarget.upload = upload;
      await new Bot(parts).resume();
      await settled(parts);
      expect(parts.homeserver.said.filter(({ content }) => content["msgtype"] === "m.file")).to.have.length(1);
      expect(parts.homeserver.bodies(ROOM).at(-1)).to.contain("The bundle is in our direct messages.");
    }
  });

  it("delivers as soon as the homeserver is back, without a restart", async () => {
    const timer = new VirtualTime();
    const parts = { ...fakeParts(), timer };
    const upload = parts.mediaTarget.upload.bind(parts.mediaTarget);
    let away = 3;
    parts.mediaTarget.upload = (...file) =>
      away-- > 0 ? Promise.reject(new HomeserverError(502, "M_UNKNOWN", "away")) : upload(...file);
    await exported(parts, [job(), done()]);
    expect(parts.homeserver.said.filter(({ content }) => content["msgtype"] === "m.file")).to.have.length(1);
    expect(parts.homeserver.bodies(ROOM).at(-1)).to.contain("The bundle is in our direct messages.");
    expect(timer.slept).to.deep.equal([3000, 6000, 12_000]);
    expect(parts.logged, "said once").to.deep.equal(["a job's notice waits for what is away"]);
  });

  it("goes on after a restart, and delivers once", async () => {
    const parts = fakeParts();
    parts.operations.states = [job(), running(5)];
    const before = new Bot(parts);
    await before.handle(message("!export"));
    await before.stop();
    expect(await parts.memory.openNotices()).to.deep.equal(["j1"]);

    parts.operations.states = [done()];
    const after = new Bot(parts);
    await after.resume();
    await settled(parts);
    expect(parts.homeserver.bodies(ROOM).at(-1)).to.contain("is done: 312 events");
    expect(parts.homeserver.said.filter(({ content }) => content["msgtype"] === "m.file")).to.have.length(1);
  });

  it("forgets a job that is gone", async () => {
    const parts = fakeParts();
    await parts.memory.setJobNotice("j0", { room_id: ROOM, event_id: "$notice" });
    parts.operations.states = [];
    await new Bot(parts).resume();
    await settled(parts);
    expect(parts.homeserver.said).to.deep.equal([]);
  });
});
