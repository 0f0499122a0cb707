import { expect } from "chai";
import { ApiServer } from "../../../support/doors/api-server.ts";

describe("administration over HTTP", () => {
  const api = new ApiServer();
  before(() => api.start());
  after(() => api.stop());

  it("answers what the operations give, to the one who asks", async () => {
    const asked: string[] = [];
    const homeserver = {
      software: "Synapse 1.163.2",
      spec_versions: ["v1.1", "v1.12"],
      room_versions: { default: "12", available: [{ version: "12", stability: "stable" }] },
      admin_api: { configured: true, fault: null },
    };
    const storage = { bundles: 1, bytes: 9, per_user: null, users: [{ owner: null, bundles: 1, bytes: 9 }] };
    const metrics = [{ name: "up", help: "Up", type: "gauge", samples: [{ name: "up", labels: {}, value: 1 }] }];
    const told = <T>(answer: T) => {
      return async ({ userId }: { userId: string }): Promise<T> => {
        asked.push(userId);
        return answer;
      };
    };
    Object.assign(api.administration, {
      homeserver: told(homeserver),
      storage: told(storage),
      metrics: told(metrics),
    });
    const get = async (path: string): Promise<unknown> => (await api.fetch(path, { token: "token-of-root" })).json();
    expect(await get("/v1/homeserver")).to.deep.equal(homeserver);
    expect(await get("/v1/storage")).to.deep.equal(storage);
    expect(await get("/v1/metrics")).to.deep.equal({ metrics });
    expect(asked).to.deep.equal(["@root:x", "@root:x", "@root:x"]);
  });
});
