import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import type { JsonObject } from "../../../src/matrix/json.ts";
import type { AuditRow } from "../../../src/ports/audit-log.ts";
import { runProgram, type Outcome } from "../../support/command-line.ts";
import { ALICE, Conversation } from "../../support/conversation.ts";
import { postImport } from "../../support/imported-room.ts";
import type { MatrixClient } from "../../support/matrix-client.ts";
import { startService, type Service } from "../../support/service.ts";
import { sharedSynapse } from "../../support/shared-synapse.ts";
import { registerUser, unique } from "../../support/users.ts";
import { eventually, membershipOf, said } from "../bot/talk.ts";
import { Api } from "../http/api.ts";

describe("the audit log on a homeserver", () => {
  let service: Service;
  /** an admin, a user, and somebody who may not use the service */
  let ann: MatrixClient;
  let bob: MatrixClient;
  let mallory: MatrixClient;
  /** may not use the service either */
  let oscar: MatrixClient;
  let room: string;
  let admin: Api;

  before(async () => {
    const synapse = await sharedSynapse();
    const person = (name: string): Promise<MatrixClient> => registerUser(synapse.url, unique(name));
    [ann, bob, mallory] = [await person("ann"), await person("bob"), await person("mallory")];
    oscar = await person("oscar");
    const permissions = { "*": "user", [ann.userId]: "admin", [mallory.userId]: "none", [oscar.userId]: "none" };
    service = await startService({ synapse, registration: synapse.takeRegistration(), config: { permissions } });
    admin = new Api(service, service.adminToken);
    room = await roomWithBot(bob, [oscar]);
    await bob.say(room, "words");
  });
  after(() => service.close());

  async function roomWithBot(owner: MatrixClient, others: MatrixClient[] = []): Promise<string> {
    const roomId = await owner.createRoom({ invite: [service.userId, ...others.map(({ userId }) => userId)] });
    for (const other of others) await other.join(roomId);
    await eventually("the bot joins", async () => (await membershipOf(service.userId, owner, roomId)) === "join");
    return roomId;
  }

  /** All rows, or those of somebody. */
  async function rows(actor?: string): Promise<AuditRow[]> {
    const query = actor === undefined ? "" : `&actor=${encodeURIComponent(actor)}`;
    const { body } = await admin.json(`/v1/audit?dir=f&limit=1000${query}`);
    return body["rows"] as unknown as AuditRow[];
  }

  /** The rows that an act of somebody has made, as `action outcome door`. */
  async function madeBy(actor: MatrixClient | string, act: () => Promise<unknown>): Promise<[string, AuditRow][]> {
    const whose = typeof actor === "string" ? actor : actor.userId;
    const before = (await rows(whose)).length;
    await act();
    const made = (await rows(whose)).slice(before);
    return made.map((row) => [`${row.action} ${row.outcome} ${row.door}`, row]);
  }

  const whatOf = (made: [string, AuditRow][]): string[] => made.map(([what]) => what);
  const cli = (token: string, args: string[]): Promise<Outcome> =>
    runProgram(args, { env: { ROOMPORTER_URL: service.url, ROOMPORTER_TOKEN: token, XDG_CONFIG_HOME: service.dir } });
  const verify = (...args: string[]): Promise<Outcome> =>
    runProgram(["audit", "verify", "-c", service.configFile, ...args]);

  it("tells exports over HTTP and on the command line, granted and refused, and downloads", async () => {
    const api = new Api(service, bob.token);
    const granted = await madeBy(bob, () => api.exported(room));
    expect(whatOf(granted)).to.deep.equal(["export done http"]);
    expect(granted[0]?.[1]).to.deep.include({ room_id: room, details: ["as_requester"] });
    const byCli = await madeBy(bob, () => cli(bob.token, ["room", "export", room, "-o", join(service.dir, "a.zip")]));
    expect(whatOf(byCli)).to.deep.equal(["export done cli"]);

    let job: JsonObject = {};
    const asJob = await madeBy(bob, async () => {
      ({ body: job } = await api.json(`/v1/rooms/${encodeURIComponent(room)}/exports`, "POST"));
      await api.ended(String(job["job_id"]));
      // HEAD hands out nothing, and a download that goes on was counted where it began
      const bundle = `/v1/jobs/${String(job["job_id"])}/bundle`;
      await api.fetch(bundle, { method: "HEAD" });
      await api.fetch(bundle);
      for (const start of [100, 200, 100]) {
        const part = await api.fetch(bundle, { headers: { range: `bytes=${start}-${start + 99}` } });
        expect([part.status, (await part.arrayBuffer()).byteLength]).to.deep.equal([206, 100]);
      }
    });
    expect(whatOf(asJob)).to.deep.equal(["export granted http", "export done service", "bundle_download done http"]);
    for (const [, row] of asJob) expect(row).to.deep.include({ job_id: job["job_id"], room_id: room });

    const outside = await ann.createRoom();
    const incognito = await roomWithBot(bob);
    await bob.setState(incognito, "io.roomporter.policy", { scope_kind: "incognito" });
    const refused = await madeBy(bob, async () => {
      await api.exported(incognito);
      // what is refused again within the minute is counted
      await api.exported(outside);
      await api.json(`/v1/rooms/${encodeURIComponent(incognito)}/exports`, "POST");
      await api.fetch(`/v1/jobs/${"0".repeat(16)}/bundle`);
    });
    expect(refused.map(([what, row]) => [what, row.reasons?.join()])).to.deep.equal([
      ["export refused http", "IO.ROOMPORTER.REFUSED,scope_incognito"],
      ["bundle_download refused http", "M_NOT_FOUND"],
    ]);
    const unpermitted = await madeBy(mallory, () => new Api(service, mallory.token).exported(room));
    expect(whatOf(unpermitted)).to.deep.equal(["export refused http"]);
  });

  it("tells imports: refused with the codes of what is wrong, or granted, for whom, and with their end", async () => {
    const broken = join(service.dir, "broken.zip");
    await writeFile(broken, "no ZIP");
    const refused = await madeBy(bob, () => postImport(service, bob.token, broken));
    expect(refused.map(([what, row]) => [what, row.reasons])).to.deep.equal([
      ["import refused http", ["IO.ROOMPORTER.BAD_BUNDLE", "zip_unreadable"]],
    ]);
    const talk = new Conversation();
    talk.say(ALICE, "words");
    const bundle = await talk.write();
    let job: JsonObject = {};
    const forBob = await madeBy("admin:tests", async () => {
      const fields = { as: bob.userId };
      ({ body: job } = await postImport(service, service.adminToken, bundle.file, { wait: 60, fields }));
    });
    await bundle.remove();
    const what = { job_id: job["job_id"], on_behalf_of: bob.userId };
    const imports = forBob.filter(([, { action }]) => action === "import");
    expect(whatOf(imports)).to.deep.equal(["import granted http", "import done service"]);
    expect(imports[0]?.[1]).to.deep.include(what).and.not.to.have.property("room_id");
    expect(imports[1]?.[1]).to.deep.include({ ...what, room_id: job["room_id"] });
  });

  it("tells what is asked of the bot, and shows itself to admins where nobody else reads along", async () => {
    const asked = await madeBy(bob, async () => {
      await bob.say(room, "!export");
      await said(service.userId, bob, room, "in our direct messages");
    });
    expect(whatOf(asked)).to.deep.equal(["export granted bot", "export done service", "bundle_download done bot"]);
    const unpermitted = await madeBy(oscar, async () => {
      await oscar.say(room, "!export");
      await said(service.userId, bob, room, "may not use");
    });
    expect(unpermitted.map(([what, row]) => [what, row.room_id])).to.deep.equal([["export refused bot", room]]);

    await bob.say(room, "!audit");
    await said(service.userId, bob, room, "Only admins");
    const withBob = await roomWithBot(ann, [bob]);
    await ann.say(withBob, "!audit");
    await said(service.userId, ann, withBob, "Not here");
    const alone = await roomWithBot(ann);
    await ann.say(alone, `!audit 5 --actor ${oscar.userId}`);
    await said(service.userId, ann, alone, `export refused by ${oscar.userId} (bot) in ${room} M_FORBIDDEN`);
  });

  it("is for admins, who can check its chain by themselves", async () => {
    const erin = await registerUser((await sharedSynapse()).url, unique("erin"));
    const refused = await madeBy(erin, async () => {
      expect((await new Api(service, erin.token).json("/v1/audit")).status).to.equal(403);
    });
    expect(whatOf(refused)).to.deep.equal(["audit_read refused http"]);

    const { stdout } = await cli(ann.token, ["audit", "list", "--format", "ndjson"]);
    const lines = stdout.toString().trimEnd().split("\n");
    let before = "0".repeat(64);
    for (const line of lines) {
      const { hash, ...rest } = JSON.parse(line) as Record<string, unknown>;
      expect(rest["previous_hash"]).to.equal(before);
      const sorted = JSON.stringify(Object.fromEntries(Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1))));
      before = createHash("sha256").update(sorted).digest("hex");
      expect(hash).to.equal(before);
    }
    expect((await verify("--expect", `${lines.length}:${before}`)).code).to.equal(0);
  });

  it("loses nothing and doubles nothing when the service is killed", async () => {
    const talk = new Conversation();
    for (let i = 0; i < 20; i++) talk.say(ALICE, `message ${i}`);
    const bundle = await talk.write();
    const { body } = await postImport(service, bob.token, bundle.file);
    await bundle.remove();
    const id = String(body["job_id"]);
    const api = new Api(service, bob.token);
    for (let done = 0; done < 3;) {
      await sleep(20);
      ({ done } = ((await api.json(`/v1/jobs/${id}`)).body as { progress: { done: number } }).progress);
    }
    await service.kill();
    await service.start();
    expect(await api.ended(id)).to.have.property("state", "succeeded");
    const ofJob = (await rows()).filter((row) => row.job_id === id);
    expect(ofJob.map(({ action, outcome }) => `${action} ${outcome}`)).to.deep.equal(["import granted", "import done"]);
    const { code, stdout } = await verify();
    expect([code, stdout.toString()]).to.satisfy(
      ([exit, text]: [number, string]) => exit === 0 && /is sound/.test(text),
    );
  });

  it("has one row for refusals that are repeated, and shows who asked for a job, and when", async () => {
    const eve = await registerUser((await sharedSynapse()).url, unique("eve"));
    const api = new Api(service, eve.token);
    const rooms = Array.from({ length: 50 }, (_, index) => `!probe${index}:localhost`);
    // more at once than one user may have would be refused for that
    for (const id of rooms) await api.exported(id);
    const ofEve = async (): Promise<AuditRow[]> => (await rows()).filter(({ actor }) => actor === eve.userId);
    expect(await ofEve()).to.have.length(1);
    await service.stop();
    await service.start();
    const [first, counted, ...more] = await ofEve();
    expect(more).to.deep.equal([]);
    expect(first).to.include({ action: "export", outcome: "refused" }).and.not.have.property("count");
    expect(counted).to.deep.include({ outcome: "refused", count: 49, reasons: ["M_FORBIDDEN"] });
    expect(counted).not.to.have.property("room_id");

    const { body } = await new Api(service, service.adminToken).json("/v1/jobs");
    for (const job of body["jobs"] as JsonObject[]) {
      expect(job["requester"]).to.be.oneOf([bob.userId, "admin:tests"]);
      expect(String(job["created_at"])).to.match(/^\d{4}-\d\d-\d\dT.*Z$/);
      expect(Date.parse(String(job["finished_at"]))).to.be.at.least(Date.parse(String(job["created_at"])));
    }
  });

  it("tells wrong tokens by their number, and the first row that somebody has touched", async () => {
    for (let i = 0; i < 3; i++) await new Api(service, `wrong-${i}`).json("/v1/jobs");
    await service.stop();
    const database = new DatabaseSync(join(service.dir, "data", "roomporter.db"));
    const found = database.prepare("select count, details from audit where action = 'token_failures'").all();
    expect(found.map((row) => ({ ...row }))).to.deep.equal([{ count: 3, details: '["api"]' }]);
    expect(service.log()).to.contain('"msg":"the audit log ends here"');
    expect((await verify()).code).to.equal(0);

    const change = "update audit set actor = '@eve:x' where position = 4";
    expect(() => {
      database.exec(change);
    }).to.throw("append-only");
    database.exec(`drop trigger audit_no_update; ${change}`);
    database.close();
    const { code, stderr } = await verify();
    expect([code, stderr]).to.deep.equal([
      1,
      "roomporter: row 4 of the audit log: it was changed: its hash is not that of what it says\n",
    ]);
  });
});
