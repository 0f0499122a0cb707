import { expect } from "chai";
import type { JsonObject } from "../../../src/matrix/json.ts";
import type { Requester } from "../../../src/requests/requester.ts";
import { ApiServer } from "../../support/doors/api-server.ts";

const OPENID = { access_token: "openid-of-@ann:x", token_type: "Bearer", matrix_server_name: "x", expires_in: 3600 };

describe("sessions of the widget", () => {
  let api: ApiServer;
  let seen: Requester[];
  beforeEach(async () => {
    api = new ApiServer();
    seen = api.seeRequesters();
    await api.start();
  });
  afterEach(() => api.stop());

  const ask = (body: JsonObject): Promise<Response> =>
    api.fetch("/v1/sessions", { method: "POST", body: JSON.stringify(body), token: "" });
  const begin = async (body: JsonObject = OPENID): Promise<string> =>
    String(((await (await ask(body)).json()) as JsonObject)["session_token"]);
  const status = async (token: string): Promise<number> => (await api.fetch("/v1/jobs", { token })).status;

  it("are for whom the homeserver says that the OpenID token is, without an access token", async () => {
    const token = await begin();
    expect(await status(token)).to.equal(200);
    expect(seen).to.deep.equal([{ userId: "@ann:x", adminToken: false, door: "http", session: true }]);
    expect(api.asked, "the session is not shown to the homeserver").to.deep.equal([OPENID.access_token]);
  });

  it("end after an hour, and count as wrong tokens then", async () => {
    const token = await begin();
    api.clock.time += 3_599_000;
    expect(await status(token)).to.equal(200);
    api.clock.time += 1000;
    expect(await status(token)).to.equal(401);
    expect(api.wrongTokens).to.equal(1);
  });

  it("are ten a person at most: the oldest ends", async () => {
    const tokens = [];
    for (let i = 0; i < 11; i++) tokens.push(await begin());
    const bobs = await begin({ ...OPENID, access_token: "openid-of-@bob:x" });
    expect(await Promise.all([tokens[0], tokens[1], bobs].map((token = "") => status(token)))).to.deep.equal([
      401, 200, 200,
    ]);
  });

  it("do not make admins of admins", async () => {
    const token = await begin({ ...OPENID, access_token: "openid-of-@root:x" });
    const whoami = (await (await api.fetch("/v1/whoami", { token })).json()) as JsonObject;
    expect(whoami).to.include({ user_id: "@root:x", permission: "user", admin: false });
  });

  it("are refused for other servers' tokens, unknown ones, and people without permission", async () => {
    expect((await ask({ ...OPENID, matrix_server_name: "y" })).status).to.equal(403);
    expect(api.asked, "the other server's token is shown to nobody").to.deep.equal([]);
    expect((await ask({ ...OPENID, access_token: "openid-of-@ann:y" })).status).to.equal(401);
    expect((await ask({ ...OPENID, access_token: "guessed" })).status).to.equal(401);
    expect((await ask({ ...OPENID, access_token: "openid-of-@stranger:x" })).status).to.equal(403);
    expect((await ask({ ...OPENID, token_type: "Basic" })).status).to.equal(400);
    api.homeserverAway = true;
    expect((await ask(OPENID)).status).to.equal(502);
  });

  it("are refused to an address that guesses", async () => {
    const answers = [];
    for (let i = 0; i < 31; i++) answers.push((await ask({ ...OPENID, access_token: `guess-${i}` })).status);
    expect(answers.slice(-2)).to.deep.equal([401, 429]);
    expect(await status("guessed"), "wrong access tokens count with them").to.equal(429);
  });
});

describe("sessions where no client may show the widget", () => {
  it("there are none", async () => {
    const api = new ApiServer();
    api.hasWidget = false;
    await api.start();
    try {
      const body = JSON.stringify(OPENID);
      expect((await api.fetch("/v1/sessions", { method: "POST", body, token: "" })).status).to.equal(404);
    } finally {
      await api.stop();
    }
  });
});
