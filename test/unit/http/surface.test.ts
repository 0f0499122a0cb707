import { expect } from "chai";
import { application } from "../../../src/http/application.ts";
import { listen, type Listening } from "../../../src/http/listeners.ts";
import { openApi } from "../../../src/http/openapi/openapi.ts";
import { operationsRouter } from "../../../src/http/readiness.ts";
import { apiRoutes } from "../../../src/http/routes.ts";
import { member, objectMember } from "../../../src/matrix/json.ts";
import { AMPLE } from "../../support/fakes/ample-space.ts";
import { SILENT } from "../../support/fakes/logger.ts";
import { ApiServer } from "../../support/doors/api-server.ts";

describe("the HTTP surface", () => {
  it("is described whole by OpenAPI, and nothing else is", () => {
    const operations = ["live", "ready", "metrics"].map((name) => `get /${name}`);
    const never = (): Promise<never> => Promise.reject(new Error());
    const unread = async function* (): AsyncGenerator<never, void> {};
    const real = apiRoutes(
      { folder: "/tmp", space: AMPLE, size: 1 },
      { index: { open: never }, audit: { page: never, all: unread } },
    ).map(({ method, path }) => `${method} /v1${path.replaceAll(/:(\w+)/g, "{$1}")}`);
    const paths = objectMember(openApi("1.2.3"), "paths") ?? {};
    const described = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods as object).map((method) => `${method} ${path}`),
    );
    expect(described).to.have.members([...real, "get /v1/keys", "get /v1/openapi.json", ...operations]);
  });

  it("has an answer in the description for every reference", () => {
    const description = openApi("1.2.3");
    const references = [...JSON.stringify(description).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path]) => path ?? "");
    expect(references).not.to.be.empty;
    for (const path of references)
      expect(
        path.split("/").reduce<unknown>((here, key) => member(here, key), description),
        path,
      ).to.be.an("object");
  });

  describe("of any listener", () => {
    let api: ApiServer;
    beforeEach(async () => {
      api = new ApiServer();
      await api.start();
    });
    afterEach(() => api.stop());

    it("answers unknown addresses and methods in Matrix shape", async () => {
      for (const [method, path] of [
        ["GET", "/"],
        ["GET", "/v1/nothing"],
        ["PUT", "/v1/jobs"],
        ["GET", "/metrics"],
      ]) {
        const response = await api.fetch(path ?? "", { method: method ?? "" });
        expect(response.status, `${method} ${path}`).to.equal(404);
        expect(await response.json()).to.have.property("errcode", "M_UNRECOGNIZED");
      }
    });

    it("answers broken addresses in Matrix shape", async () => {
      const response = await api.fetch("/v1/jobs/%E0%A4%A");
      expect(response.status).to.equal(400);
      expect(await response.json()).to.have.property("errcode");
    });

    it("says what browsers must not do, and not what it runs on", async () => {
      const { headers } = await api.fetch("/v1/nothing");
      expect(headers.get("x-content-type-options")).to.equal("nosniff");
      expect(headers.get("content-security-policy")).to.be.a("string");
      expect(headers.get("x-powered-by")).to.equal(null);
      expect(headers.get("server")).to.equal(null);
    });
  });

  describe("for operations", () => {
    let listening: Listening;
    let broken = false;
    let asleep = false;
    before(async () => {
      const checks = {
        database: async () => undefined,
        homeserver: async () => {
          if (asleep) await new Promise(() => undefined);
          if (broken) throw new Error("the homeserver does not answer");
        },
      };
      listening = await listen(
        0,
        "127.0.0.1",
        application([{ at: "/", handler: operationsRouter("@porter:x", checks) }], SILENT),
      );
    });
    after(() => listening.close(0));
    const get = (path: string): Promise<Response> => fetch(`http://127.0.0.1:${listening.address.port}${path}`);

    it("says that it lives and is ready, and if not, what is missing", async () => {
      const live = await get("/live");
      expect([live.status, await live.json()]).to.deep.equal([200, { live: true, service_user: "@porter:x" }]);
      expect(await (await get("/ready")).json()).to.deep.equal({ ready: true, missing: [] });
      broken = true;
      const missing = [{ name: "homeserver", message: "the homeserver does not answer" }];
      const response = await get("/ready");
      expect([response.status, await response.json()]).to.deep.equal([503, { ready: false, missing }]);
      expect((await get("/live")).status).to.equal(200);
    });

    it("does not wait long for what does not answer", async () => {
      asleep = true;
      const begun = performance.now();
      expect((await get("/ready")).status).to.equal(503);
      expect(performance.now() - begun).to.be.lessThan(2900);
    });
  });
});
