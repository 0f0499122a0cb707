import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { Command } from "commander";
import { load } from "js-yaml";
import { buildProgram } from "../../../../src/cli/program.ts";
import { loadConfig } from "../../../../src/config/load.ts";
import { isObject, type JsonObject, type JsonValue } from "../../../../src/matrix/json.ts";

const top = new URL("../../../../", import.meta.url);
const read = (path: string): Promise<string> => readFile(new URL(path, top), "utf8");
const unused = (): Promise<never> => Promise.reject(new Error("not to be called"));
const program = buildProgram({
  version: "0",
  serve: unused,
  worker: unused,
  copyDatabase: unused,
  registration: unused,
  configCheck: unused,
  confirmClock: unused,
  auditVerify: unused,
});

/** Finds the command that these words call. @throws Error where there is none, or none with such options */
function understand(words: string[]): void {
  let command: Command = program;
  for (const word of words) {
    const inner = command.commands.find((each) => each.name() === word);
    if (inner) command = inner;
    else if (/^--?[a-z]/.test(word)) {
      const known = [...command.options, ...program.options].some(({ short, long }) => [short, long].includes(word));
      if (!known) throw new Error(`${words.join(" ")}: no option ${word}`);
    } else if (command.commands.length > 0) throw new Error(`${words.join(" ")}: no command ${word}`);
  }
  if (command.commands.length > 0) throw new Error(`${words.join(" ")}: not a whole command`);
}

describe("what operators are told to do", () => {
  let pages: string[];
  let operating: string;
  before(async () => {
    operating = await read("docs/operating.md");
    const units = await readdir(new URL("deploy/", top));
    pages = [operating, ...(await Promise.all(units.map((name) => read(`deploy/${name}`))))];
  });

  it("is what the program understands", () => {
    const commands = pages.flatMap((page) =>
      [...page.matchAll(/(?<![\w:./"-]|@)(?:[\w./-]*\/)?roomporter ((?:-q )?[a-z][a-z-]*(?: [^\n|`<>&#]+)?)/g)].map(
        ([, rest = ""]) => rest.trim().split(/ +/),
      ),
    );
    const known = program.commands.map((command) => command.name());
    const called = commands.filter(([first = "", second = ""]) => known.includes(first === "-q" ? second : first));
    expect(called.map((words) => words.slice(0, 2).join(" "))).to.include.members([
      "serve -c",
      "worker -c",
      "db copy",
      "-q room",
    ]);
    for (const words of called) understand(words);
  });

  it("is a valid configuration", async () => {
    const folder = await mkdtemp(join(tmpdir(), "operating-"));
    try {
      const [first = "", second = ""] = [...operating.matchAll(/```yaml\n(.*?)```/gs)].map(([, yaml = ""]) => yaml);
      const sample = load(await read("config.sample.yaml")) as JsonValue;
      const whole = { ...(isObject(sample) ? sample : {}), ...(load(first) as JsonObject) };
      const secret = join(folder, "secret");
      await writeFile(secret, "postgres://roomporter:secret@localhost/roomporter");
      const cluster = second.replaceAll(/\/etc\/roomporter\/(?:database-url|s3-key(?:-id)?)/g, secret);
      for (const yaml of [JSON.stringify(whole), cluster.replace('"…"', `"${"0".repeat(64)}"`)]) {
        await writeFile(join(folder, "config.yaml"), yaml);
        expect((await loadConfig(join(folder, "config.yaml"), {})).homeserver.server_name).to.equal("example.org");
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("links to what is there", async () => {
    for (const page of ["docs/operating.md", "docs/metrics.md"])
      for (const [, target = ""] of (await read(page)).matchAll(/\]\((?!http)([^)#]+)\)/g))
        expect(await read(`docs/${target}`), target).not.to.equal("");
  });

  it("stops the service before systemd loses its patience", async () => {
    const grace = Number(/GRACE_MS = (\d+)/.exec(await read("src/app/run-until-stopped.ts"))?.[1]);
    for (const unit of ["roomporter.service", "roomporter-worker@.service"]) {
      const text = await read(`deploy/${unit}`);
      expect(Number(/^TimeoutStopSec=(\d+)$/m.exec(text)?.[1]) * 1000).to.be.greaterThan(2 * grace);
      expect(text)
        .to.match(/^KillMode=mixed$/m)
        .and.match(/^Restart=on-failure$/m);
    }
  });
});
