import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { JsonObject } from "../../../src/matrix/json.ts";
import { MatrixClient } from "../../support/matrix-client.ts";
import { freePort } from "../../support/process.ts";
import { writeRegistration } from "../../support/registration.ts";
import { registerServerAdmin } from "../../support/server-admin.ts";
import { startService, type Service } from "../../support/service.ts";
import { startSynapse, type Synapse } from "../../support/synapse.ts";
import { registerUser } from "../../support/users.ts";
import { Api } from "../http/api.ts";

const GUESTS = { allow_guest_access: true };

async function registerGuest(url: string): Promise<MatrixClient> {
  const response = await fetch(`${url}/_matrix/client/v3/register?kind=guest`, { method: "POST", body: "{}" });
  const { access_token, user_id } = (await response.json()) as { access_token: string; user_id: string };
  return new MatrixClient(url, access_token, user_id);
}

describe("who may ask", () => {
  let dir: string;
  let synapse: Synapse;
  let service: Service;
  let admin: MatrixClient;
  before(async () => {
    dir = mkdtempSync(join(tmpdir(), "roomporter-who-"));
    const url = `http://127.0.0.1:${await freePort()}`;
    const registration = writeRegistration(join(dir, "porter.yaml"), { id: "porter", url });
    synapse = await startSynapse({ registrations: [registration.file], config: GUESTS });
    admin = await registerServerAdmin(synapse, "root");
    service = await startService({ synapse, registration });
  });
  after(async () => {
    await service.close();
    await synapse.close();
    rmSync(dir, { recursive: true });
  });

  const errcodeOf = async (user: Pick<MatrixClient, "token">, path: string, json?: JsonObject): Promise<unknown[]> => {
    const body = json === undefined ? {} : { method: "POST", body: JSON.stringify(json) };
    const response = await new Api(service, user.token).fetch(path, body);
    return [response.status, ((await response.json()) as JsonObject)["errcode"]];
  };
  const refusals = async (actor: string): Promise<unknown> => {
    const { body } = await new Api(service, service.adminToken).json(`/v1/audit?actor=${encodeURIComponent(actor)}`);
    return (body["rows"] as JsonObject[]).map(({ action, outcome, reasons }) => [action, outcome, reasons]);
  };

  it("no guest, at any door, unless the operator names them", async () => {
    const guest = await registerGuest(synapse.url);
    expect(await errcodeOf(guest, "/v1/jobs")).to.deep.equal([403, "M_GUEST_ACCESS_FORBIDDEN"]);
    expect(await errcodeOf(guest, "/v1/rooms", { name: "x" })).to.deep.equal([403, "M_GUEST_ACCESS_FORBIDDEN"]);
    expect(await refusals(guest.userId)).to.deep.equal([["room_create", "refused", ["M_GUEST_ACCESS_FORBIDDEN"]]]);
    const { body } = await new Api(service, guest.token).json("/v1/whoami");
    expect(body).to.include({ user_id: guest.userId, permission: "none" });
  });

  it("nobody whose account is locked or deactivated: the answer says which", async () => {
    const ann = await registerUser(synapse.url, "ann");
    await admin.request("PUT", `/_synapse/admin/v2/users/${ann.userId}`, { json: { locked: true } });
    expect(await errcodeOf(ann, "/v1/jobs")).to.deep.equal([403, "M_USER_LOCKED"]);
    await admin.request("PUT", `/_synapse/admin/v2/users/${ann.userId}`, { json: { locked: false } });
    expect((await new Api(service, ann.token).fetch("/v1/jobs")).status).to.equal(200);
    await admin.request("POST", `/_synapse/admin/v1/deactivate/${ann.userId}`, { json: {} });
    const bob = await registerUser(synapse.url, "bob");
    await admin.request("POST", `/_synapse/admin/v1/deactivate/${bob.userId}`, { json: {} });
    expect(await errcodeOf(bob, "/v1/jobs"), "its tokens are gone").to.deep.equal([401, "M_UNKNOWN_TOKEN"]);
  });

  it("not the service user, whose token is for the homeserver", async () => {
    expect(await errcodeOf({ token: service.asToken }, "/v1/jobs")).to.deep.equal([403, "M_FORBIDDEN"]);
  });
});
