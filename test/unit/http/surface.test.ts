import { connect, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { expect } from "chai";
import express from "express";
import { application } from "../../../src/http/application.ts";
import { listen, type OpenListener } from "../../../src/http/listeners.ts";
import { liveRoute } from "../../../src/http/endpoints/service/live.ts";
import { readyRoute } from "../../../src/http/endpoints/service/ready.ts";
import { openRouter } from "../../../src/http/router.ts";
import { member, objectMember, type JsonObject } from "../../../src/matrix/json.ts";
import { DESCRIPTION, operations, ROUTES } from "../../support/doors/api-description.ts";
import { SILENT } from "../../support/fakes/logger.ts";
import { ApiServer, JOB } from "../../support/doors/api-server.ts";

describe("the HTTP surface", () => {
  it("is described whole by OpenAPI, and nothing else is", () => {
    const real = ROUTES.map(({ method, path }) => `${method} ${path}`);
    expect(real).to.include.members(["get /live", "get /v1/jobs/{jobId}", "post /v1/rooms/import"]);
    const described = operations().map(({ method, path }) => `${method} ${path}`);
    expect(described).to.have.members([...real, "get /v1/openapi.json"]);
  });

  it("describes every option of every request, with its default and its limits", () => {
    for (const route of ROUTES) {
      if ("open" in route) continue;
      const operation = member(objectMember(objectMember(DESCRIPTION, "paths"), route.path), route.method);
      const parameters = member(operation, "parameters") as JsonObject[];
      const inQuery = parameters.filter((parameter) => parameter["in"] === "query");
      const wanted = Object.keys(route.query?.shape ?? {});
      expect(
        inQuery.map(({ name }) => name),
        route.operationId,
      ).to.deep.equal(wanted);
      const content = objectMember(objectMember(operation, "requestBody"), "content");
      const body = objectMember(Object.values(content ?? {})[0], "schema");
      const shape = { ...route.body?.shape, ...route.form?.shape, ...(route.form && { bundle: true }) };
      expect(Object.keys(objectMember(body, "properties") ?? {}), route.operationId).to.have.members(
        Object.keys(shape),
      );
    }
    const of = (path: string, name: string): JsonObject =>
      operations()
        .find((operation) => operation.path === path)
        ?.parameters.find((parameter) => parameter["name"] === name) ?? {};
    expect(of("/v1/rooms/{roomId}/export", "media")["schema"]).to.deep.equal({ type: "boolean", default: true });
    expect(of("/v1/rooms/{roomId}/exports", "senders")).to.have.nested.property("schema.maxItems", 100);
    expect(of("/v1/index/events", "limit")["schema"]).to.deep.include({ default: 100, maximum: 1000 });
  });

  it("names the refusal of a token and a database that is away wherever a token is needed", () => {
    for (const { path, method, responses, open } of operations()) {
      if (open) continue;
      expect(Object.keys(responses), `${method} ${path}`).to.include.members([
        "400",
        "401",
        "403",
        "429",
        "502",
        "503",
      ]);
    }
  });

  it("has an answer in the description for every reference", () => {
    const references = [...JSON.stringify(DESCRIPTION).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path]) => path ?? "");
    expect(references).not.to.be.empty;
    for (const path of references)
      expect(
        path.split("/").reduce<unknown>((here, key) => member(here, key), DESCRIPTION),
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

    it("says which methods there are at an address", async () => {
      const response = await api.fetch("/v1/jobs/a", { method: "PUT" });
      expect([response.status, response.headers.get("allow")]).to.deep.equal([405, "GET, HEAD, DELETE"]);
      expect(await response.json()).to.have.property("errcode", "M_UNRECOGNIZED");
    });

    it("answers unknown addresses in Matrix shape", async () => {
      for (const [method, path] of [
        ["GET", "/"],
        ["GET", "/v1/nothing"],
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

    it("takes as long an address as its parameters can be, and answers longer ones in Matrix shape", async () => {
      const senders = Array.from({ length: 100 }, (_, i) => `@${String(i).padStart(3, "0")}:${"x".repeat(250)}`);
      const query = new URLSearchParams({ senders: senders.join(",") }).toString();
      api.exports.start = async () => JOB;
      expect((await api.fetch(`/v1/rooms/!a:x/exports?${query}`, { method: "POST" })).status).to.equal(202);
      const response = await api.fetch(`/v1/jobs/${"x".repeat(140_000)}`);
      const error = "The address and the headers are too long";
      expect([response.status, await response.json()]).to.deep.equal([431, { errcode: "M_TOO_LARGE", error }]);
    });

    it("says what browsers must not do, and not what it runs on", async () => {
      const { headers } = await api.fetch("/v1/nothing");
      expect(headers.get("x-content-type-options")).to.equal("nosniff");
      expect(headers.get("content-security-policy")).to.be.a("string");
      expect(headers.get("x-powered-by")).to.equal(null);
      expect(headers.get("server")).to.equal(null);
    });
  });

  it("ends what does not arrive in time with 408, before and after an answer", async () => {
    const handler = openRouter([liveRoute("@porter:x")]);
    const read = express.json({ type: () => true });
    const app = application(
      [
        { at: "/", handler },
        { at: "/", handler: read },
      ],
      SILENT,
    );
    const listening = await listen(0, "127.0.0.1", app, 20);
    const begun = (head: string): Socket => {
      const socket = connect(listening.address.port, "127.0.0.1");
      socket.write(`${head} HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\n{"name": `);
      return socket;
    };
    const late = await text(begun("POST /v1/rooms"));
    expect(late)
      .to.match(/^HTTP\/1.1 408 /)
      .and.to.include('"errcode":"M_UNKNOWN"');
    // what answers before it has the body does not keep the connection for it either
    expect(await text(begun("GET /live"))).to.match(/^HTTP\/1.1 200 /);
    await listening.close(0);
  });

  describe("for operations", () => {
    let listening: OpenListener;
    let broken = false;
    let asleep = false;
    let late = false;
    before(async () => {
      const watched = {
        schedules: async () => {
          if (late) throw new Error("schedules are overdue");
        },
      };
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
        application(
          [{ at: "/", handler: openRouter([liveRoute("@porter:x"), readyRoute(checks, watched, 20)]) }],
          SILENT,
        ),
      );
    });
    after(() => listening.close(0));
    const get = (path: string): Promise<Response> => fetch(`http://127.0.0.1:${listening.address.port}${path}`);

    it("says that it lives and is ready, and if not, what is missing", async () => {
      const live = await get("/live");
      expect([live.status, await live.json()]).to.deep.equal([200, { live: true, service_user: "@porter:x" }]);
      expect(await (await get("/ready")).json()).to.deep.equal({ ready: true, missing: [], warnings: [] });
      broken = true;
      const missing = [{ name: "homeserver", message: "the homeserver does not answer" }];
      const response = await get("/ready");
      expect([response.status, await response.json()]).to.deep.equal([503, { ready: false, missing, warnings: [] }]);
      expect((await get("/live")).status).to.equal(200);
    });

    it("warns of what is overdue, and does its work", async () => {
      broken = false;
      late = true;
      const warnings = [{ name: "schedules", message: "schedules are overdue" }];
      const response = await get("/ready");
      expect([response.status, await response.json()]).to.deep.equal([200, { ready: true, missing: [], warnings }]);
    });

    it("does not wait long for what does not answer", async () => {
      asleep = true;
      expect((await get("/ready")).status).to.equal(503);
      expect(await (await get("/ready")).json()).to.have.deep.nested.property(
        "missing[0].message",
        "no answer in time",
      );
    });
  });
});
