import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { objectMember, type JsonObject } from "../../../src/matrix/json.ts";
import { writeZip } from "../../support/foreign-exports/files.ts";
import { writeExport } from "../../support/foreign-exports/forms.ts";
import type { MatrixClient } from "../../support/matrix-client.ts";
import { startService, type Service } from "../../support/service.ts";
import { sharedSynapse } from "../../support/shared-synapse.ts";
import { upload } from "../../support/upload.ts";
import { registerUser, unique } from "../../support/users.ts";
import { Api } from "./api.ts";

const WHATSAPP = "14/11/2023, 22:13 - Ann: Who wants tea?\n14/11/2023, 22:14 - Bob: Me!\n";
const LARGEST = 2_000_000;

describe("another program's export, converted by the service", () => {
  let folder: string;
  let service: Service;
  let ann: MatrixClient;
  let bob: MatrixClient;
  let api: Api;
  let slack: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "conversions-"));
    const synapse = await sharedSynapse();
    service = await startService({
      synapse,
      registration: synapse.takeRegistration(),
      config: { limits: { upload_size: LARGEST } },
    });
    ann = await registerUser(synapse.url, unique("ann"));
    bob = await registerUser(synapse.url, unique("bob"));
    api = new Api(service, ann.token);
    slack = await sent(readFileSync(writeExport("slack", folder).input), "slack.zip");
  });
  after(async () => {
    await service.close();
    await rm(folder, { recursive: true, force: true });
  });

  const sent = (bytes: Buffer, filename: string): Promise<string> =>
    upload(service, ann.token, bytes, { metadata: { filename } });

  async function post(path: string, body: object, as = api): Promise<{ status: number; body: JsonObject }> {
    const headers = { "content-type": "application/json" };
    const response = await as.fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
    return { status: response.status, body: (await response.json()) as JsonObject };
  }
  /** The job of a conversion, once it has ended. */
  async function converted(options: { upload_id: string; [name: string]: string }): Promise<JsonObject> {
    const { status, body } = await post("/v1/conversions", options);
    expect(status, JSON.stringify(body)).to.equal(202);
    expect(body).to.include({ kind: "convert" });
    return await api.ended(String(body["job_id"]));
  }
  const left = (): string[] => {
    const work = join(service.dir, "data", "store", "work");
    return readdirSync(work).flatMap((run) => readdirSync(join(work, run)).filter((name) => !name.startsWith("lock")));
  };

  it("is looked through, then one conversation becomes a bundle, and that a room", async () => {
    const looked = await converted({ upload_id: slack });
    expect(looked).to.include({ state: "succeeded", error: null });
    expect(looked["report"]).to.deep.include({ program: "slack", needs: ["channel"] });
    const { conversations } = looked["report"] as { conversations: { name: string; bytes: number }[] };
    expect(conversations.map(({ name }) => name)).to.include("tea");
    expect(conversations[0]?.bytes).to.be.greaterThan(0);
    expect((await api.json(`/v1/jobs/${String(looked["job_id"])}/bundle`)).status, "it has no bundle").to.equal(404);
    expect((await post("/v1/rooms/import", { job_id: looked["job_id"] })).status).to.equal(409);

    const job = await converted({ upload_id: slack, channel: "tea" });
    expect(job["report"]).to.deep.include({ program: "slack", file_name: "tea.zip" });
    expect(objectMember(job["report"], "counts")).to.have.property("events").greaterThan(3);
    const ledger = objectMember(job, "report")?.["ledger"] as { code: string; message: string; count: number }[];
    expect(ledger.map(({ code }) => code)).to.include("media_not_in_export");
    const bundle = await api.fetch(`/v1/jobs/${String(job["job_id"])}/bundle`);
    const sha256 = createHash("sha256")
      .update(Buffer.from(await bundle.arrayBuffer()))
      .digest("hex");
    const imported = await post("/v1/rooms/import?wait=120", { job_id: job["job_id"] });
    expect(imported.status, JSON.stringify(imported.body)).to.equal(201);
    expect(imported.body["report"]).to.include({ bundle_sha256: sha256 });
    const room = String(imported.body["room_id"]);
    await ann.join(room);
    expect(JSON.stringify(await ann.timeline(room))).to.contain("Who wants *tea*");
    const rows = await new Api(service, service.adminToken).json("/v1/audit?action=convert");
    expect(JSON.stringify(rows.body)).to.contain('"granted"').and.contain('"done"').and.not.contain("tea");
    expect(left()).to.deep.equal([]);
  });

  it("is nobody's but its owner's", async () => {
    const foreign = new Api(service, bob.token);
    expect((await post("/v1/conversions", { upload_id: slack }, foreign)).status).to.equal(404);
    const job = await converted({ upload_id: slack, channel: "tea" });
    for (const other of [foreign, new Api(service, service.adminToken)])
      expect(
        (await post("/v1/rooms/import", { job_id: job["job_id"], ...(other !== foreign && { as: ann.userId }) }, other))
          .status,
      ).to.equal(404);
  });

  it("says what is needed: a time zone", async () => {
    const upload_id = await sent(Buffer.from(WHATSAPP), "WhatsApp Chat with Bob.txt");
    const asking = await converted({ upload_id });
    expect(asking["report"]).to.deep.equal({ program: "whatsapp", needs: ["time_zone"], conversations: [] });
    const wrong = await post("/v1/conversions", { upload_id, time_zone: "Middle/Earth" });
    expect(wrong.status).to.equal(400);
    expect(wrong.body["error"]).to.contain("time_zone").and.contain("Europe/Berlin");
    const job = await converted({ upload_id, time_zone: "Europe/Berlin" });
    expect(job["report"]).to.deep.include({ program: "whatsapp" });
    expect(objectMember(job["report"], "counts")).to.have.nested.property("by_type.m\\.room\\.message", 2);
  });

  it("fails with its reason, where it is none, hostile or too large, and leaves nothing", async () => {
    const entries = { "users.json": [], "channels.json": [], "tea/2023-11-14.json": "[".repeat(100_000) };
    const beside = "tea.json_Files";
    const attachments = [1, 2, 3, 4].map((id) => ({
      id: String(id),
      url: `${beside}/${String(id)}`,
      fileName: "zeros",
      fileSizeBytes: LARGEST,
    }));
    const message = {
      id: "1001",
      type: "Default",
      timestamp: "2023-11-14T22:13:20+00:00",
      content: "",
      author: { id: "11", name: "ann" },
      attachments,
    };
    const bomb = {
      "tea.json": {
        guild: { id: "1", name: "g" },
        channel: { id: "2", type: "GuildTextChat", name: "tea" },
        messages: [message],
      },
      ...Object.fromEntries(attachments.map(({ id, url }) => [url, Buffer.alloc(LARGEST, id)])),
    };
    const files: [string, Buffer, string][] = [
      ["noise.bin", Buffer.from("no export of anything"), "IO.ROOMPORTER.BAD_EXPORT"],
      ["../../outside.zip", readFileSync(writeZip(folder, "nested.zip", entries)), "IO.ROOMPORTER.BAD_EXPORT"],
      ["bomb.zip", readFileSync(writeZip(folder, "bomb.zip", bomb)), "M_TOO_LARGE"],
    ];
    for (const [name, bytes, errcode] of files) {
      const job = await converted({ upload_id: await sent(bytes, name) });
      expect(job["state"], `${name}: ${JSON.stringify(job)}`).to.equal("failed");
      expect(job["error"], name).to.include({ errcode, retry: false });
    }
    expect(left()).to.deep.equal([]);
  });

  it("is converted also where the service was killed meanwhile", async () => {
    const { body } = await post("/v1/conversions", { upload_id: slack, channel: "tea" });
    await service.kill();
    await service.start();
    const job = await api.ended(String(body["job_id"]));
    expect(job).to.include({ state: "succeeded" });
    expect(job["report"]).to.deep.include({ file_name: "tea.zip" });
    expect(left()).to.deep.equal([]);
  });
});
