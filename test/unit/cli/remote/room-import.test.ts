import { mkdtemp, open, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import {
  events,
  fakeService,
  job,
  json,
  type Asked,
  type FakeService,
} from "../../../support/doors/scripted-service.ts";
import { piped, run } from "../../../support/doors/run-command.ts";

const ZIP = Buffer.concat([Buffer.from("PK\u0003\u0004\r\n--boundary\r\n"), Buffer.alloc(300_000, 7)]);
const DONE = job({ state: "succeeded", progress: { done: 3, total: 3, unit: "events" }, room_id: "!new:acme.org" });

/** A service that takes the bundle, and then tells of these jobs. */
function importing(...shown: object[]): Promise<FakeService> {
  return fakeService((asked, response) => {
    if (asked.method === "POST") json(response, 202, job({ state: "queued", status_url: "/v1/jobs/j1" }));
    else if (asked.url.endsWith("/events")) events(response, shown);
    else json(response, 200, shown.at(-1) ?? DONE);
  });
}

/** The fields of a form, and the bytes of its file. */
function formOf({ headers, body }: Asked): { fields: Record<string, string>; bundle: Buffer } {
  expect(Number(headers["content-length"])).to.equal(body.length);
  const boundary = /^multipart\/form-data; boundary=(\S+)$/.exec(headers["content-type"] ?? "")?.[1] ?? "";
  const delimiter = `--${boundary}\r\nContent-Disposition: form-data; name="`;
  const file = body.indexOf(`${delimiter}bundle"; filename="bundle.zip"\r\n`);
  const start = body.indexOf("\r\n\r\n", file) + 4;
  const end = body.indexOf(`\r\n--${boundary}--\r\n`);
  const before = body.subarray(0, file).toString().split(delimiter).slice(1);
  const fields = before.map((part) => part.replace(/\r\n$/, "").split('"\r\n\r\n') as [string, string]);
  return { fields: Object.fromEntries(fields), bundle: body.subarray(start, end) };
}

describe("room import", () => {
  let folder: string;
  let file: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "import-"));
    file = join(folder, "room.zip");
    await writeFile(file, ZIP);
  });
  afterEach(() => rm(folder, { recursive: true }));

  it("sends the bundle, waits for the end and prints the new room's id", async () => {
    await using service = await importing(job(), DONE);
    const args = ["room", "import", "team", "--as", "@ann:acme.org", "-f", file];
    const { code, stdout, stderr } = await run(args, { env: service.env });
    expect([code, stdout.toString()]).to.deep.equal([0, "!new:acme.org\n"]);
    expect(stderr).to.equal("Import j1 has begun.\nImported 3 events into !new:acme.org\n");
    const [post, ...looks] = service.asked;
    const form = formOf(post as Asked);
    expect(form.fields).to.deep.equal({ workspace_id: "team", as: "@ann:acme.org" });
    expect(form.bundle.equals(ZIP)).to.equal(true);
    expect(looks.map(({ method, url }) => `${method} ${url}`)).to.deep.equal(["GET /v1/jobs/j1/events"]);
  });

  it("says where the bundle is that was imported before, and tells programs", async () => {
    const told = {
      errcode: "IO.ROOMPORTER.ALREADY_IMPORTED",
      error: "You have imported this bundle already: it is in !old:acme.org",
      ...{ job_id: "j0", room_id: "!old:acme.org" },
    };
    await using service = await fakeService((_asked, response) => json(response, 409, told));
    const { code, stderr } = await run(["room", "import", "-f", file], { env: service.env });
    const message = `${told.error}: add --again to import it once more`;
    expect([code, stderr]).to.deep.equal([1, `roomporter: ${message}\n`]);
    const asJson = await run(["--json", "room", "import", "-f", file], { env: service.env });
    expect(JSON.parse(asJson.stderr)).to.deep.equal({ ...told, error: message, reasons: [] });
    await run(["room", "import", "--again", "-f", file], { env: service.env });
    expect(formOf(service.asked.at(-1) as Asked).fields).to.deep.equal({ again: "true" });
  });

  it("asks again and again where the service's events do not come through", async () => {
    const shown = [job(), job(), DONE];
    await using service = await fakeService((asked, response) => {
      if (asked.method === "POST") json(response, 202, job());
      else if (asked.url.endsWith("/events")) json(response, 404, { errcode: "M_UNRECOGNIZED", error: "What?" });
      else json(response, 200, shown.shift() ?? DONE);
    });
    const { code, stdout } = await run(["room", "import", "-f", file], { env: service.env });
    expect([code, stdout.toString()]).to.deep.equal([0, "!new:acme.org\n"]);
    expect(service.asked.slice(1).map(({ url }) => url)).to.deep.equal([
      "/v1/jobs/j1/events",
      "/v1/jobs/j1",
      "/v1/jobs/j1",
      "/v1/jobs/j1",
    ]);
  });

  it("shows how far it is, how fast, and how long it will take, to somebody who watches", async () => {
    let end = (): void => undefined;
    const progress = { done: 150, total: 600, unit: "events", rate: 24.6, seconds_left: 75 };
    await using service = await fakeService((asked, response) => {
      if (asked.method === "POST") json(response, 202, job({ state: "queued" }));
      else end = () => events(response, [DONE]);
      if (asked.method === "GET") response.write(`event: job\ndata: ${JSON.stringify(job({ progress }))}\n\n`);
    });
    const told = (text: string): void => {
      if (!text.includes("25%")) return;
      end();
      end = () => undefined;
    };
    const { stdout, stderr } = await run(["room", "import", "-f", file], { env: service.env, watched: true, told });
    expect(stdout.toString()).to.equal("!new:acme.org\n");
    expect(stderr).to.contain("25% · 150 of 600 events · 25/s · 1:15 left");
  });

  it("prints the whole job with --json", async () => {
    await using service = await importing(DONE);
    const { stdout, stderr } = await run(["--json", "room", "import", "-f", file], { env: service.env });
    expect(JSON.parse(stdout.toString())).to.deep.equal(DONE);
    expect(stderr).to.equal("");
    expect(formOf(service.asked[0] as Asked).fields).to.deep.equal({});
  });

  it("reads a file on stdin from its beginning", async () => {
    await using service = await importing(DONE);
    await using handle = await open(file);
    const stdin = Object.assign(piped("not this"), { fd: handle.fd });
    expect((await run(["room", "import"], { env: service.env, stdin })).code).to.equal(0);
    expect(formOf(service.asked[0] as Asked).bundle.equals(ZIP)).to.equal(true);
  });

  it("writes a pipe to a temporary file first, and removes it", async () => {
    await using service = await importing(DONE);
    const before = await spools();
    expect((await run(["room", "import"], { env: service.env, stdin: piped(ZIP) })).code).to.equal(0);
    expect(formOf(service.asked[0] as Asked).bundle.equals(ZIP)).to.equal(true);
    expect(await spools()).to.deep.equal(before);
  });

  it("wants a bundle where stdin is a terminal", async () => {
    await using service = await importing(DONE);
    const stdin = Object.assign(piped(""), { isTTY: true });
    const { code, stderr } = await run(["room", "import"], { env: service.env, stdin });
    expect(code).to.equal(2);
    expect(stderr).to.contain("give the bundle: < bundle.zip, or -f bundle.zip");
    expect((await run(["room", "import", "-f", folder], { env: service.env })).code).to.equal(2);
    expect(service.asked).to.deep.equal([]);
  });

  it("waits for a service that restarts meanwhile", async () => {
    await using service = await fakeService((asked, response, turn) => {
      if (asked.method === "POST") json(response, 202, job());
      else if (turn === 1) response.destroy();
      else if (turn === 2) response.writeHead(503).end("restarting");
      else json(response, 200, DONE);
    });
    const { code, stdout } = await run(["room", "import", "-f", file], { env: service.env });
    expect([code, stdout.toString()]).to.deep.equal([0, "!new:acme.org\n"]);
  });

  it("ends with 1 where the import fails or is cancelled, and says why", async () => {
    const error = { errcode: "M_UNKNOWN", error: "The homeserver refused or failed: 403 M_FORBIDDEN" };
    await using failing = await importing(job({ state: "failed", error }));
    const failed = await run(["room", "import", "-f", file], { env: failing.env });
    expect([failed.code, failed.stdout.length]).to.deep.equal([1, 0]);
    expect(failed.stderr).to.contain(`import j1 failed: ${error.error}`);
    await using cancelling = await importing(job({ state: "cancelled" }));
    const cancelled = await run(["room", "import", "-f", file], { env: cancelling.env });
    expect(cancelled.code).to.equal(1);
    expect(cancelled.stderr).to.contain("import j1 was cancelled");
  });

  it("ends with 3 where a rule refuses the bundle, at once or later", async () => {
    const message = "This room is incognito: it cannot be exported or imported.";
    const refusal = { errcode: "IO.ROOMPORTER.REFUSED", error: message };
    await using atOnce = await fakeService((_asked, response) =>
      json(response, 400, { ...refusal, reasons: [{ code: "scope_incognito", message }] }),
    );
    const first = await run(["room", "import", "-f", file], { env: atOnce.env });
    expect([first.code, first.stderr]).to.deep.equal([3, `roomporter: ${message} [scope_incognito]\n`]);
    await using later = await importing(job({ state: "failed", error: refusal }));
    expect((await run(["room", "import", "-f", file], { env: later.env })).code).to.equal(3);
  });

  it("names a few of a faulty bundle's many faults", async () => {
    const reasons = Array.from({ length: 8 }, (_, n) => ({ code: "event_shape", message: `Fault ${n}.` }));
    await using service = await fakeService((_asked, response) =>
      json(response, 400, { errcode: "M_BAD_JSON", error: "The bundle is faulty", reasons }),
    );
    const { code, stderr } = await run(["room", "import", "-f", file], { env: service.env });
    expect(code).to.equal(1);
    expect(stderr).to.contain("The bundle is faulty: Fault 0. [event_shape]");
    expect(stderr).to.contain("And 3 more: --json shows them.");
    expect(stderr).to.not.contain("Fault 5");
  });

  it("tells after Ctrl-C how to look at the import that goes on", async () => {
    const ctrlC = new AbortController();
    await using service = await fakeService((asked, response, turn) => {
      if (turn === 3) ctrlC.abort();
      json(response, asked.method === "POST" ? 202 : 200, job());
    });
    const { code, stderr } = await run(["room", "import", "-f", file], {
      env: service.env,
      interrupt: ctrlC.signal,
    });
    expect(code).to.equal(130);
    expect(stderr).to.contain("roomporter jobs show j1 tells how far it is, roomporter jobs cancel j1 ends it");
    const early = new AbortController();
    await using slow = await fakeService(() => early.abort());
    const sending = await run(["room", "import", "-f", file], { env: slow.env, interrupt: early.signal });
    expect([sending.code, sending.stderr]).to.deep.equal([
      130,
      "roomporter: interrupted before the service had the whole bundle: nothing was imported\n",
    ]);
  });
});

async function spools(): Promise<string[]> {
  return (await readdir(tmpdir())).filter((name) => /^roomporter-[A-Za-z0-9]{6}$/.test(name)).sort();
}
