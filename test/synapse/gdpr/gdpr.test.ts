import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import yauzl from "yauzl";
import { openBundle } from "../../../src/bundle/open-bundle.ts";
import { verifyBundle } from "../../../src/bundle/verify/verify.ts";
import { verifyCollection } from "../../../src/collections/verify-collection.ts";
import type { JsonObject } from "../../../src/matrix/json.ts";
import { runProgram } from "../../support/command-line.ts";
import type { MatrixClient } from "../../support/matrix-client.ts";
import { pageProxy, type PageProxy } from "../../support/page-proxy.ts";
import { freePort } from "../../support/process.ts";
import { writeRegistration } from "../../support/registration.ts";
import { registerServerAdmin } from "../../support/server-admin.ts";
import { startService, type Service } from "../../support/service.ts";
import { startSynapse, type Synapse } from "../../support/synapse.ts";
import { registerUser } from "../../support/users.ts";
import { Api } from "../http/api.ts";

/** `index.json`, as far as the tests look at it. */
interface Index {
  scope: string;
  user_id: string | null;
  counts: Record<string, number>;
  rooms: { room_id: string; file: string; sha256: string; size: number; events: number; complete: boolean }[];
  refused: { room_id: string; reasons: { code: string }[] }[];
  failed: unknown[];
}

