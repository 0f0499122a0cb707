import { expect } from "chai";
import type { Requester } from "../../../src/requests/requester.ts";
import { ADMIN_TOKEN, ApiServer } from "../../support/doors/api-server.ts";

describe("tokens", () => {
  let api: ApiServer;
  let seen: Requester[];
  beforeEach(async () => {
    api = new ApiServer();
    seen = [];
    api.jobs.list = async (requester) => {
      seen.push(requester);
      return [];
    };
    await api.start();
  });
  afterEach(() => api.stop());

  it("are whose the homeserver says they are", async () => {
    expect((await api.fetch("/v1/jobs")).status).to.equal(200);
    await api.fetch("/v1/jobs", { token: "token-of-root" });
    expect(seen).to.deep.equal([
      { userId: "@ann:x", adminToken: false, door: "http", accessToken: "token-of-ann" },
      { userId: "@root:x", adminToken: false, door: "http", accessToken: "token-of-root" },
    ]);
  });

  it("are believed for a while, then asked about again", async () => {
    for (let i = 0; i < 3; i++) await api.fetch("/v1/jobs");
    expect(api.asked).to.have.length(1);
    api.clock.time += 61_000;
    await api.fetch("/v1/jobs");
    expect(api.asked).to.have.length(2);
  });

  it("of admins are not shown to the homeserver", async () => {
    await api.fetch("/v1/jobs", { token: ADMIN_TOKEN });
    expect(seen).to.deep.equal([{ userId: "admin:ops", adminToken: true, door: "http" }]);
    expect(api.asked).to.deep.equal([]);
  });

  it("of the command line are told apart by what it says it is", async () => {
    await api.fetch("/v1/jobs", { headers: { "user-agent": "roomporter-cli" } });
    expect(seen.map(({ door }) => door)).to.deep.equal(["cli"]);
  });

  it("are needed", async () => {
    for (const authorization of ["", "Basic YTpi", "Bearer ", "Bearer a b"]) {
      const response = await api.fetch("/v1/jobs", { token: "", headers: authorization ? { authorization } : {} });
      expect(response.status, authorization).to.equal(401);
      expect(await response.json()).to.have.property("errcode", "M_MISSING_TOKEN");
    }
    const inQuery = await api.fetch("/v1/jobs?access_token=token-of-ann", { token: "" });
    expect(inQuery.status).to.equal(401);
    expect(seen).to.deep.equal([]);
  });

  it("that are wrong are answered 401, and 429 after too many, but good ones still work", async () => {
    await api.fetch("/v1/jobs");
    for (let i = 0; i < 30; i++) {
      const response = await api.fetch("/v1/jobs", { token: `adm_wrong${i}` });
      expect(response.status).to.equal(401);
      const { errcode, error } = (await response.json()) as { errcode: string; error: string };
      expect([errcode, error]).to.deep.equal(["M_UNKNOWN_TOKEN", error]);
      expect(error)
        .to.match(/^This access token is not known: it has expired/)
        .and.not.include("adm_wrong");
    }
    const asked = api.asked.length;
    const limited = await api.fetch("/v1/jobs", { token: "adm_wrong" });
    expect(limited.status).to.equal(429);
    expect(limited.headers.get("retry-after")).to.equal("60");
    expect(await limited.json()).to.have.property("errcode", "M_LIMIT_EXCEEDED");
    expect((await api.fetch("/v1/jobs", { token: ADMIN_TOKEN })).status, "an admin").to.equal(200);
    expect((await api.fetch("/v1/jobs")).status, "known to be good").to.equal(200);
    expect(api.asked).to.have.length(asked);
    expect(api.wrongTokens, "counted for the audit log").to.equal(31);
  });

  it("that were good before are asked about even after too many wrong ones, until they are good no more", async () => {
    await api.fetch("/v1/jobs", { token: "token-of-bob" });
    for (let i = 0; i < 31; i++) await api.fetch("/v1/jobs", { token: `adm_wrong${i}` });
    api.clock.time += 40_000;
    expect((await api.fetch("/v1/jobs", { token: "token-of-bob" })).status).to.equal(200);
    api.clock.time += 40_000;
    api.loggedOut.add("token-of-bob");
    expect((await api.fetch("/v1/jobs", { token: "token-of-bob" })).status).to.equal(401);
    expect((await api.fetch("/v1/jobs", { token: "token-of-bob" })).status).to.equal(429);
  });

  it("do not count against anybody while requests succeed", async () => {
    for (let i = 0; i < 60; i++)
      expect((await api.fetch("/v1/jobs", { token: `token-of-u${i}` })).status).to.equal(200);
  });

  it("cannot be checked while the homeserver is away", async () => {
    api.homeserverAway = true;
    const response = await api.fetch("/v1/jobs");
    expect(response.status).to.equal(502);
    api.homeserverAway = false;
    expect((await api.fetch("/v1/jobs")).status).to.equal(200);
  });
});
