import { randomBytes } from "node:crypto";
import { readdirSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ListObjectsV2Command } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { verifyBundle } from "../../../src/bundle/verify/verify.ts";
import { postImport } from "../../support/imported-room.ts";
import type { MatrixClient } from "../../support/matrix-client.ts";
import { startS3Server, type S3Server } from "../../support/s3-server.ts";
import { startService, type Service } from "../../support/service.ts";
import { sharedSynapse } from "../../support/shared-synapse.ts";
import { registerUser, unique } from "../../support/users.ts";
import { Api } from "../http/api.ts";

describe("a service that keeps bundles in a bucket", () => {
  let server: S3Server;
  let bucket: string;
  let service: Service;
  let folder: string;
  let ann: MatrixClient;
  let api: Api;
  let room: string;
  let jobId: string;

  before(async () => {
    const synapse = await sharedSynapse();
    server = await startS3Server();
    bucket = await server.createBucket();
    folder = await mkdtemp(join(tmpdir(), "roomporter-bucket-"));
    service = await startService({
      synapse,
      registration: synapse.takeRegistration(),
      config: {
        // a day of half a second
        storage: {
          type: "s3",
          bucket,
          prefix: "kept",
          path: join(folder, "store"),
          retention_days: 5e-6,
          ...server.access,
        },
      },
    });
    ann = await registerUser(synapse.url, unique("ann"));
    api = new Api(service, ann.token);
    room = await ann.createRoom({ invite: [service.userId] });
    while ((await ann.stateContent(room, "m.room.member", service.userId))["membership"] !== "join") await sleep(50);
    const url = await ann.upload(randomBytes(11 * 1024 ** 2), "application/zip");
    await ann.send(room, "m.room.message", { msgtype: "m.file", body: "large.zip", url });
  });
  after(async () => {
    await service.close();
    await server.close();
    await rm(folder, { recursive: true });
  });

  async function keys(): Promise<(string | undefined)[]> {
    const { Contents } = await server.client.send(new ListObjectsV2Command({ Bucket: bucket }));
    return (Contents ?? []).map(({ Key }) => Key);
  }

  it("gives the bundle of an export from there, whole and in parts", async () => {
    const { body } = await api.json(`/v1/rooms/${encodeURIComponent(room)}/exports`, "POST");
    jobId = String(body["job_id"]);
    expect(await api.ended(jobId)).to.include({ state: "succeeded" });
    expect(await keys()).to.deep.equal([`kept/${jobId}.zip`]);
    expect(await server.unfinished(bucket)).to.deep.equal([]);

    const whole = Buffer.from(await (await api.fetch(`/v1/jobs/${jobId}/bundle`)).arrayBuffer());
    const file = join(folder, "bundle.zip");
    await writeFile(file, whole);
    expect((await verifyBundle(file)).faults).to.deep.equal([]);
    const headers = { range: "bytes=5242870-5242889" };
    const part = await api.fetch(`/v1/jobs/${jobId}/bundle`, { headers });
    expect(part.status).to.equal(206);
    expect(part.headers.get("content-range")).to.equal(`bytes 5242870-5242889/${whole.length}`);
    expect(whole.subarray(5242870, 5242890).equals(Buffer.from(await part.arrayBuffer()))).to.equal(true);
  });

  it("imports from there, and leaves neither object nor file behind", async () => {
    const { body } = await postImport(service, ann.token, join(folder, "bundle.zip"), { wait: 60 });
    expect(body).to.include({ state: "succeeded" });
    expect(await keys()).to.deep.equal([`kept/${jobId}.zip`]);
    const work = readdirSync(join(folder, "store", "work"), { recursive: true, encoding: "utf8" });
    expect(work.filter((name) => name.endsWith(".zip"))).to.deep.equal([]);
  });

  it("says of an export whose time is over that its bundle is not kept any more", async () => {
    await service.stop();
    await sleep(500);
    await service.start();
    while ((await keys()).length > 0) await sleep(50);
    const { status, body } = await api.json(`/v1/jobs/${jobId}/bundle`);
    expect(status).to.equal(410);
    expect(body).to.deep.equal({
      errcode: "M_NOT_FOUND",
      error: "The bundle of this job is not kept any more: export the room again",
    });
    expect((await api.json(`/v1/jobs/${jobId}`)).body).to.include({ state: "succeeded" });
  });

  it("keeps its keys out of its log", () => {
    expect(service.log()).not.to.include(server.access.secret_access_key);
    expect(service.log()).not.to.include(server.access.access_key_id);
  });

  it("says that it is not ready while the bucket is away", async () => {
    await server.close();
    const answer = await fetch(`${service.url}/ready`);
    expect(answer.status).to.equal(503);
    const { missing } = (await answer.json()) as { missing: { name: string }[] };
    expect(missing.map(({ name }) => name)).to.deep.equal(["storage"]);
  });
});
