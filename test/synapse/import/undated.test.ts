import { expect } from "chai";
import { runProgram } from "../../support/command-line.ts";
import { ALICE, Conversation } from "../../support/conversation.ts";
import { answerWith, forwardingServer, type ForwardingServer } from "../../support/forwarding-server.ts";
import { postImport } from "../../support/imported-room.ts";
import type { MatrixClient } from "../../support/matrix-client.ts";
import { startService, type Service } from "../../support/service.ts";
import { sharedSynapse, type SharedSynapse } from "../../support/shared-synapse.ts";
import { until } from "../../support/until.ts";
import { registerUser } from "../../support/users.ts";
import { Api } from "../http/api.ts";

describe("an import into a homeserver that ignores the dates of messages", () => {
  let synapse: SharedSynapse;
  let proxy: ForwardingServer;
  let service: Service;
  let ann: MatrixClient;
  let bundle: Awaited<ReturnType<Conversation["write"]>>;
  const made: string[] = [];
  /** calls of the probe that fail */
  let failing = (_path: string): boolean => false;
  before(async () => {
    synapse = await sharedSynapse();
    ann = await registerUser(synapse.url, "ann");
    const conversation = new Conversation();
    for (const body of ["one", "two", "three"]) conversation.say(ALICE, body);
    bundle = await conversation.write();
    proxy = await forwardingServer(synapse.url, async ({ request, forward, response }) => {
      const path = request.url ?? "";
      if (failing(path)) response.writeHead(500).end('{"errcode":"M_UNKNOWN"}');
      else {
        if (path.includes("/send/")) request.url = path.replace(/(?<=[?&])ts=\d+/, "none=0");
        if (path.includes("/createRoom")) made.push(path);
        answerWith(response, await forward());
      }
    });
  });
  afterEach(() => service.close());
  after(async () => {
    await proxy.close();
    await bundle.remove();
  });

  /** Once it has been probed. */
  async function start(): Promise<void> {
    const behind = { url: proxy.url, serverName: synapse.serverName };
    service = await startService({ synapse: behind, registration: synapse.takeRegistration(), until: "live" });
    const api = new Api(service, service.adminToken);
    await until(async () => typeof (await api.json("/v1/homeserver")).body["probed_at"] === "number");
    made.length = 0;
  }

  it("is refused where the probe has seen it, at every door, before anything is made", async () => {
    failing = () => false;
    await start();
    const ready = await fetch(`${service.url}/ready`);
    expect([ready.status, await ready.text()]).to.satisfy(
      ([status, text]: [number, string]) => status === 503 && text.includes("imports need dates"),
    );
    const { status, body } = await postImport(service, ann.token, bundle.file, { wait: 60 });
    expect([status, body["errcode"]]).to.deep.equal([503, "IO.ROOMPORTER.UNDATED"]);
    const env = { ROOMPORTER_URL: service.url, ROOMPORTER_TOKEN: ann.token };
    const { code, stderr } = await runProgram(["room", "import", "-f", bundle.file], { env });
    expect([code, stderr]).to.satisfy(
      ([exit, text]: [number, string]) => exit === 1 && text.includes("nothing was imported") && text.includes("?ts="),
    );
    expect(made).to.deep.equal([]);
  });

  it("stops at the first message where the probe could not tell", async () => {
    failing = (path) => path.includes("/messages") && path.includes("limit=1000");
    await start();
    const probed = await new Api(service, service.adminToken).json("/v1/homeserver");
    expect(probed.body["dated_events"]).to.equal(null);
    failing = () => false;
    const { body } = await postImport(service, ann.token, bundle.file, { wait: 60 });
    expect([body["state"], JSON.stringify(body["error"])]).to.satisfy(
      ([state, error]: [string, string]) =>
        state === "failed" && error.includes("the import stopped at its first message"),
    );
  });
});
