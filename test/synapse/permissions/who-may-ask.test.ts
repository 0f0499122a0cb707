import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { JsonObject } from "../../../src/matrix/json.ts";
import { MatrixClient } from "../../support/matrix-client.ts";
import { ALICE, Conversation } from "../../support/conversation.ts";
import { postImport } from "../../support/imported-room.ts";
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
  /** has the token of a server administrator */
  let knowing: Service;
  let admin: MatrixClient;
  before(async () => {
    dir = mkdtempSync(join(tmpdir(), "roomporter-who-"));
    const url = `http://127.0.0.1:${await freePort()}`;
    const registration = writeRegistration(join(dir, "porter.yaml"), { id: "porter", url });
    const other = { id: "other", url: `http://127.0.0.1:${await freePort()}`, puppets: ["@puppet_.*"] };
    const second = writeRegistration(join(dir, "other.yaml"), other);
    synapse = await startSynapse({ registrations: [registration.file, second.file], config: GUESTS });
    admin = await registerServerAdmin(synapse, "root");
    service = await startService({ synapse, registration });
    const homeserver = { url: synapse.url, server_name: synapse.serverName, admin_token: admin.token };
    knowing = await startService({ synapse, registration: second, config: { homeserver } });
  });
  after(async () => {
    await service.close();
    await knowing.close();
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

  const suspend = (user: MatrixClient): Promise<JsonObject> =>
    admin.request("PUT", `/_synapse/admin/v1/suspend/${user.userId}`, { json: { suspend: true } });
  const roomsOf = async (asToken: string): Promise<unknown> => {
    const as = new MatrixClient(synapse.url, asToken, "");
    return (await as.request("GET", "/_matrix/client/v3/joined_rooms"))["joined_rooms"];
  };
  const blockInvitations = (user: MatrixClient): Promise<JsonObject> =>
    user.request("PUT", `/_matrix/client/v3/user/${user.userId}/account_data/m.invite_permission_config`, {
      json: { default_action: "block" },
    });

  it("no suspended person makes a room, imports, or acts in a room: nothing is made for them", async () => {
    const sue = await registerUser(synapse.url, "sue");
    const room = await new Api(service, sue.token).fetch("/v1/rooms", { method: "POST", body: '{"name": "before"}' });
    expect(room.status).to.equal(201);
    const { room_id } = (await room.json()) as { room_id: string };
    const own = await sue.createRoom({ name: "Own" });
    await suspend(sue);
    expect((await new Api(service, sue.token).exported(own)).status, "reading is allowed").to.equal(200);
    const before = await roomsOf(service.asToken);
    const refused = [403, "M_USER_SUSPENDED"];
    expect(await errcodeOf(sue, "/v1/rooms", { name: "x" })).to.deep.equal(refused);
    const invite = `/v1/rooms/${encodeURIComponent(room_id)}/invite`;
    expect(await errcodeOf(sue, invite, { user_id: admin.userId })).to.deep.equal(refused);
    expect(await errcodeOf(sue, "/v1/jobs"), "looking is allowed").to.deep.equal([200, undefined]);
    const talk = new Conversation();
    talk.say(ALICE, "hello");
    const bundle = await talk.write();
    const asked = await postImport(service, sue.token, bundle.file);
    expect([asked.status, asked.body["errcode"]]).to.deep.equal(refused);
    const forHer = await postImport(knowing, knowing.adminToken, bundle.file, { fields: { as: sue.userId } });
    expect([forHer.status, forHer.body["errcode"]]).to.deep.equal(refused);
    await bundle.remove();
    expect(await roomsOf(service.asToken)).to.deep.equal(before);
    expect(await roomsOf(knowing.asToken)).to.deep.equal([]);
  });

  it("no room for who blocks invitations, cannot log in, or is the service itself", async () => {
    const bea = await registerUser(synapse.url, "bea");
    await blockInvitations(bea);
    expect(await errcodeOf(bea, "/v1/rooms", { name: "x" })).to.deep.equal([403, "M_INVITE_BLOCKED"]);
    const dan = await registerUser(synapse.url, "dan");
    await admin.request("POST", `/_synapse/admin/v1/deactivate/${dan.userId}`, { json: {} });
    const puppet = { type: "m.login.application_service", username: "puppet_1", inhibit_login: true };
    await new MatrixClient(synapse.url, knowing.asToken, "").request("POST", "/_matrix/client/v3/register", {
      json: puppet,
    });
    const root = { token: knowing.adminToken };
    const made = async (as: string): Promise<unknown> => {
      const body = JSON.stringify({ name: "x", as });
      const response = await new Api(knowing, root.token).fetch("/v1/rooms", { method: "POST", body });
      return [response.status, ((await response.json()) as JsonObject)["errcode"]];
    };
    expect(await made(bea.userId)).to.deep.equal([403, "M_INVITE_BLOCKED"]);
    expect(await made(dan.userId)).to.deep.equal([400, "M_USER_DEACTIVATED"]);
    expect(await made("@puppet_1:localhost")).to.deep.equal([400, "M_INVALID_PARAM"]);
    expect(await made(knowing.userId)).to.deep.equal([400, "M_INVALID_PARAM"]);
    expect(await made("@bea:elsewhere.example"), "nobody knows whether it is there").to.deep.equal([
      400,
      "M_INVALID_PARAM",
    ]);
    expect(await roomsOf(knowing.asToken)).to.deep.equal([]);
  });

  it("invites nobody who ignores the one who asks, and says who asked", async () => {
    const [amy, ian, joe] = [
      await registerUser(synapse.url, "amy"),
      await registerUser(synapse.url, "ian"),
      await registerUser(synapse.url, "joe"),
    ];
    await ian.request("PUT", `/_matrix/client/v3/user/${ian.userId}/account_data/m.ignored_user_list`, {
      json: { ignored_users: { [amy.userId]: {} } },
    });
    const api = new Api(knowing, amy.token);
    const body = JSON.stringify({ name: "tea", invite: [ian.userId, joe.userId] });
    const made = await api.fetch("/v1/rooms", { method: "POST", body });
    const room = (await made.json()) as { room_id: string; uninvited: string[] };
    expect(room.uninvited).to.deep.equal([ian.userId]);
    const forAmy = { name: "tea", as: amy.userId, invite: [ian.userId] };
    const asAdmin = new Api(knowing, knowing.adminToken);
    const madeForAmy = await asAdmin.fetch("/v1/rooms", { method: "POST", body: JSON.stringify(forAmy) });
    const { uninvited } = (await madeForAmy.json()) as { uninvited: string[] };
    expect(uninvited, "nor where an admin token asks for that person").to.deep.equal([ian.userId]);
    await amy.join(room.room_id);
    const membership = (user: MatrixClient): Promise<JsonObject> =>
      amy.stateContent(room.room_id, "m.room.member", user.userId);
    expect(await membership(joe)).to.include({ membership: "invite", reason: `Asked for by ${amy.userId}` });
    const notThere: unknown = await membership(ian).catch((error: unknown) => error);
    expect(notThere).to.have.property("status", 404);
    const invite = async (user: MatrixClient): Promise<unknown> => {
      const path = `/v1/rooms/${encodeURIComponent(room.room_id)}/invite`;
      const response = await api.fetch(path, { method: "POST", body: JSON.stringify({ user_id: user.userId }) });
      return [response.status, response.status === 204 ? "" : await response.text()];
    };
    const ignoring = await invite(ian);
    const bert = await registerUser(synapse.url, "bert");
    await blockInvitations(bert);
    expect(await invite(bert), "nobody learns that they are ignored").to.deep.equal(ignoring);
    expect(ignoring).to.have.property("0", 403);
  });

  it("says in the invitation to an import who asked for it, where it was somebody else", async () => {
    const ivy = await registerUser(synapse.url, "ivy");
    const talk = new Conversation();
    talk.say(ALICE, "hello");
    const bundle = await talk.write();
    const fields = { as: ivy.userId };
    const { body } = await postImport(knowing, knowing.adminToken, bundle.file, { wait: 60, fields });
    await bundle.remove();
    const room = String(body["room_id"]);
    await ivy.join(room);
    const invitation = (await ivy.timeline(room)).find(
      ({ type, state_key, content }) =>
        type === "m.room.member" && state_key === ivy.userId && content["membership"] === "invite",
    );
    expect(invitation?.content["reason"])
      .to.match(/^Imported history/)
      .and.contain("Asked for by admin:tests.");
  });

  it("not the service user, whose token is for the homeserver", async () => {
    expect(await errcodeOf({ token: service.asToken }, "/v1/jobs")).to.deep.equal([403, "M_FORBIDDEN"]);
  });
});
