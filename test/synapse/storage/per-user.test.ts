import { randomBytes } from "node:crypto";
import { connect } from "node:net";
import { once } from "node:events";
import { expect } from "chai";
import { objectMember, stringMember, type JsonObject } from "../../../src/matrix/json.ts";
import type { MatrixClient } from "../../support/matrix-client.ts";
import { startService, type Service } from "../../support/service.ts";
import { sharedSynapse } from "../../support/shared-synapse.ts";
import { registerUser, unique } from "../../support/users.ts";
import { eventually, membershipOf } from "../bot/talk.ts";
import { Api } from "../http/api.ts";

const LIMIT = 20 * 1024;

describe("the bundles that a service keeps for each user", () => {
  let service: Service;
  let homeserver: string;
  before(async () => {
    const synapse = await sharedSynapse();
    homeserver = synapse.url;
    const config = { limits: { storage_per_user: LIMIT } };
    service = await startService({ synapse, registration: synapse.takeRegistration(), config });
  });
  after(() => service.close());

  /** A room whose bundle has some more than so many bytes. */
  async function room(owner: MatrixClient, bytes: number): Promise<string> {
    const roomId = await owner.createRoom({ name: "Tea", invite: [service.userId] });
    await eventually("the bot joins", async () => (await membershipOf(service.userId, owner, roomId)) === "join");
    const url = await owner.upload(randomBytes(bytes), "application/octet-stream", "noise");
    await owner.send(roomId, "m.room.message", { msgtype: "m.file", body: "noise", url });
    return roomId;
  }
  async function exported(user: MatrixClient, roomId: string): Promise<JsonObject> {
    const api = new Api(service, user.token);
    const { body } = await api.json(`/v1/rooms/${encodeURIComponent(roomId)}/exports`, "POST");
    return await api.ended(stringMember(body, "job_id") ?? "");
  }
  const fetched = async (user: MatrixClient, job: JsonObject): Promise<number> => {
    const response = await new Api(service, user.token).fetch(`/v1/jobs/${String(job["job_id"])}/bundle`);
    await response.arrayBuffer();
    return response.status;
  };

  it("are so many bytes: the oldest gives way, or the new one is refused; others keep theirs", async () => {
    const [ann, bob] = [await registerUser(homeserver, unique("ann")), await registerUser(homeserver, unique("bob"))];
    const theirs = await exported(bob, await room(bob, 12_000));
    const first = await exported(ann, await room(ann, 12_000));
    expect(await fetched(ann, first)).to.equal(200);
    const second = await exported(ann, await room(ann, 12_000));
    expect([await fetched(ann, first), await fetched(ann, second), await fetched(bob, theirs)]).to.deep.equal([
      410, 200, 200,
    ]);
    const third = await exported(ann, await room(ann, LIMIT));
    expect(third["state"]).to.equal("failed");
    expect(objectMember(third, "error")).to.deep.include({ errcode: "M_RESOURCE_LIMIT_EXCEEDED", retry: false });
    expect(stringMember(objectMember(third, "error"), "error")).to.match(
      /^This bundle has \d+ bytes\. The service keeps 20480 bytes for you \(limits\.storage_per_user\)/,
    );
    expect(await fetched(ann, second)).to.equal(200);
  });

  it("refuses an upload that would not fit before its body has come", async () => {
    const ann = await registerUser(homeserver, unique("ann"));
    const socket = connect(Number(new URL(service.url).port), "127.0.0.1");
    socket.write(
      `POST /v1/rooms/import HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${ann.token}\r\n` +
        `Content-Length: ${LIMIT + 1}\r\nContent-Type: multipart/form-data; boundary=b\r\n\r\n`,
    );
    const [answer] = (await once(socket, "data")) as [Buffer];
    expect(answer.toString()).to.match(/^HTTP\/1.1 507 /);
    socket.destroy();
  });
});
