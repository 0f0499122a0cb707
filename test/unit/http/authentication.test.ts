import { expect } from "chai";
import type { JsonObject } from "../../../src/matrix/json.ts";
import type { Requester } from "../../../src/requests/requester.ts";
import { ADMIN_TOKEN, ApiServer } from "../../support/doors/api-server.ts";

describe("tokens", () => {
  let api: ApiServer;
  let seen: Requester[];
  beforeEach(async () => {
    api = new ApiServer();
    seen = api.seeRequesters();
    await api.start();
  });
  afterEach(() => api.stop());

  it("are whose the homeserver says they are", async () => {
    expect((await api.fetch("/v1/jobs")).status).to.equal(200);
    await api.fetch("/v1/jobs", { token: "token-of-root" });
    expect(seen).to.deep.equal([
      { userId: "@ann:x", guest: false, adminToken: false, door: "http", accessToken: "token-of-ann" },
      { userId: "@root:x", guest: false, adminToken: false, door: "http", accessToken: "token-of-root" },
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

  it("of guests say so, also while they are believed", async () => {
    for (let i = 0; i < 2; i++) await api.fetch("/v1/jobs", { token: "token-of-guest" });
    expect(seen.map(({ guest }) => guest)).to.deep.equal([true, true]);
    const { permission } = (await (await api.fetch("/v1/whoami", { token: "token-of-guest" })).json()) as JsonObject;
    expect(permission).to.equal("none");
  });

  it("of locked accounts and of the service itself are told apart from wrong ones", async () => {
    for (const [token, errcode] of [
      ["token-of-locked", "M_USER_LOCKED"],
      ["token-of-service", "M_FORBIDDEN"],
    ] as const) {
      const response = await api.fetch("/v1/jobs", { token });
      expect(response.status, token).to.equal(403);
      expect(await response.json()).to.have.property("errcode", errcode);
    }
    expect(api.wrongTokens).to.equal(0);
    expect(seen).to.deep.equal([]);
  });

  it("that are wrong count by the address that a trusted proxy names, and by no other's word", async () => {
    const wrong = async (address: string): Promise<number> => {
      const headers = { "x-forwarded-for": address };
      return (await api.fetch("/v1/jobs", { token: "adm_wrong", headers })).status;
    };
    for (let i = 0; i < 30; i++) expect(await wrong(`192.0.2.${i}`)).to.equal(401);
    expect(await wrong("192.0.2.99"), "nobody is believed").to.equal(429);
    await api.stop();
    api.trustedProxies = ["10.0.0.0/8", "127.0.0.1"];
    await api.start();
    for (let i = 0; i < 30; i++) expect(await wrong("198.51.100.1, 10.1.2.3")).to.equal(401);
    expect(await wrong("198.51.100.1")).to.equal(429);
    expect(await wrong("198.51.100.2")).to.equal(401);
    expect(await wrong("198.51.100.1, 203.0.113.5"), "the last one that is not trusted").to.equal(401);
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
