import { mkdtemp, readFile, rm } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { run } from "../../../../support/doors/run-command.ts";
import { events, fakeService, job, json, type Asked } from "../../../../support/doors/scripted-service.ts";

const ZIP = Buffer.from("PK\u0003\u0004 and so on".repeat(10_000));
const DONE = job({ state: "succeeded", kind: "space_export", report: { counts: { exported: 2 }, size: ZIP.length } });
const joined = (room_id: string, name: string, type: string | null): object => ({
  ...{ room_id, name, type, alias: null, members: 1, encrypted: false, heroes: [] },
});
const ROOMS = [joined("!a:x", "Team", "m.space"), joined("!b:x", "Two", "m.space"), joined("!c:x", "two", "m.space")];

/** A service whose bundle is answered by `send`. */
const serve =
  (send: (asked: Asked, response: ServerResponse) => void) =>
  (asked: Asked, response: ServerResponse): void => {
    if (asked.url === "/v1/rooms/joined") json(response, 200, { rooms: [...ROOMS, joined("!d:x", "Tea", null)] });
    else if (asked.url.endsWith("/events")) events(response, [DONE]);
    else if (asked.method === "POST") json(response, 202, DONE);
    else send(asked, response);
  };

describe("space export", () => {
  let folder: string;
  let file: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "space-"));
    file = join(folder, "space.zip");
  });
  afterEach(() => rm(folder, { recursive: true }));

  it("asks for the space of that name, with its options", async () => {
    await using service = await fakeService(serve((_asked, response) => response.end(ZIP)));
    const args = ["space", "export", "TEAM", "-o", file, "--no-media", "--since", "2026-01-02"];
    const { code, stderr } = await run(args, { env: service.env });
    expect([code, (await readFile(file)).equals(ZIP)], stderr).to.deep.equal([0, true]);
    expect(service.asked.map(({ method, url }) => `${method} ${url}`)).to.include(
      "POST /v1/spaces/!a%3Ax/exports?media=false&since=2026-01-02",
    );
  });

  it("asks for nothing where no space, or more than one, has that name", async () => {
    await using service = await fakeService(serve((_asked, response) => response.end(ZIP)));
    for (const [name, words] of [
      ["Tea", 'you are in no space called "Tea"'],
      ["two", 'you are in 2 spaces called "two": name one of !b:x, !c:x'],
    ] as const) {
      const { code, stderr } = await run(["space", "export", name, "-o", file], { env: service.env });
      expect(code).to.equal(2);
      expect(stderr).to.contain(words);
    }
    expect(service.asked.filter(({ method }) => method === "POST")).to.deep.equal([]);
  });

  it("goes on with a download that breaks, from where it stands", async () => {
    const ranges: unknown[] = [];
    const broken = serve((asked, response) => {
      const { range } = asked.headers;
      ranges.push(range);
      const from = Number(/^bytes=(\d+)-$/.exec(range ?? "")?.[1] ?? 0);
      const until = Math.min(ZIP.length, from + 50_000);
      response.writeHead(range === undefined ? 200 : 206, { "content-length": ZIP.length - from });
      response.write(ZIP.subarray(from, until), () => {
        if (until === ZIP.length) response.end();
        else response.destroy();
      });
    });
    await using service = await fakeService(broken);
    const { code, stderr } = await run(["space", "export", "!a:x", "-o", file], { env: service.env });
    expect([code, (await readFile(file)).equals(ZIP)], stderr).to.deep.equal([0, true]);
    expect(ranges.length).to.be.greaterThan(2);
  });

  it("does not take the beginning once more for the rest", async () => {
    const again = serve((_asked, response) => {
      response.writeHead(200, { "content-length": ZIP.length });
      response.write(ZIP.subarray(0, 1000), () => response.destroy());
    });
    await using service = await fakeService(again);
    const { code, stderr } = await run(["space", "export", "!a:x", "-o", file], { env: service.env });
    expect(code).to.equal(1);
    expect(stderr).to.match(/the download broke, and the service cannot go on with it|the download stopped after/);
  });
});
