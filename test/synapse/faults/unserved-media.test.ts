import { expect } from "chai";
import { stringMember, type JsonObject } from "../../../src/matrix/json.ts";
import { fillRoom, type FullRoom } from "../../support/full-room.ts";
import { answerWith, forwardingServer, type ForwardingServer } from "../../support/forwarding-server.ts";
import { ImportedRoom, postImport } from "../../support/imported-room.ts";
import { MatrixClient } from "../../support/matrix-client.ts";
import { startService, type Service } from "../../support/service.ts";
import { sharedSynapse, type SharedSynapse } from "../../support/shared-synapse.ts";
import { until } from "../../support/until.ts";
import { registerUser, unique } from "../../support/users.ts";
import { variedConversation } from "../../support/varied-conversation.ts";
import { Api } from "../http/api.ts";

const MEDIA = /^\/_matrix\/(?:media|client\/v1\/media)\//;
const UNSERVED = JSON.stringify({ errcode: "M_UNRECOGNIZED", error: "Unrecognized request" });
const DOWNLOAD = "/_matrix/client/v1/media/download/{serverName}/{mediaId}/{fileName}";

describe("a proxy that leads media to a worker that does not serve them", function () {
  this.timeout(120_000);
  let synapse: SharedSynapse;
  let proxy: ForwardingServer | undefined;
  let service: Service;
  let room: FullRoom;
  let misleads = true;

  before(async () => {
    synapse = await sharedSynapse();
    const between = await forwardingServer(synapse.url, async ({ request, response, forward }) => {
      if (misleads && MEDIA.test(request.url ?? ""))
        response.writeHead(404, { "content-type": "application/json" }).end(UNSERVED);
      else answerWith(response, await forward());
    });
    proxy = between;
    const registration = synapse.takeRegistration();
    service = await startService({
      synapse: { url: between.url, serverName: synapse.serverName },
      registration,
      until: "live",
    });
    await until(() => service.log().includes("the service user has no avatar"));
    room = await fillRoom(synapse);
    await room.ann.invite(room.roomId, service.userId);
    await new MatrixClient(synapse.url, service.asToken, service.userId).join(room.roomId);
  });

  after(async () => {
    await service.close();
    await proxy?.close();
  });

  beforeEach(() => {
    misleads = true;
  });

  const retried = async (api: Api, jobId: string): Promise<JsonObject> => {
    misleads = false;
    const { status } = await api.json(`/v1/jobs/${jobId}/retry`, "POST");
    expect(status).to.equal(202);
    return await api.ended(jobId);
  };

  it("lets the service start without an avatar, and says why", () => {
    expect(service.log()).to.include("POST /_matrix/media/v3/upload was answered 404 M_UNRECOGNIZED");
  });

  it("lets an export fail that would hold no files, and says which endpoint is missing", async () => {
    const api = new Api(service, room.ann.token);
    const { status, body } = await api.exported(room.roomId);
    expect(status).to.equal(502);
    expect(body["error"]).to.include(DOWNLOAD);

    const started = await api.json(`/v1/rooms/${encodeURIComponent(room.roomId)}/exports`, "POST");
    const jobId = stringMember(started.body, "job_id") ?? "";
    const failed = await api.ended(jobId);
    expect(failed["state"]).to.equal("failed");
    expect(failed["error"]).to.include({ errcode: "M_UNRECOGNIZED", retry: true });
    expect(stringMember(failed["error"], "error")).to.include(DOWNLOAD);

    const done = await retried(api, jobId);
    expect(done["state"], JSON.stringify(done)).to.equal("succeeded");
    const files = new Set(room.media.map(({ sha256 }) => sha256));
    expect((done["report"] as { counts: JsonObject }).counts["media_files"]).to.be.at.least(files.size);
  });

  it("lets an import with files fail before a room is made, and with them once the proxy is right", async () => {
    const user = await registerUser(synapse.url, unique("ivan"));
    const talk = variedConversation(3);
    const bundle = await talk.write();
    const started = await postImport(service, user.token, bundle.file);
    await bundle.remove();
    const api = new Api(service, user.token);
    const jobId = stringMember(started.body, "job_id") ?? "";
    const failed = await api.ended(jobId);
    expect(failed).to.include({ state: "failed", room_id: null });
    expect(failed["error"]).to.include({ errcode: "M_UNRECOGNIZED", retry: true });
    expect(stringMember(failed["error"], "error")).to.include("/_matrix/media/v3/upload");

    const done = await retried(api, jobId);
    const { report } = await ImportedRoom.joined(user, done);
    expect(report["ledger"]).to.deep.equal([]);
    expect(report["files"]).to.be.at.least(3);
  });
});
