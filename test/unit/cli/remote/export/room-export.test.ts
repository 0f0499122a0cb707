import { mkdtemp, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { REFUSALS } from "../../../../../src/policy/refusals.ts";
import { events, fakeService, job, json } from "../../../../support/doors/scripted-service.ts";
import { bookmarkOf, bookmarkText } from "../../../../../src/bundle/bookmark.ts";
import { Conversation } from "../../../../support/conversation.ts";
import { turns, until } from "../../../../support/until.ts";
import { run } from "../../../../support/doors/run-command.ts";

const ZIP = Buffer.from("PK\u0003\u0004 and so on".repeat(10_000));

function sendZip(response: ServerResponse): void {
  response.writeHead(200, { "content-type": "application/zip" }).end(ZIP);
}

describe("room export", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "export-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it("writes the ZIP, and nothing else, to stdout", async () => {
    await using service = await fakeService((_asked, response) => sendZip(response));
    const { code, stdout, stderr } = await run(["room", "export", "!a/b:acme.org"], { env: service.env });
    expect(code).to.equal(0);
    expect(stdout.equals(ZIP)).to.equal(true);
    expect(stderr).to.match(/^Exported !a\/b:acme.org: 140.0 kB in /);
    expect(service.asked.map(({ method, url, headers }) => [method, url, headers.authorization])).to.deep.equal([
      ["GET", "/v1/rooms/!a%2Fb%3Aacme.org/export", "Bearer secret-token"],
    ]);
  });

  it("says so where nothing matched", async () => {
    await using service = await fakeService((_asked, response) => {
      response.setHeader("Roomporter-Events", "0");
      sendZip(response);
    });
    const { code, stdout, stderr } = await run(["room", "export", "!a:b", "--since", "2030-01-01"], {
      env: service.env,
    });
    expect([code, stdout.equals(ZIP)]).to.deep.equal([0, true]);
    expect(stderr).to.match(/\nThe bundle holds no event: .*\n$/);
  });

  it("says nothing with --quiet", async () => {
    await using service = await fakeService((_asked, response) => sendZip(response));
    expect((await run(["-q", "room", "export", "!a:b"], { env: service.env })).stderr).to.equal("");
  });

  it("passes on what to leave out", async () => {
    await using service = await fakeService((_asked, response) => sendZip(response));
    const options = ["--no-media", "--with-viewer", "--since", "2026-01-02", "--until", "2026-02-01T00:00:00+01:00"];
    await run(["room", "export", "!a:b", ...options], { env: service.env });
    expect(service.asked[0]?.url).to.equal(
      "/v1/rooms/!a%3Ab/export?media=false&viewer=true&since=2026-01-02&until=2026-02-01T00%3A00%3A00%2B01%3A00",
    );
  });

  it("passes on which part of the room, and where the bundle ends that it goes on from", async () => {
    const earlier = await new Conversation().write();
    const bookmark = await bookmarkOf(earlier.file);
    if (!bookmark) throw new Error("no bookmark");
    await using service = await fakeService((_asked, response) => sendZip(response));
    const options = ["--senders", "@a:x,@b:x", "--thread", "$t", "--since-bundle", earlier.file];
    await run(["room", "export", "!a:b", ...options], { env: service.env });
    const query = new URL(service.asked[0]?.url ?? "", service.url).searchParams;
    expect(Object.fromEntries(query)).to.deep.equal({
      senders: "@a:x,@b:x",
      thread: "$t",
      since_bundle: bookmarkText(bookmark),
    });
    await writeFile(earlier.file, "no ZIP");
    const refused = await run(["room", "export", "!a:b", ...options], { env: service.env });
    expect([refused.code, service.asked.length]).to.deep.equal([1, 1]);
    expect(refused.stderr).to.contain("[zip_unreadable]");
    await earlier.remove();
  });

  it("shows to somebody who watches how much of the room was read", async () => {
    let answer = (): void => undefined;
    const told = (text: string): void => {
      if (!text.includes("4000 events")) return;
      answer();
      answer = () => undefined;
    };
    await using service = await fakeService((asked, response) => {
      if (asked.url.startsWith("/v1/jobs/")) {
        const progress = { done: 4000, total: null, unit: "events", rate: 812.4, seconds_left: null };
        events(response, [job({ kind: "export", progress })]);
      } else answer = () => sendZip(response);
    });
    const { code, stdout, stderr } = await run(["room", "export", "!a:b"], { env: service.env, watched: true, told });
    expect([code, stdout.equals(ZIP)]).to.deep.equal([0, true]);
    expect(stderr).to.contain("the service reads the room: 4000 events · 812/s");
    const [, id] =
      /progress=(live-[0-9a-f]{24})$/.exec(service.asked.find(({ url }) => url.includes("/export"))?.url ?? "") ?? [];
    expect(service.asked.map(({ url }) => url)).to.include(`/v1/jobs/${String(id)}/events`);
  });

  it("writes a file with -o, in place of an older one with --force", async () => {
    await using service = await fakeService((_asked, response) => sendZip(response));
    const file = join(folder, "room.zip");
    await writeFile(file, "old");
    const { code, stdout } = await run(["room", "export", "!a:b", "-o", file, "--force"], {
      env: service.env,
      terminal: true,
    });
    expect([code, stdout.length]).to.deep.equal([0, 0]);
    expect((await readFile(file)).equals(ZIP)).to.equal(true);
    expect(await readdir(folder)).to.deep.equal(["room.zip"]);
  });

  it("leaves nothing half-written where the service breaks off", async () => {
    // once it has come
    let piped = 0;
    const came = async (): Promise<boolean> => {
      const [part] = await readdir(folder);
      return Math.max(piped, part === undefined ? 0 : (await stat(join(folder, part))).size) === 1000;
    };
    await using service = await fakeService((_asked, response) => {
      response.writeHead(200).write(ZIP.subarray(0, 1000));
      void until(came).then(() => response.destroy());
    });
    const file = join(folder, "room.zip");
    const { code, stderr } = await run(["room", "export", "!a:b", "-o", file], { env: service.env });
    expect(code).to.equal(1);
    expect(stderr).to.contain("ended the export after 1.0 kB: nothing was kept");
    expect(await readdir(folder)).to.deep.equal([]);
    const given = (stdout: Buffer): void => void (piped = stdout.length);
    const end = await run(["room", "export", "!a:b"], { env: service.env, given });
    expect(end.code).to.equal(1);
    expect(end.stderr).to.contain("what was written is not complete");
  });

  it("leaves nothing behind after Ctrl-C", async () => {
    const ctrlC = new AbortController();
    const interrupt = ctrlC.signal;
    await using service = await fakeService((_asked, response) => {
      response.writeHead(200).write(ZIP, () => void turns().then(() => ctrlC.abort()));
    });
    const file = join(folder, "room.zip");
    const { code, stderr } = await run(["room", "export", "!a:b", "-o", file], { env: service.env, interrupt });
    expect([code, stderr]).to.deep.equal([130, "roomporter: interrupted: nothing was kept\n"]);
    expect(await readdir(folder)).to.deep.equal([]);
  });

  it("does not start what cannot end well", async () => {
    await using service = await fakeService((_asked, response) => sendZip(response));
    const { env } = service;
    const wrong: [string[], boolean, string][] = [
      [["!a:b"], true, "redirect it (> room.zip), or use -o room.zip"],
      [["room"], false, "is not a room: give its id ('!abc:example.org') or alias ('#tea:example.org')"],
      [["!a:b", "--senders", Array.from({ length: 101 }, (_, i) => `@a${i}:x`).join(",")], false, "at most 100 items"],
      [
        ["!a:b", "--since", "yesterday"],
        false,
        '--since: expected a date such as 2026-11-22, or a time with its offset such as 2026-11-22T18:30:00Z, not "yesterday"',
      ],
    ];
    for (const [name = "", ...value] of [
      ["-o", "x.zip"],
      ["--since-bundle", "x.zip"],
      ["--since", "2026-01-01"],
      ["--until", "2026-01-01"],
      ["--with-viewer"],
    ]) {
      wrong.push([
        ["!a:b", "--update", join(folder, "archive.zip"), name, ...value],
        false,
        `--update FILE and ${name}: `,
      ]);
    }
    wrong.push([["!a:b", "--update", folder], false, "is not a file: name the one to update"]);
    for (const [args, terminal, words] of wrong) {
      const { code, stdout, stderr } = await run(["room", "export", ...args], { env, terminal });
      expect([code, stdout.length, stderr.includes(words)], args.join(" ")).to.deep.equal([2, 0, true]);
    }
    expect(service.asked).to.deep.equal([]);
    const nowhere = await run(["room", "export", "!a:b", "-o", join(folder, "none", "x.zip")], { env });
    expect(nowhere.code).to.equal(1);
    expect(nowhere.stderr).to.equal(`roomporter: ${join(folder, "none", "x.zip")}: there is no such file or folder\n`);
  });

  it("ends with 3 where a rule refuses the room, in that rule's words", async () => {
    for (const [code, message] of Object.entries(REFUSALS)) {
      await using service = await fakeService((_asked, response) =>
        json(response, 400, { errcode: "IO.ROOMPORTER.REFUSED", error: message, reasons: [{ code, message }] }),
      );
      const ran = await run(["room", "export", "!a:b"], { env: service.env });
      expect([ran.code, ran.stdout.length]).to.deep.equal([3, 0]);
      expect(ran.stderr).to.equal(`roomporter: ${message} [${code}]\n`);
    }
  });

  it("says what to do about every other no", async () => {
    const answers: [number, object | undefined, string][] = [
      [
        401,
        { errcode: "M_UNKNOWN_TOKEN", error: "Unknown token." },
        "Unknown token: check the token (ROOMPORTER_TOKEN",
      ],
      [403, { errcode: "M_FORBIDDEN", error: "You are not in this room" }, "You are not in this room"],
      [404, { errcode: "M_UNRECOGNIZED", error: "There is nothing here" }, "check the service's address"],
      [
        429,
        { errcode: "M_LIMIT_EXCEEDED", error: "Too many rooms: try again in 56 minutes" },
        "Too many rooms: try again in 56 minutes\n",
      ],
      [404, undefined, "is this the address of a Roomporter service?"],
      [502, undefined, "try again in a minute"],
    ];
    for (const [status, body, words] of answers) {
      await using service = await fakeService((_asked, response) =>
        body ? json(response, status, body) : void response.writeHead(status).end("<html>"),
      );
      const { code, stderr } = await run(["room", "export", "!a:b"], { env: service.env });
      expect(code, String(status)).to.equal(1);
      expect(stderr).to.contain(words);
      expect(stderr.trimEnd()).to.not.contain("\n");
    }
    const away = { ROOMPORTER_URL: "http://127.0.0.1:1", ROOMPORTER_TOKEN: "t" };
    const { code, stderr } = await run(["room", "export", "!a:b"], { env: away });
    expect(code).to.equal(1);
    expect(stderr).to.contain("no answer from http://127.0.0.1:1: nothing listens there");
  });
});
