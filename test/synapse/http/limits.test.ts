import { once } from "node:events";
import { readdir } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { expect } from "chai";
import type { JsonObject } from "../../../src/matrix/json.ts";
import { answerWith, forwardingServer, type ForwardingServer } from "../../support/forwarding-server.ts";
import { postImport } from "../../support/imported-room.ts";
import type { MatrixClient } from "../../support/matrix-client.ts";
import { startService, type Service } from "../../support/service.ts";
import { sharedSynapse } from "../../support/shared-synapse.ts";
import { registerUser, unique } from "../../support/users.ts";
import { sampleRoom, temporaryDirectory, writeSample } from "../../unit/bundle/sample.ts";
import { eventually } from "../bot/talk.ts";
import { Api } from "./api.ts";

const HOURLY = { rooms_per_hour: 3, invitations_per_hour: 3 };

describe("the limits of a service that many share", () => {
  let service: Service;
  let homeserver: string;
  let proxy: ForwardingServer;
  let mallory: MatrixClient;
  let ann: MatrixClient;
  let folder: Awaited<ReturnType<typeof temporaryDirectory>>;
  let sound: string;
  /** lets what mallory reads go on; undefined: it is not held up */
  let held: (() => void)[] | undefined;

  before(async () => {
    const synapse = await sharedSynapse();
    homeserver = synapse.url;
    mallory = await registerUser(synapse.url, unique("mallory"));
    ann = await registerUser(synapse.url, unique("ann"));
    proxy = await forwardingServer(synapse.url, async ({ request, response, forward }) => {
      const own = request.headers.authorization?.includes(mallory.token) === true;
      if (own && held && /\/(?:messages|initialSync)\b/.test(request.url ?? ""))
        await new Promise<void>((go) => held?.push(go));
      answerWith(response, await forward());
    });
    service = await startService({
      synapse: { url: proxy.url, serverName: synapse.serverName },
      registration: synapse.takeRegistration(),
      config: { limits: { live_exports_per_user: 1, live_exports: 2, uploads_per_user: 1, ...HOURLY } },
    });
    folder = await temporaryDirectory();
    sound = await writeSample(sampleRoom(), folder.path, "sound.zip");
  });
  after(async () => {
    await service.close();
    await proxy.close();
    await folder.remove();
  });
  const api = (user: MatrixClient): Api => new Api(service, user.token);
  const room = (user: MatrixClient): Promise<string> => user.createRoom({ name: "Tea" });

  it("gives each user so many exports at once, and others theirs meanwhile", async () => {
    const [own, other] = [await room(mallory), await room(ann)];
    held = [];
    const first = api(mallory).exported(own);
    await eventually("the room is read", async () => held?.length === 1);
    const second = await api(mallory).fetch(`/v1/rooms/${encodeURIComponent(own)}/export`);
    expect([second.status, second.headers.get("retry-after")]).to.deep.equal([429, "10"]);
    expect(await second.json()).to.deep.equal({
      errcode: "M_LIMIT_EXCEEDED",
      error:
        "You have 1 exports under way, as many as you may (limits.live_exports_per_user): wait until one has ended, or export the room as a job",
    });
    expect((await api(ann).exported(other)).status).to.equal(200);
    for (const go of held) go();
    held = undefined;
    expect((await first).status).to.equal(200);
    // the place is free again, also after an export that failed
    expect((await api(mallory).exported("!nowhere:localhost")).status).to.equal(403);
    expect((await api(mallory).exported(own)).status).to.equal(200);
  });

  it("receives so many uploads of one user at once, and others' meanwhile", async () => {
    const begun = await beginUpload(mallory);
    const refused = await postImport(service, mallory.token, sound);
    expect([refused.status, refused.body["error"]]).to.deep.equal([
      429,
      "You have 1 uploads under way, as many as you may (limits.uploads_per_user): wait until one has ended",
    ]);
    expect((await postImport(service, ann.token, sound)).status).to.equal(202);
    begun.destroy();
    await eventually("the place is free again", async () => {
      return (await postImport(service, mallory.token, sound)).status === 202;
    });
  });

  it("makes so many rooms for one user in an hour, and invites so many people", async () => {
    const cat = await registerUser(homeserver, unique("cat"));
    const others = [ann.userId, mallory.userId];
    const make = async (user: MatrixClient, invite: string[]): Promise<[number, string]> => {
      const body = JSON.stringify({ name: "Tea", invite });
      const response = await api(user).fetch("/v1/rooms", { method: "POST", body });
      if (response.status === 429) expect(Number(response.headers.get("retry-after"))).to.be.within(1, 3600);
      return [response.status, String(((await response.json()) as JsonObject)["error"])];
    };
    expect((await make(cat, others))[0]).to.equal(201);
    const [status, error] = await make(cat, others);
    expect(status).to.equal(429);
    expect(error).to.match(
      /^You may have 3 people invited in an hour \(limits.invitations_per_hour\), and have had 2: try again in \d+ minutes$/,
    );
    for (let i = 1; i < HOURLY.rooms_per_hour; i++) expect((await make(cat, []))[0]).to.equal(201);
    expect((await make(cat, []))[1]).to.match(/^You may have 3 rooms made in an hour \(limits.rooms_per_hour\)/);
    expect(await refusalOfUpload(cat), "before the bundle has come").to.match(/^HTTP\/1.1 429 /);
    expect((await postImport(service, cat.token, sound)).status).to.equal(429);
    expect((await make(ann, [mallory.userId]))[0]).to.equal(201);
  });

  /** How an upload is answered of which nothing more comes. */
  async function refusalOfUpload(user: MatrixClient): Promise<string> {
    const socket = sendBeginning(user);
    const [answer] = (await once(socket, "data")) as [Buffer];
    socket.destroy();
    return answer.toString();
  }

  /** An upload that has begun, and does not go on. */
  async function beginUpload(user: MatrixClient): Promise<Socket> {
    const socket = sendBeginning(user);
    const work = join(service.dir, "data", "store", "work");
    // other folders may go while it looks
    const names = (): Promise<string[]> => readdir(work, { recursive: true }).catch(() => []);
    await eventually("the upload has begun", async () => (await names()).some((name) => name.includes("upload-")));
    return socket;
  }

  function sendBeginning({ token }: MatrixClient): Socket {
    const socket = connect(Number(new URL(service.url).port), "127.0.0.1");
    const part = '--b\r\nContent-Disposition: form-data; name="bundle"; filename="a.zip"\r\n\r\nPK';
    socket.write(
      `POST /v1/rooms/import HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Length: 9000\r\n` +
        `Content-Type: multipart/form-data; boundary=b\r\n\r\n${part}`,
    );
    return socket;
  }
});
