import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { expect } from "chai";
import { DetailedError, type UploadOptions } from "tus-js-client";
import { objectMember, stringMember, type JsonObject } from "../../../src/matrix/json.ts";
import { ALICE, Conversation } from "../../support/conversation.ts";
import { cuttingProxy, type CuttingProxy } from "../../support/cutting-proxy.ts";
import type { MatrixClient } from "../../support/matrix-client.ts";
import { startService, type Service } from "../../support/service.ts";
import { sharedSynapse } from "../../support/shared-synapse.ts";
import { upload } from "../../support/upload.ts";
import { registerUser, unique } from "../../support/users.ts";
import { Api } from "./api.ts";

const LARGEST = 4_000_000;
const PIECE = 500_000;

describe("an upload in pieces, with tus-js-client", () => {
  let service: Service;
  let proxy: CuttingProxy;
  let ann: MatrixClient;
  let bob: MatrixClient;
  let bundle: Buffer;

  before(async () => {
    const synapse = await sharedSynapse();
    service = await startService({
      synapse,
      registration: synapse.takeRegistration(),
      config: { limits: { upload_size: LARGEST } },
    });
    proxy = await cuttingProxy(service.url);
    ann = await registerUser(synapse.url, unique("ann"));
    bob = await registerUser(synapse.url, unique("bob"));
    const talk = new Conversation();
    const url = talk.file(randomBytes(3_000_000), "application/octet-stream", "noise.bin");
    talk.send(ALICE, "m.room.message", { msgtype: "m.file", body: "noise.bin", url });
    const written = await talk.write();
    bundle = await readFile(written.file);
    await written.remove();
  });
  after(async () => {
    await proxy.close();
    await service.close();
  });

  /** Uploads the bytes over the proxy; gives the upload's id. @throws DetailedError */
  function uploaded(bytes: Buffer, options: Partial<UploadOptions> = {}, user = ann): Promise<string> {
    return upload(proxy, user.token, bytes, { metadata: { filename: "tea.zip" }, chunkSize: PIECE, ...options });
  }

  async function imported(upload_id: string, user = ann): Promise<{ status: number; body: JsonObject }> {
    const response = await new Api(service, user.token).fetch("/v1/rooms/import?wait=120", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ upload_id, again: true }),
    });
    return { status: response.status, body: (await response.json()) as JsonObject };
  }

  /** What tus-js-client says of the service's refusal. */
  async function refused(act: Promise<unknown>): Promise<{ status: number | undefined; body: JsonObject }> {
    const error: unknown = await act.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (!(error instanceof DetailedError)) throw new Error("not refused", { cause: error });
    const text = error.originalResponse?.getBody() ?? "";
    return {
      status: error.originalResponse?.getStatus(),
      body: text === "" ? {} : (JSON.parse(text) as JsonObject),
    };
  }

  const stored = (): string[] => readdirSync(join(service.dir, "data", "store", "uploads"));

  it("goes on after its connection was cut, and is imported; asked twice, once", async () => {
    proxy.cutAfter(1_200_000);
    const id = await uploaded(bundle);
    expect(proxy.cuts).to.equal(1);
    const { status, body } = await imported(id);
    expect(status, JSON.stringify(body)).to.equal(201);
    const again = await imported(id);
    expect(again.body["job_id"]).to.equal(body["job_id"]);
    expect(stored()).to.deep.equal([]);
    await ann.join(String(body["room_id"]));
    const timeline = await ann.timeline(String(body["room_id"]));
    expect(timeline.map(({ content }) => content["filename"] ?? content["body"])).to.include("noise.bin");
  });

  it("goes on after the service was killed", async () => {
    let killed = false;
    const id = await uploaded(bundle, {
      async onBeforeRequest(request) {
        if (killed || Number(request.getHeader("Upload-Offset") ?? 0) < 2 * PIECE) return;
        killed = true;
        await service.kill();
        await service.start();
      },
    });
    expect(killed).to.equal(true);
    const { status, body } = await imported(id);
    expect(status, JSON.stringify(body)).to.equal(201);
    expect(objectMember(body, "report")).to.have.nested.property("events.sent");
  });

  it("is taken from a connection that went silent, with what came over it, to the byte", async () => {
    const api = new Api(service, ann.token);
    const headers = { "tus-resumable": "1.0.0", "upload-length": "1000" };
    const begun = await api.fetch("/v1/uploads", { method: "POST", headers });
    expect(begun.status).to.equal(201);
    const address = begun.headers.get("location") ?? "";
    const socket = connect(Number(new URL(service.url).port), "127.0.0.1");
    const head = [
      `PATCH ${address} HTTP/1.1`,
      `Host: localhost`,
      `Authorization: Bearer ${ann.token}`,
      "Tus-Resumable: 1.0.0",
      "Upload-Offset: 0",
      "Content-Type: application/offset+octet-stream",
      "Content-Length: 1000",
    ];
    socket.write([...head, "", "x".repeat(123)].join("\r\n"));
    const offset = async (): Promise<string | null> => {
      const state = await api.fetch(address, { method: "HEAD", headers: { "tus-resumable": "1.0.0" } });
      return state.headers.get("upload-offset");
    };
    const taken = once(socket, "close");
    while ((await offset()) !== "123");
    socket.destroy();
    await taken;
    const listed = await api.json("/v1/uploads");
    expect(listed.body["uploads"]).to.have.nested.property("[0].offset", 123);
    const id = address.split("/").at(-1) ?? "";
    const early = await imported(id);
    expect(early.status).to.equal(409);
    expect(early.body["error"]).to.contain("123 of 1000 bytes");
    const over = await api.fetch(address, {
      method: "PATCH",
      headers: {
        "tus-resumable": "1.0.0",
        "upload-offset": "123",
        "content-type": "application/offset+octet-stream",
      },
      body: "y".repeat(900),
    });
    expect(over.status).to.equal(413);
    expect((await api.fetch(address, { method: "DELETE", headers: { "tus-resumable": "1.0.0" } })).status).to.equal(
      204,
    );
    expect(stored()).to.deep.equal([]);
  });

  it("is nobody's but its owner's", async () => {
    const id = await uploaded(bundle);
    const uploadUrl = `${proxy.url}/v1/uploads/${id}`;
    const foreign = new Api(service, bob.token);
    for (const method of ["HEAD", "DELETE"])
      expect(
        (await foreign.fetch(`/v1/uploads/${id}`, { method, headers: { "tus-resumable": "1.0.0" } })).status,
      ).to.equal(404);
    const resumed = await refused(uploaded(bundle, { uploadUrl, endpoint: null, retryDelays: null }, bob));
    expect(resumed.status).to.equal(404);
    expect((await imported(id, bob)).status).to.equal(404);
    expect((await foreign.json("/v1/uploads")).body).to.deep.equal({ uploads: [] });
    const admin = new Api(service, service.adminToken);
    expect(
      (await admin.fetch(`/v1/uploads/${id}`, { method: "HEAD", headers: { "tus-resumable": "1.0.0" } })).status,
    ).to.equal(404);
    const own = await new Api(service, ann.token).json("/v1/uploads");
    expect(own.body["uploads"]).to.have.nested.property("[0].file_name", "tea.zip");
    expect((await imported(id)).status).to.equal(201);
  });

  it("is refused before it begins where it is too large, or names no version", async () => {
    const large = await refused(uploaded(Buffer.alloc(LARGEST + 1), { retryDelays: null }));
    expect(large.status).to.equal(413);
    expect(large.body["error"]).to.contain(`${String(LARGEST)} (limits.upload_size)`);
    expect(stored()).to.deep.equal([]);
    const response = await new Api(service, ann.token).fetch("/v1/uploads", {
      method: "POST",
      headers: { "upload-length": "3" },
    });
    expect(response.status).to.equal(412);
    expect(stringMember(await response.json(), "errcode")).to.equal("M_UNRECOGNIZED");
  });

  it("leaves a faulty bundle's faults to the import, which makes nothing", async () => {
    const id = await uploaded(Buffer.from("no bundle"));
    const { status, body } = await imported(id);
    expect(status).to.equal(400);
    expect(body["reasons"]).to.be.an("array");
  });
});
