import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { Archive } from "../../../src/bundle/archive/archive.ts";
import { bundleLayout } from "../../../src/bundle/archive/bundle-layout.ts";
import type { JsonObject } from "../../../src/matrix/json.ts";
import { fillRoom, type FullRoom } from "../../support/full-room.ts";
import { pageProxy, SNAPSHOT, type PageProxy } from "../../support/page-proxy.ts";
import { startService, type Service } from "../../support/service.ts";
import { sharedSynapse, type SharedSynapse } from "../../support/shared-synapse.ts";
import { Api } from "../http/api.ts";

const PAGE = 8;

describe("an export job that is interrupted", function () {
  this.timeout(180_000);
  let folder: string;
  let synapse: SharedSynapse;
  let proxy: PageProxy;
  let service: Service;
  let room: FullRoom;
  let api: Api;
  /** of an export that nothing interrupts */
  let whole: Map<string, string>;
  let answers: number;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "roomporter-interrupted-export-"));
    synapse = await sharedSynapse();
    proxy = await pageProxy(synapse.url, PAGE);
    service = await startService({
      synapse: { url: proxy.url, serverName: synapse.serverName },
      registration: synapse.takeRegistration(),
    });
    room = await fillRoom(synapse);
    api = new Api(service, room.ann.token);
    await room.ann.invite(room.roomId, service.userId);
    const joined = async (): Promise<boolean> =>
      (await room.ann.stateContent(room.roomId, "m.room.member", service.userId))["membership"] === "join";
    while (!(await joined())) await sleep(50);
    const id = await begin();
    whole = await bundleOf(id);
    answers = proxy.served.length;
    expect(answers, "pages and files").to.be.greaterThan(12);
  });

  after(async () => {
    proxy.allow(Infinity);
    await service.close();
    await proxy.close();
    await rm(folder, { recursive: true });
  });

  async function begin(query = ""): Promise<string> {
    proxy.served.length = 0;
    const { status, body } = await api.json(`/v1/rooms/${encodeURIComponent(room.roomId)}/exports${query}`, "POST");
    expect(status).to.equal(202);
    return String(body["job_id"]);
  }

  /** Waits for the end; gives every file of the ZIP by its name, of the manifest what does not tell when it was made. */
  async function bundleOf(id: string): Promise<Map<string, string>> {
    const job = await api.ended(id);
    expect(job).to.include({ state: "succeeded", error: null });
    const file = join(folder, "bundle.zip");
    await writeFile(file, Buffer.from(await (await api.fetch(`/v1/jobs/${id}/bundle`)).arrayBuffer()));
    const archive = await Archive.open(file, bundleLayout);
    try {
      const files = new Map<string, string>();
      for (const entry of archive.directory.entries.values()) {
        const chunks: Buffer[] = [];
        for await (const chunk of archive.read(entry)) chunks.push(chunk);
        files.set(
          entry.place,
          Buffer.concat(chunks)
            .toString("latin1")
            .replace(/"exported_at":"[^"]*"/, ""),
        );
      }
      return files;
    } finally {
      await archive.close();
    }
  }

  const spool = (): string => join(service.dir, "data", "store", "exports");

  /** Kills the service once it has so many answers, and nothing moves any more. */
  async function killWhenHeld(allowed: number): Promise<void> {
    const given = (): number => proxy.served.filter(({ answered }) => answered).length;
    while (given() < allowed || given() === proxy.served.length) await sleep(20);
    // what was answered is written down
    await sleep(300);
    await service.kill();
  }

  it("by kill -9, at many points, ends in the same bundle, and asks for nothing twice that it had", async () => {
    const id = await begin();
    const after = proxy.served.length;
    await service.kill();
    const asked: string[] = [];
    const answered: string[] = [];
    for (let step = Math.max(2, Math.floor(answers / 5)), turn = 0; turn < 4; turn++) {
      proxy.served.length = 0;
      proxy.allow(step);
      await service.start();
      await killWhenHeld(step);
      for (const { what, answered: had } of proxy.served) (had ? answered : asked).push(what);
      expect(proxy.served.filter((each) => each.answered)).to.have.length(step);
    }
    expect(after).to.be.lessThan(answers);
    proxy.served.length = 0;
    proxy.allow(Infinity);
    await service.start();
    expect(await bundleOf(id)).to.deep.equal(whole);
    answered.push(...proxy.served.map(({ what }) => what));
    // one that is still held against the other calls is not had yet
    const once = answered.filter((what) => what !== SNAPSHOT);
    expect(once.toSorted()).to.deep.equal([...new Set(once)].toSorted());
    expect(answered).to.include.members(asked);
    expect(await readdir(spool())).to.deep.equal([]);
  });

  it("by being stopped goes on, and does not hold what was said since", async () => {
    proxy.allow(3);
    const id = await begin();
    while (!proxy.served.some(({ answered }) => !answered)) await sleep(20);
    await sleep(300);
    await service.stop();
    const said = await room.ann.say(room.roomId, "meanwhile");
    proxy.allow(Infinity);
    await service.start();
    expect(await bundleOf(id)).to.deep.equal(whole);
    const fresh = await bundleOf(await begin());
    expect(fresh.get("manifest.json")).to.include(said);
    whole = fresh;
  });

  it("starts over on another machine, and says so", async () => {
    proxy.allow(4);
    const id = await begin();
    // how far it is, is in the database
    await sleep(2_000);
    await killWhenHeld(4);
    await rm(spool(), { recursive: true });
    proxy.allow(Infinity);
    await service.start();
    expect(await bundleOf(id)).to.deep.equal(whole);
    expect((await api.json(`/v1/jobs/${id}`)).body["report"]).to.have.property("started_over", true);
    expect(service.log()).to.include("an export started over");
  });

  it("gives its disk space back when it is cancelled", async () => {
    proxy.allow(3);
    const id = await begin();
    while (!proxy.served.some(({ answered }) => !answered)) await sleep(20);
    expect(await readdir(spool())).to.deep.equal([id]);
    const started = performance.now();
    const { body } = await api.json(`/v1/jobs/${id}`, "DELETE");
    expect(body).to.include({ state: "cancelled" });
    expect(performance.now() - started).to.be.below(5_000);
    expect(await readdir(spool())).to.deep.equal([]);
    proxy.allow(Infinity);
  });

  it("by a token that is refused says so, and goes on from there when it is tried again", async () => {
    proxy.allow(4);
    const id = await begin();
    while (proxy.served.length < 5) await sleep(20);
    await sleep(300);
    await service.kill();
    const before = proxy.served.filter(({ answered }) => answered).map(({ what }) => what);
    proxy.allow(Infinity);
    proxy.refuse({ status: 401, errcode: "M_UNKNOWN_TOKEN" });
    await service.start();
    const failed = await api.ended(id);
    expect(failed).to.include({ state: "failed" });
    expect(failed["error"]).to.have.property("error").that.contains("retry the job: it goes on where it stood");
    proxy.refuse(undefined);
    proxy.served.length = 0;
    expect((await api.json(`/v1/jobs/${id}/retry`, "POST")).status).to.be.oneOf([200, 202]);
    expect(await bundleOf(id)).to.deep.equal(whole);
    const again = new Set(proxy.served.map(({ what }) => what));
    expect(before.filter((what) => what !== SNAPSHOT && again.has(what))).to.deep.equal([]);
    expect(await readdir(spool())).to.deep.equal([]);
  });

  it("at any moment ends in the same bundle", async () => {
    const id = await begin();
    for (const moment of [20, 120, 350]) {
      await sleep(moment);
      await service.kill();
      await service.start();
    }
    expect(await bundleOf(id)).to.deep.equal(whole);
    expect(await readdir(spool())).to.deep.equal([]);
  });

  it("is seen also where somebody waits for the answer", async () => {
    proxy.served.length = 0;
    // files of the state come before the second page
    proxy.allow(8);
    const id = "live-0123456789abcdef";
    const exported = api.exported(room.roomId, `?progress=${id}`).catch(() => undefined);
    while (proxy.served.length < 9) await sleep(20);
    await sleep(300);
    const shown = await api.json(`/v1/jobs/${id}`);
    expect(shown.body).to.include({ kind: "export", state: "running", room_id: room.roomId });
    expect((shown.body["progress"] as JsonObject)["done"]).to.be.greaterThan(PAGE);
    expect((await new Api(service, room.bob.token).json(`/v1/jobs/${id}`)).status).to.equal(404);
    const events = api
      .fetch(`/v1/jobs/${id}/events`)
      .then((response) => response.text())
      .catch(() => undefined);
    await service.kill();
    await Promise.all([exported, events]);
    proxy.allow(Infinity);
    await service.start();
    const again = api.exported(room.roomId, `?progress=${id}`);
    const told: string[] = [];
    while (told.at(-1)?.includes('"succeeded"') !== true) {
      const response = await api.fetch(`/v1/jobs/${id}/events`);
      if (response.ok) told.push(await response.text());
    }
    expect((await again).status).to.equal(200);
    expect((await api.json(`/v1/jobs/${id}`)).status).to.equal(404);
  });

  it("shows how far it is, as server-sent events that proxies let through", async () => {
    proxy.allow(5);
    const id = await begin();
    const response = await api.fetch(`/v1/jobs/${id}/events`);
    expect(response.headers.get("content-type")).to.equal("text/event-stream");
    expect(response.headers.get("x-accel-buffering")).to.equal("no");
    while (!proxy.served.some(({ answered }) => !answered)) await sleep(20);
    await sleep(2_500);
    proxy.allow(Infinity);
    await service.kill();
    await response.text().catch(() => undefined);
    await service.start();
    const text = await (await api.fetch(`/v1/jobs/${id}/events`)).text();
    const jobs = text
      .split("\n\n")
      .filter((block) => block.startsWith("event: job\ndata: "))
      .map((block) => JSON.parse(block.slice("event: job\ndata: ".length)) as JsonObject);
    expect(jobs.at(-1)).to.include({ state: "succeeded" });
    for (const { progress } of jobs) expect(progress).to.have.all.keys("done", "total", "unit", "rate", "seconds_left");
  });
});
