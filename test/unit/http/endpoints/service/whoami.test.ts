import { expect } from "chai";
import { ADMIN_TOKEN, ApiServer } from "../../../../support/doors/api-server.ts";

describe("GET /v1/whoami", () => {
  let api: ApiServer;
  before(async () => {
    api = new ApiServer();
    await api.start();
  });
  after(() => api.stop());

  const ask = async (token: string): Promise<[number, unknown]> => {
    const response = await api.fetch("/v1/whoami", { token });
    return [response.status, await response.json()];
  };

  it("says whose the token is and what it may do, also to those who may do nothing", async () => {
    const of = (user_id: string, permission: string): object => ({
      user_id,
      admin_token: null,
      permission,
      admin: permission === "admin",
    });
    expect(await ask("token-of-ann")).to.deep.equal([200, of("@ann:x", "user")]);
    expect(await ask("token-of-root")).to.deep.equal([200, of("@root:x", "admin")]);
    expect(await ask("token-of-stranger")).to.deep.equal([200, of("@stranger:x", "none")]);
    const admin = { user_id: null, admin_token: "ops", permission: "admin", admin: true };
    expect(await ask(ADMIN_TOKEN)).to.deep.equal([200, admin]);
    expect((await ask("nonsense"))[0]).to.equal(401);
  });
});
