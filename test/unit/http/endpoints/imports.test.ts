import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { connect } from "node:net";
import { Readable } from "node:stream";
import { expect } from "chai";
import { RequestError } from "../../../../src/requests/failures/failure.ts";
import { StorageError } from "../../../../src/ports/storage-error.ts";
import { ApiServer, JOB, UPLOAD_LIMIT } from "../../../support/doors/api-server.ts";
import { until } from "../../../support/until.ts";

describe("imports over HTTP", () => {
  let api: ApiServer;
  let taken: { bytes: string; userId: string; options: unknown }[];
  beforeEach(async () => {
    api = new ApiServer();
    taken = [];
    api.imports.start = async (file, { userId }, options) => {
      taken.push({ bytes: await readFile(file, "latin1"), userId, options });
      return JOB;
    };
    await api.start();
  });
  afterEach(() => api.stop());

  function form(parts: [name: string, value: string | Blob][]): FormData {
    const data = new FormData();
    for (const [name, value] of parts) data.append(name, value);
    return data;
  }
  const bundle = (text = "PK zip"): [string, Blob] => ["bundle", new Blob([text])];
  const post = (parts: [string, string | Blob][], query = ""): Promise<Response> =>
    api.fetch(`/v1/rooms/import${query}`, { method: "POST", body: form(parts) });

  it("take a bundle, with fields before or after it", async () => {
    const response = await post([["workspace_id", "team"], bundle(), ["as", "@bob:x"]]);
    expect(response.status).to.equal(202);
    expect(response.headers.get("location")).to.equal("/v1/jobs/job1");
    expect(await response.json()).to.deep.include({ job_id: "job1", room_id: null, status_url: "/v1/jobs/job1" });
    await post([bundle("other")]);
    expect(taken).to.deep.equal([
      { bytes: "PK zip", userId: "@ann:x", options: { workspace_id: "team", as: "@bob:x" } },
      { bytes: "other", userId: "@ann:x", options: {} },
    ]);
    expect(await api.spooled()).to.deep.equal([]);
  });

  it("ask for the permission before they receive anything", async () => {
    const no = new RequestError("forbidden", "M_FORBIDDEN", "No.");
    api.imports.admit = async () => ({
      known: undefined,
      async forUser(as) {
        if (as === "@bob:x") throw no;
      },
      [Symbol.dispose]: () => undefined,
    });
    expect((await post([["as", "@bob:x"], bundle()])).status, "for whom").to.equal(403);
    api.imports.admit = async () => {
      throw no;
    };
    const socket = connect(api.port, "127.0.0.1");
    socket.write(
      "POST /v1/rooms/import HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer token-of-ann\r\nContent-Length: 900\r\n" +
        "Content-Type: multipart/form-data; boundary=b\r\n\r\n",
    );
    const [answer] = (await once(socket, "data")) as [Buffer];
    expect(answer.toString("latin1"), "before the body has begun").to.match(/^HTTP\/1.1 403 /);
    socket.destroy();
    expect(taken).to.deep.equal([]);
    expect(await api.spooled()).to.deep.equal([]);
  });

  it("have a place until they are queued, whatever comes of them", async () => {
    let held = 0;
    api.imports.admit = async () => {
      held++;
      return { known: undefined, forUser: async () => undefined, [Symbol.dispose]: () => held-- };
    };
    let meanwhile = 0;
    const { start } = api.imports;
    api.imports.start = (...about) => {
      meanwhile = held;
      return start(...about);
    };
    expect((await post([bundle()])).status).to.equal(202);
    expect([meanwhile, held]).to.deep.equal([1, 0]);
    expect((await post([["workspace_id", "team"]])).status).to.equal(400);
    expect(held).to.equal(0);
  });

  it("have no place any more once their sender has gone, also before anything was received", async () => {
    let held = 0;
    const { promise: gone, resolve: letGo } = Promise.withResolvers<undefined>();
    api.imports.admit = async () => {
      held++;
      await gone;
      return { known: undefined, forUser: async () => undefined, [Symbol.dispose]: () => held-- };
    };
    const socket = connect(api.port, "127.0.0.1");
    socket.write(
      "POST /v1/rooms/import HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer token-of-ann\r\nContent-Length: 900\r\n" +
        "Content-Type: multipart/form-data; boundary=b\r\n\r\n",
    );
    await until(() => held === 1);
    socket.destroy();
    await api.fetch("/v1/keys");
    letGo(undefined);
    await until(() => held === 0);
  });

  it("say that the disk is full, before they take a bundle and while they do, and keep nothing of it", async () => {
    let left = 0;
    api.space.require = async (bytes) => {
      left -= bytes;
      if (left < 0) throw new StorageError("full", "full");
    };
    const chunked = async function* (): AsyncGenerator<Buffer> {
      const head = '--b\r\nContent-Disposition: form-data; name="bundle"; filename="a.zip"\r\n\r\n';
      yield Buffer.from(head);
      for (let i = 0; i < 5; i++) yield Buffer.alloc(10_000);
      yield Buffer.from("\r\n--b--\r\n");
    };
    const headers = { "content-type": "multipart/form-data; boundary=b" };
    const stream = (): Promise<Response> => {
      const body = Readable.toWeb(Readable.from(chunked()));
      return api.fetch("/v1/rooms/import", { method: "POST", headers, body, duplex: "half" });
    };
    for (const [space, attempt] of [
      [0, () => post([bundle()])],
      [25_000, stream],
    ] as const) {
      left = space;
      const response = await attempt();
      expect(response.status).to.equal(507);
      expect(await response.json()).to.have.property("errcode", "M_RESOURCE_LIMIT_EXCEEDED");
      expect(await api.spooled()).to.deep.equal([]);
    }
    expect(taken).to.deep.equal([]);
    left = 1_000_000;
    expect((await stream()).status).to.equal(202);
  });

  it("wait for the end where they are asked to", async () => {
    let waited = 0;
    api.jobs.wait = async (_id, _requester, milliseconds) => {
      waited = milliseconds;
      return { ...JOB, state: "succeeded", room_id: "!new:x" };
    };
    const done = await post([bundle()], "?wait=300");
    expect([done.status, waited]).to.deep.equal([201, 300_000]);
    expect(await done.json()).to.have.property("room_id", "!new:x");
    const error = { errcode: "M_UNKNOWN", error: "no luck", retry: true };
    api.jobs.wait = async () => ({ ...JOB, state: "failed", error });
    const failed = await post([bundle()], "?wait=1");
    expect(failed.status).to.equal(202);
    expect(await failed.json()).to.deep.include({ state: "failed", error });
    expect((await post([bundle()], "?wait=soon")).status).to.equal(400);
  });

  it("leave no file behind where the bundle is refused", async () => {
    const reasons = [{ code: "media_hash", message: "A media file differs." }];
    api.imports.start = async () => {
      throw new RequestError("invalid", "IO.ROOMPORTER.BAD_BUNDLE", "A media file differs.", reasons);
    };
    const response = await post([bundle()]);
    expect(response.status).to.equal(400);
    expect(await response.json()).to.have.deep.property("reasons", reasons);
    expect(await api.spooled()).to.deep.equal([]);
  });

  it("refuse forms without a bundle, with two, or with other fields", async () => {
    for (const parts of [
      [["workspace_id", "team"]],
      [bundle(), bundle()],
      [bundle(), ["nonsense", "1"]],
      [["bundle", "text"]],
      [bundle(), ["as", "x".repeat(2000)]],
    ] as [string, string | Blob][][])
      expect((await post(parts)).status, JSON.stringify(parts)).to.equal(400);
    const json = await api.fetch("/v1/rooms/import", {
      method: "POST",
      body: "{}",
      headers: { "content-type": "application/json" },
    });
    expect(json.status).to.equal(400);
    expect(taken).to.deep.equal([]);
    expect(await api.spooled()).to.deep.equal([]);
  });

  it("say which field of a form is wrong", async () => {
    const wrong: [[string, string | Blob][], string, string][] = [
      [[["file", bundle()[1]]], "M_INVALID_PARAM", "file: no file is expected in this form field; put the bundle into"],
      [[["bundle", "text"]], "M_MISSING_PARAM", "bundle: missing"],
      [[bundle(), bundle()], "M_INVALID_PARAM", "The form holds more than one file"],
      [
        [bundle(), ["workspace", "team"]],
        "M_INVALID_PARAM",
        "workspace: unknown parameter; known: workspace_id, allow_plaintext, encrypted, invite_authors, again, into, as",
      ],
      [[bundle(), ["as", "ann"]], "M_INVALID_PARAM", 'as: expected a user id, such as @ann:example.org, not "ann"'],
      [[bundle(), ["as", "x".repeat(2000)]], "M_INVALID_PARAM", "The form has a text that is too long"],
    ];
    for (const [parts, errcode, words] of wrong) {
      const body = (await (await post(parts)).json()) as { errcode: string; error: string };
      expect([body.errcode, body.error.includes(words)], body.error).to.deep.equal([errcode, true]);
    }
    expect(taken).to.deep.equal([]);
    expect(await api.spooled()).to.deep.equal([]);
  });

  it("refuse what is not a form, or ends too early", async () => {
    const head = '--b\r\nContent-Disposition: form-data; name="bundle"; filename="b.zip"\r\n\r\n';
    const forms = [
      ["multipart/form-data; boundary=b", "--b\r\nbroken"],
      ["multipart/form-data; boundary=b", `${head}half a file`],
      ["multipart/form-data", `${head}x\r\n--b--\r\n`],
    ] as const;
    for (const [type, body] of forms) {
      const headers = { "content-type": type };
      const response = await api.fetch("/v1/rooms/import", { method: "POST", body, headers });
      expect(response.status, body).to.equal(400);
      expect(await response.json(), body).to.have.property("errcode", "M_BAD_JSON");
    }
    expect(taken).to.deep.equal([]);
    // what had begun to arrive goes once its writing has stopped, which nobody waits for
    await until(async () => (await api.spooled()).length === 0);
  });

  it("are limited in size, said before and found while receiving", async () => {
    for (const size of [UPLOAD_LIMIT + 1, UPLOAD_LIMIT * 3]) {
      const response = await post([bundle("x".repeat(size))]);
      expect(response.status, String(size)).to.equal(413);
      expect(await response.json()).to.have.property("errcode", "M_TOO_LARGE");
    }
    expect((await post([bundle("x".repeat(UPLOAD_LIMIT))])).status).to.equal(202);
    expect(taken).to.have.length(1);
    expect(await api.spooled()).to.deep.equal([]);
  });

  it("leave no file behind where the upload breaks off", async () => {
    const socket = connect(api.port, "127.0.0.1");
    socket.write(
      "POST /v1/rooms/import HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer token-of-ann\r\nContent-Length: 90000\r\n" +
        "Content-Type: multipart/form-data; boundary=b\r\n\r\n" +
        '--b\r\nContent-Disposition: form-data; name="bundle"; filename="b.zip"\r\n\r\n' +
        "x".repeat(50_000),
    );
    await once(socket, "connect");
    await until(async () => (await api.spooled()).length === 1);
    socket.destroy();
    await until(async () => (await api.spooled()).length === 0);
    expect(taken).to.deep.equal([]);
  });

  it("receive nothing from somebody without a token", async () => {
    const response = await api.fetch("/v1/rooms/import", { method: "POST", token: "nobody", body: form([bundle()]) });
    expect(response.status).to.equal(401);
    expect(await api.spooled()).to.deep.equal([]);
  });
});