describe("the export of all rooms", function () {
  this.timeout(240_000);
  let dir: string;
  let synapse: Synapse;
  let proxy: PageProxy;
  /** may read the rooms that its user is in */
  let service: Service;
  /** may use the admin API too */
  let whole: Service;
  let ann: MatrixClient;
  let bob: MatrixClient;
  const rooms: Record<"tea" | "alone" | "left" | "incognito" | "bridged", string> = {
    tea: "",
    alone: "",
    left: "",
    incognito: "",
    bridged: "",
  };

  before(async () => {
    dir = mkdtempSync(join(tmpdir(), "roomporter-gdpr-"));
    const registrations = [];
    for (const id of ["porter", "whole"])
      registrations.push(
        writeRegistration(join(dir, `${id}.yaml`), { id, url: `http://127.0.0.1:${await freePort()}` }),
      );
    const [first, second] = registrations;
    if (!first || !second) throw new Error("no registrations");
    synapse = await startSynapse({ registrations: registrations.map(({ file }) => file) });
    const { token } = await registerServerAdmin(synapse, "root");
    proxy = await pageProxy(synapse.url, 1000);
    service = await startService({ synapse, registration: first });
    const homeserver = { url: proxy.url, server_name: synapse.serverName, admin_token: token };
    whole = await startService({ synapse, registration: second, config: { homeserver } });
    ann = await registerUser(synapse.url, "ann");
    bob = await registerUser(synapse.url, "bob");

    const joined = { type: "m.room.history_visibility", state_key: "", content: { history_visibility: "joined" } };
    rooms.tea = await ann.createRoom({ name: "Tea", invite: [bob.userId, service.userId] });
    await bob.join(rooms.tea);
    await bob.say(rooms.tea, "the kettle is on");
    const url = await ann.upload(Buffer.from("leaves"), "text/plain", "leaves.txt");
    await ann.send(rooms.tea, "m.room.message", { msgtype: "m.file", body: "leaves.txt", url });
    rooms.alone = await ann.createRoom({ initial_state: [joined] });
    await ann.say(rooms.alone, "a diary");
    rooms.left = await ann.createRoom({ initial_state: [joined], invite: [bob.userId, service.userId] });
    await ann.say(rooms.left, "before bob came");
    await bob.join(rooms.left);
    await bob.say(rooms.left, "while bob was there");
    await bob.leave(rooms.left);
    await ann.say(rooms.left, "after bob had gone");
    rooms.incognito = await ann.createRoom({ invite: [service.userId] });
    await ann.setState(rooms.incognito, "io.roomporter.policy", { scope_kind: "incognito" });
    rooms.bridged = await ann.createRoom({ invite: [service.userId] });
    await ann.setState(rooms.bridged, "m.bridge", { protocol: { id: "irc" } }, "irc");
    for (const roomId of [rooms.tea, rooms.left, rooms.incognito, rooms.bridged])
      for (;;) {
        const { membership } = await ann.stateContent(roomId, "m.room.member", service.userId);
        if (membership === "join") break;
        await sleep(50);
      }
  });
  after(async () => {
    proxy.allow(Infinity);
    await service.close();
    await whole.close();
    await proxy.close();
    await synapse.close();
    rmSync(dir, { recursive: true, force: true });
  });

  async function begin(of: Service, body: JsonObject = {}, token = of.adminToken): Promise<Response> {
    const headers = { "content-type": "application/json" };
    return new Api(of, token).fetch("/v1/gdpr/export", { method: "POST", headers, body: JSON.stringify(body) });
  }

  async function exported(of: Service, body: JsonObject = {}): Promise<Opened> {
    const response = await begin(of, body);
    expect(response.status).to.equal(202);
    return result(of, ((await response.json()) as { job_id: string }).job_id);
  }

  async function result(of: Service, id: string): Promise<Opened> {
    const api = new Api(of, of.adminToken);
    const job = await api.ended(id);
    expect(job, JSON.stringify(job)).to.deep.include({ kind: "gdpr_export", state: "succeeded", room_id: null });
    const zip = Buffer.from(await (await api.fetch(`/v1/jobs/${id}/bundle`)).arrayBuffer());
    const opened = await open(zip);
    const { done, total, unit } = job["progress"] as JsonObject;
    expect([done, unit]).to.deep.equal([total, "rooms"]);
    expect(job["report"]).to.deep.include({ size: zip.length, counts: opened.index.counts });
    return opened;
  }

  interface Opened {
    index: Index;
    /** what was said, by room id */
    bodies: Map<string, unknown[]>;
  }

  /** Every bundle in it is sound, and is what the index says. */
  async function open(zip: Buffer): Promise<Opened> {
    const whole = join(dir, "rooms.zip");
    writeFileSync(whole, zip);
    const { ok, faults, signature } = await verifyCollection(whole);
    expect([ok, faults, signature === null]).to.deep.equal([true, [], false]);
    const files = new Map<string, Buffer>();
    const archive = await yauzl.fromBufferPromise(zip);
    for await (const entry of archive.eachEntry())
      files.set(
        entry.fileName,
        Buffer.concat((await (await archive.openReadStreamPromise(entry)).toArray()) as Buffer[]),
      );
    const index = JSON.parse(String(files.get("index.json"))) as Index;
    expect([...files.keys()]).to.have.members(["index.json", ...index.rooms.map(({ file }) => file)]);
    const bodies = new Map<string, unknown[]>();
    for (const { room_id, file, size, events } of index.rooms) {
      const path = join(dir, "room.zip");
      writeFileSync(path, files.get(file) ?? "");
      expect(files.get(file)).to.have.length(size);
      expect((await verifyBundle(path)).faults).to.deep.equal([]);
      const bundle = await openBundle(path);
      expect([bundle.head.source.room_id, bundle.head.counts.events]).to.deep.equal([room_id, events]);
      const said: unknown[] = [];
      for await (const { type, content } of bundle.events()) if (type === "m.room.message") said.push(content["body"]);
      await bundle.close();
      bodies.set(room_id, said);
    }
    return { index, bodies };
  }

  it("is for admins, and knows what it is asked", async () => {
    expect((await begin(service, {}, ann.token)).status).to.equal(403);
    const refused = await audited("refused");
    expect(refused).to.deep.include({ actor: ann.userId, door: "http", reasons: ["M_FORBIDDEN"] });
    expect((await begin(service, { user_id: "ann" })).status).to.equal(400);
    expect((await begin(service, { room_id: rooms.tea })).status).to.equal(400);
    const broken = { method: "POST", body: "{" };
    expect((await new Api(service, service.adminToken).fetch("/v1/gdpr/export", broken)).status).to.equal(400);
  });

  /** The newest row of the audit log that says so. */
  async function audited(outcome: string): Promise<JsonObject | undefined> {
    const query = `?action=gdpr_export&outcome=${outcome}`;
    const { body } = await new Api(service, service.adminToken).json(`/v1/audit${query}`);
    return (body["rows"] as JsonObject[])[0];
  }

  it("has all rooms that the service is in, and says which are missing and why", async () => {
    const { index, bodies } = await exported(service);
    expect(index).to.deep.include({ scope: "service", user_id: null, failed: [] });
    expect(index.counts).to.deep.equal({ exported: 2, refused: 1, failed: 0, incognito: 1 });
    expect([...bodies.keys()]).to.have.members([rooms.tea, rooms.left]);
    expect(bodies.get(rooms.tea)).to.deep.equal(["the kettle is on", "leaves.txt"]);
    const refused = index.refused.map(({ room_id, reasons }) => [room_id, reasons.map(({ code }) => code)]);
    expect(refused).to.deep.equal([[rooms.bridged, ["room_type_bridge"]]]);
    expect(JSON.stringify(index)).not.to.include(rooms.incognito);
    expect(await audited("granted")).to.deep.include({ actor: "admin:tests", door: "http" });
    expect(await audited("done")).to.deep.include({ actor: "admin:tests", door: "service" });
  });

  it("has every room of the homeserver, whole, where the service may use the admin API", async () => {
    const { index, bodies } = await exported(whole);
    expect(index.scope).to.equal("homeserver");
    expect([...bodies.keys()]).to.include.members([rooms.tea, rooms.left, rooms.alone]);
    expect(bodies.get(rooms.alone)).to.deep.equal(["a diary"]);
    // that of the other service: the room of its own probe is no room of anybody's
    const probes = [...bodies.values()].filter((said) => said.some((body) => /message of a probe/.test(String(body))));
    expect(probes).to.have.length(1);
    expect(bodies.get(rooms.left)).to.deep.equal(["before bob came", "while bob was there", "after bob had gone"]);
    expect(index.rooms.map(({ complete }) => complete)).not.to.include(false);
    expect(index.counts["incognito"]).to.equal(1);
    expect(index.refused.map(({ room_id }) => room_id)).to.deep.equal([rooms.bridged]);
  });

  it("for one user has the rooms in which they were, and what they may see of them", async () => {
    const { index, bodies } = await exported(whole, { user_id: bob.userId });
    expect(index.user_id).to.equal(bob.userId);
    expect(index.counts).to.deep.equal({ exported: 2, refused: 0, failed: 0, incognito: 0 });
    expect(bodies.get(rooms.tea)).to.deep.equal(["the kettle is on", "leaves.txt"]);
    expect(bodies.get(rooms.left)).to.deep.equal(["while bob was there"]);
    expect([...bodies.keys()]).to.have.members([rooms.tea, rooms.left]);
  });

  it("is refused for a user who does not exist, and not for one who is deactivated", async () => {
    const carl = await registerUser(synapse.url, "carl");
    await carl.join(await ann.createRoom({ name: "Farewell", invite: [carl.userId] }));
    const auth = { type: "m.login.password", identifier: { type: "m.id.user", user: "carl" }, password: "carl" };
    const gone = await fetch(`${synapse.url}/_matrix/client/v3/account/deactivate`, {
      method: "POST",
      headers: { authorization: `Bearer ${carl.token}` },
      body: JSON.stringify({ auth, erase: true }),
    });
    expect(gone.status).to.equal(200);
    for (const each of [service, whole]) {
      const response = await begin(each, { user_id: "@no-such-user:localhost" });
      expect(response.status).to.equal(404);
      expect(((await response.json()) as JsonObject)["error"]).to.contain("@no-such-user:localhost");
    }
    const { index } = await exported(whole, { user_id: carl.userId });
    expect(index.rooms.map(({ events }) => events > 0)).to.deep.equal([true]);
  });

  it("goes on after kill -9, and reads no room again that was done", async () => {
    const read = (): string[] =>
      proxy.served.filter(({ what, answered }) => what.startsWith("page") && answered).map(({ path }) => path);
    proxy.served.length = 0;
    // more than the room with files takes, fewer than all do
    proxy.allow(5);
    const { job_id } = (await (await begin(whole)).json()) as { job_id: string };
    const api = new Api(whole, whole.adminToken);
    for (;;) {
      const { done } = (await api.json(`/v1/jobs/${job_id}`)).body["progress"] as { done: number };
      if (done >= 1) break;
      await sleep(20);
    }
    // rooms are read one after the other: once a second one is begun, the first one is done
    const roomOf = (path: string): string => path.split("/rooms/")[1]?.split("/")[0] ?? "";
    while (new Set(read().map(roomOf)).size < 2) await sleep(20);
    await whole.kill();
    const under = roomOf(read().at(-1) ?? "");
    const before = read().filter((path) => roomOf(path) !== under);
    proxy.served.length = 0;
    proxy.allow(Infinity);
    await whole.start();
    const { index } = await result(whole, job_id);
    expect(index.counts["exported"]).to.be.at.least(3);
    expect(before).not.to.be.empty;
    for (const path of before) expect(read()).not.to.include(path);
  });

  it("is a command too, whose file appears only when it is complete", async () => {
    const file = join(dir, "by-command.zip");
    const env = { ROOMPORTER_URL: service.url, ROOMPORTER_TOKEN: service.adminToken };
    const { code, stderr } = await runProgram(["gdpr", "export", "--user", bob.userId, "-o", file], { env });
    expect(code, stderr).to.equal(0);
    expect(stderr).to.include("2 exported");
    const { bodies } = await open(readFileSync(file));
    expect(bodies.get(rooms.left)).to.deep.equal(["while bob was there"]);
    const other = join(dir, "refused.zip");
    const refused = await runProgram(["gdpr", "export", "-o", other], { env: { ...env, ROOMPORTER_TOKEN: ann.token } });
    expect(refused.code).to.equal(1);
    expect(existsSync(other)).to.equal(false);
  });
});
