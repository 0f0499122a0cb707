import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import type { MatrixClient } from "../../support/matrix-client.ts";
import { Secrets } from "../../support/secrets.ts";
import { startService, type Service } from "../../support/service.ts";
import { sharedSynapse } from "../../support/shared-synapse.ts";
import { registerUser, unique } from "../../support/users.ts";
import { Api } from "../http/api.ts";
import { DOORS, secretRoom, type Visit } from "./doors.ts";

describe("what people wrote, named, searched for, and their tokens", () => {
  let service: Service;
  let ann: MatrixClient;
  let visit: Visit;
  const secrets = new Secrets();

  before(async () => {
    const synapse = await sharedSynapse();
    const person = (name: string): Promise<MatrixClient> => registerUser(synapse.url, unique(name));
    const [eve, mallory] = [await person("eve"), await person("mallory")];
    ann = await person("ann");
    const permissions = { "*": "user", [ann.userId]: "admin", [mallory.userId]: "none" };
    const config = { permissions, logging: { level: "debug" } };
    service = await startService({ synapse, registration: synapse.takeRegistration(), config });
    for (const [whose, user] of Object.entries({ ann, eve, mallory })) secrets.add(`token of ${whose}`, user.token);
    const { adminToken, asToken, hsToken } = service;
    for (const [which, token] of Object.entries({ adminToken, asToken, hsToken })) secrets.add(which, token);
    const room = await secretRoom(ann, service, secrets);
    const { zip: bundle } = await new Api(service, ann.token).exported(room);
    visit = { service, secrets, ann, eve, mallory, room, bundle, ask };
  });
  after(() => service.close());

  async function ask(api: Api, path: string, init: RequestInit = {}): Promise<Buffer> {
    const response = await api.fetch(path, init);
    const body = Buffer.from(await response.arrayBuffer());
    if (!response.ok) secrets.look("an error answer", body);
    return body;
  }

  for (const [name, go] of Object.entries(DOORS))
    it(`go through every door: ${name}`, async () => {
      await go(visit);
    });

  it("stand in no audit row, no metric, no error, no line of the log, and no file of the database", async () => {
    const admin = new Api(service, service.adminToken);
    const actions = new Set<unknown>();
    for (const format of ["json", "ndjson", "csv"]) {
      const text = await (await admin.fetch(`/v1/audit?format=${format}&limit=1000`)).text();
      secrets.look("an audit row", text);
      if (format === "ndjson")
        for (const line of text.trim().split("\n")) actions.add((JSON.parse(line) as { action: string }).action);
    }
    const seen = ["export", "import", "gdpr_export", "bundle_download", "job_cancel", "audit_read"];
    expect([...actions]).to.include.members([...seen, "room_create", "room_invite", "room_kick", "room_close"]);
    expect([...actions]).to.include.members(["policy_change", "index_flip", "index_read"]);
    secrets.look("a metric", await (await fetch(`${service.url}/metrics`)).text());
    lookAtDatabase("the running service's database");
    await service.stop();
    lookAtDatabase("the stopped service's database");
    secrets.look("the log", service.log());
    expect(secrets.leaks()).to.deep.equal([]);
  });

  function lookAtDatabase(place: string): void {
    const folder = join(service.dir, "data");
    const files = readdirSync(folder).filter((file) => file.startsWith("roomporter.db"));
    expect(files).to.include("roomporter.db");
    for (const file of files) secrets.look(`${place}: ${file}`, readFileSync(join(folder, file)));
  }
});
