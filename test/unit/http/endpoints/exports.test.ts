import { once } from "node:events";
import { connect } from "node:net";
import { until } from "../../../support/until.ts";
import { expect } from "chai";
import { WHOLE_ROOM } from "../../../../src/exports/options.ts";
import { RequestError } from "../../../../src/requests/failures/failure.ts";
import type { ReadyBundle } from "../../../../src/exports/ready-bundle.ts";
import { ApiServer, JOB } from "../../../support/doors/api-server.ts";

describe("exports over HTTP", () => {
  let api: ApiServer;
  let disposed: number;
  beforeEach(async () => {
    api = new ApiServer();
    disposed = 0;
    await api.start();
  });
  afterEach(() => api.stop());

  const ready = (writeTo: ReadyBundle["writeTo"]): ReadyBundle => ({
    fileName: "tea-2026-11-22.zip",
    events: 0,
    writeTo,
    async dispose() {
      disposed++;
    },
  });

  it("stream the bundle under a name", async () => {
    const asked: unknown[] = [];
    api.exports.now = async (roomId, requester, options) => {
      asked.push(roomId, requester.userId, options);
      return ready(async (out) => void out.end("PK zip"));
    };
    const path = `/v1/rooms/${encodeURIComponent("!a/b:x")}/export?media=false&viewer=true&since=2026-01-01&until=2026-01-02T00:00:00Z`;
    const response = await api.fetch(path);
    expect(response.status).to.equal(200);
    expect(response.headers.get("content-type")).to.equal("application/zip");
    expect(response.headers.get("content-disposition")).to.equal('attachment; filename="tea-2026-11-22.zip"');
    expect(response.headers.get("roomporter-events")).to.equal("0");
    expect(response.headers.get("cache-control")).to.include("no-store");
    expect(await response.text()).to.equal("PK zip");
    const [since, until] = [Date.UTC(2026, 0, 1), Date.UTC(2026, 0, 2)];
    expect(asked).to.deep.equal(["!a/b:x", "@ann:x", { media: false, viewer: true, without_bot: false, since, until }]);
    expect(disposed).to.equal(1);
  });

  it("take parts of a room: of some senders, of a thread, and after an earlier bundle", async () => {
    const asked: unknown[] = [];
    api.exports.now = async (_roomId, _requester, options) => {
      asked.push(options);
      return ready(async (out) => void out.end());
    };
    api.exports.start = async (_roomId, _requester, options) => {
      asked.push(options);
      return JOB;
    };
    const [sha256, sum] = ["a".repeat(64), "b".repeat(64)];
    const query = new URLSearchParams({ senders: "@a:x,@b:x", thread: "$t", since_bundle: `${sha256}.7.${sum}.$e.1` });
    query.append("senders", "@c:x");
    await api.fetch(`/v1/rooms/!a:x/export?${query.toString()}`);
    await api.fetch(`/v1/rooms/!a:x/exports?${query.toString()}`, { method: "POST" });
    const sinceBundle = { manifest_sha256: sha256, event_id: "$e.1", events: 7, ids_sum: sum };
    const wanted = { ...WHOLE_ROOM, senders: ["@a:x", "@b:x", "@c:x"], thread: "$t", since_bundle: sinceBundle };
    expect(asked).to.deep.equal([wanted, wanted]);
  });

  it("answer refusals in Matrix shape with their reasons", async () => {
    const reasons = [{ code: "scope_incognito", message: "This room is incognito." }];
    api.exports.now = async () => {
      throw new RequestError("invalid", "IO.ROOMPORTER.REFUSED", "This room is incognito.", reasons);
    };
    const response = await api.fetch("/v1/rooms/!a:x/export");
    expect(response.status).to.equal(400);
    const body = { errcode: "IO.ROOMPORTER.REFUSED", error: "This room is incognito.", reasons };
    expect(await response.json()).to.deep.equal(body);
  });

  it("refuse parameters that they do not know", async () => {
    for (const query of [
      "since=yesterday",
      "media=no",
      "sinse=2026-01-01",
      "since=2026-01-01&since=2026-01-02",
      "senders=ann",
      "senders=@a:x,",
      "thread=t",
      "since_bundle=$e",
    ]) {
      const response = await api.fetch(`/v1/rooms/!a:x/export?${query}`);
      expect(response.status, query).to.equal(400);
      expect(await response.json()).to.have.property("errcode", "M_INVALID_PARAM");
    }
  });

  it("say nothing of an error that nobody expected", async () => {
    const response = await api.fetch("/v1/rooms/!a:x/export");
    expect(response.status).to.equal(500);
    expect(await response.text())
      .to.include("M_UNKNOWN")
      .and.not.include("secret");
  });

  it("break the connection where the bundle cannot be finished", async () => {
    const answered = Promise.withResolvers<undefined>();
    api.exports.now = async () =>
      ready(async (out) => {
        out.write("PK half");
        await answered.promise;
        throw new Error("disk");
      });
    const response = await api.fetch("/v1/rooms/!a:x/export");
    answered.resolve(undefined);
    const error: unknown = await response.text().catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(Error);
    await until(() => disposed === 1);
  });

  it("end as soon as the requester is gone, while collecting and while sending", async () => {
    let aborted = 0;
    let begun = 0;
    api.exports.now = (_room, _requester, _options, signal) =>
      new Promise((_resolve, reject) => {
        begun++;
        signal.addEventListener("abort", () => {
          aborted++;
          reject(signal.reason as Error);
        });
      });
    const controller = new AbortController();
    const request = api.fetch("/v1/rooms/!a:x/export", { signal: controller.signal }).catch(() => "gone");
    await until(() => begun === 1);
    controller.abort();
    expect(await request).to.equal("gone");
    await until(() => aborted === 1);

    api.exports.now = async (_room, _requester, _options, signal) =>
      ready(async (out) => {
        out.write("PK");
        await once(signal, "abort");
        throw signal.reason as Error;
      });
    const socket = connect(api.port, "127.0.0.1");
    socket.write("GET /v1/rooms/!a:x/export HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer token-of-ann\r\n\r\n");
    await once(socket, "data");
    socket.destroy();
    await until(() => disposed === 1);
  });

  it("send no body for HEAD", async () => {
    let written = false;
    api.exports.now = async () => ready(async () => void (written = true));
    const response = await api.fetch("/v1/rooms/!a:x/export", { method: "HEAD" });
    expect(response.status).to.equal(200);
    expect([written, disposed]).to.deep.equal([false, 1]);
  });

  it("are shown while they are read, under an id that no stored job has", async () => {
    const ids: unknown[] = [];
    api.exports.now = async (_roomId, _requester, { progress }) => {
      ids.push(progress);
      return ready(async (out) => void out.end());
    };
    await api.fetch("/v1/rooms/!a:x/export?progress=live-0123456789abcdef");
    expect(ids).to.deep.equal(["live-0123456789abcdef"]);
    for (const id of ["0123456789abcdef", "live-short", "live-0123456789abcde%2F", `live-${"a".repeat(65)}`])
      expect((await api.fetch(`/v1/rooms/!a:x/export?progress=${id}`)).status, id).to.equal(400);
    expect(ids).to.have.length(1);
  });

  it("can be queued as jobs", async () => {
    const asked: unknown[] = [];
    api.exports.start = async (roomId, requester, options) => {
      asked.push(roomId, requester.userId, options);
      return { ...JOB, kind: "export", room_id: roomId };
    };
    const response = await api.fetch("/v1/rooms/!a:x/exports", { method: "POST" });
    expect(response.status).to.equal(202);
    expect(await response.json()).to.deep.equal({
      job_id: "job1",
      kind: "export",
      state: "queued",
      requester: "@ann:x",
      created_at: "1970-01-01T00:00:00.001Z",
      finished_at: null,
      progress: { done: 0, total: null, unit: "events", rate: null, seconds_left: null },
      room_id: "!a:x",
      subject: null,
      report: null,
      kept: false,
      error: null,
      status_url: "/v1/jobs/job1",
    });
    expect(asked).to.deep.equal(["!a:x", "@ann:x", WHOLE_ROOM]);
  });
});
