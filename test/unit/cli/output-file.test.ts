import { mkdtemp, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { Conversation } from "../../support/conversation.ts";
import { COMMANDS } from "../../support/doors/commands.ts";
import { run } from "../../support/doors/run-command.ts";
import { events, fakeService, job, json, type FakeService } from "../../support/doors/scripted-service.ts";
import { writeExport } from "../../support/foreign-exports/forms.ts";

const ZIP = "PK\u0003\u0004 and so on";

describe("-o", () => {
  let folder: string;
  let bundle: string;
  let mine: string;
  let service: FakeService;
  /** what happens while the service answers */
  let meanwhile: () => Promise<void>;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "output-"));
    bundle = (await new Conversation().write()).file;
    mine = join(folder, "mine");
    service = await fakeService((asked, response) => {
      const done = job({ state: "succeeded", kind: "gdpr_export", report: { counts: {}, size: 1 } });
      if (asked.url.endsWith("/events")) events(response, [done]);
      else if (asked.method === "POST") json(response, 202, done);
      else void meanwhile().then(() => response.writeHead(200, { "content-type": "application/zip" }).end(ZIP));
    });
  });
  beforeEach(async () => {
    meanwhile = () => Promise.resolve();
    await writeFile(mine, "mine");
  });
  after(async () => {
    await service[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });

  it("comes with --force in every command that has it", () => {
    for (const [path, { options }] of COMMANDS) {
      const names = options.map(({ long }) => long);
      if (names.includes("--output")) expect(names, path).to.include("--force");
    }
  });

  for (const [name, args] of [
    ["room export", () => ["room", "export", "!a:b"]],
    ["gdpr export", () => ["gdpr", "export"]],
    ["bundle convert --to", () => ["bundle", "convert", "--to", "text", bundle]],
    ["bundle convert --from", () => ["bundle", "convert", "--from", "telegram", writeExport("telegram", folder).input]],
    ["bundle render --single-file", () => ["bundle", "render", bundle, "--single-file"]],
  ] as const)
    it(`of ${name} overwrites a file with --force only, and asks for nothing before`, async () => {
      const asked = service.asked.length;
      const { code, stderr } = await run([...args(), "-o", mine], { env: service.env });
      expect([code, stderr]).to.deep.equal([
        2,
        `roomporter: ${mine} exists already: name another file with -o, or overwrite it with --force\n`,
      ]);
      expect(await readFile(mine, "utf8")).to.equal("mine");
      expect(service.asked.length).to.equal(asked);
      const forced = await run([...args(), "-o", mine, "--force"], { env: service.env });
      expect(forced.code, forced.stderr).to.equal(0);
      expect(await readFile(mine, "utf8")).not.to.equal("mine");
    });

  it("of bundle merge asks before it reads", async () => {
    const { code, stderr } = await run(["bundle", "merge", bundle, bundle, "-o", mine]);
    expect([code, stderr]).to.match(/^2,.*exists already/);
    expect((await run(["bundle", "merge", bundle, bundle, "-o", mine, "--force"])).stderr).not.to.contain("exists");
  });

  it("of bundle convert overwrites none of the files of a folder", async () => {
    const { input } = writeExport("slack", folder);
    const out = `${join(folder, "out")}/`;
    expect((await run(["bundle", "convert", "--from", "slack", input, "-o", out])).code).to.equal(0);
    const names = await readdir(out);
    const [first = ""] = names;
    await writeFile(join(out, first), "mine");
    for (const name of names.slice(1)) await rm(join(out, name));
    const again = await run(["bundle", "convert", "--from", "slack", input, "-o", out]);
    expect([again.code, again.stderr]).to.match(/^2,.*exists already/);
    expect(await readdir(out)).to.deep.equal([first]);
    expect(await readFile(join(out, first), "utf8")).to.equal("mine");
  });

  it("does not overwrite a file that came while the service was asked", async () => {
    const late = join(folder, "late.zip");
    meanwhile = () => writeFile(late, "mine");
    const { code, stderr } = await run(["room", "export", "!a:b", "-o", late], { env: service.env });
    expect([code, stderr]).to.match(/^2,.*exists already/);
    expect(await readFile(late, "utf8")).to.equal("mine");
    expect(await readdir(folder)).to.satisfy((names: string[]) => !names.some((name) => name.endsWith(".part")));
  });

  it("never puts a file in the place of a device", async () => {
    for (const more of [[], ["--force"]]) {
      const { code, stderr } = await run(["room", "export", "!a:b", "-o", "/dev/null", ...more], { env: service.env });
      expect([code, stderr]).to.deep.equal([
        2,
        "roomporter: /dev/null is not a file: leave out -o, and redirect stdout there\n",
      ]);
    }
    expect((await stat("/dev/null")).isCharacterDevice()).to.equal(true);
  });
});
