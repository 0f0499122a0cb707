import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createHash } from "node:crypto";
import { promisify } from "node:util";
import { expect } from "chai";
import { writeExport } from "../support/foreign-exports/forms.ts";
import type { MatrixClient } from "../support/matrix-client.ts";
import { answers, freePort, startProcess, type ServerProcess } from "../support/process.ts";
import { startSynapse, type Synapse } from "../support/synapse.ts";
import { until } from "../support/until.ts";
import { registerUser } from "../support/users.ts";
import { OUTSIDE_ENV } from "./outside-env.ts";
import { packed } from "./packed.ts";

const run = promisify(execFile);
const TOP = fileURLToPath(new URL("../..", import.meta.url));
const README = readFileSync(join(TOP, "README.md"), "utf8");
const ADMIN_TOKEN = "admin_of_the_readme_test";
/** What this command of "Install it for real" makes is made once for all tests of the package. */
const PACK = "npm ci && npm pack";
const SERVE = "node_modules/.bin/roomporter serve";

/** The shell commands of a section, as they stand there. */
function commandsOf(section: string): string[] {
  const [, text = ""] = README.split(`\n## ${section}\n`);
  const [own = ""] = text.split("\n## ");
  const blocks = [...own.matchAll(/```sh\n([^]*?)```/g)].map(([, block = ""]) => block);
  return blocks.flatMap((block) => block.split("\n")).filter((line) => line !== "");
}

const env = { ...OUTSIDE_ENV, npm_config_prefer_offline: "true" };

describe("the README's commands", function () {
  this.timeout(300_000);
  let folder: string;
  let opt: string;
  let synapse: Synapse | undefined;
  let service: ServerProcess | undefined;
  let url: string;
  let ann: MatrixClient;
  let room: string;

  /** Runs lines in one shell that stops at the first one that fails. @returns stdout */
  async function shell(lines: readonly string[], cwd: string, more: NodeJS.ProcessEnv = {}): Promise<string> {
    const script = ["set -eo pipefail", ...lines].join("\n");
    const { stdout } = await run("bash", ["--norc", "-c", script], { cwd, env: { ...env, ...more } });
    return stdout;
  }

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "roomporter-readme-"));
    opt = join(folder, "opt");
    url = `http://127.0.0.1:${String(await freePort())}`;
    // the homeserver's own side of "Install it for real": it is told of the file before that is written
    const registration = join(opt, "registration.yaml");
    const tarball = await packed();
    const here = (line: string): string =>
      line.replaceAll("/opt/roomporter", opt).replaceAll("http://127.0.0.1:9820", url).replace(PACK, `cp ${tarball} .`);
    const commands = commandsOf("Install it for real");
    expect(commands.some((line) => line.startsWith(PACK))).to.equal(true);
    expect(commands.at(-1)).to.match(new RegExp(`^${SERVE} -c config.yaml`));
    const settings = commands.findIndex((line) => line.includes("config.sample.yaml"));
    const restart = commands.findIndex((line) => line.startsWith("# in homeserver.yaml"));
    await shell(commands.slice(0, settings + 1).map(here), folder);
    const config = join(opt, "config.yaml");
    const set = (from: string | RegExp, to: string): void => {
      const text = readFileSync(config, "utf8");
      expect(text.replace(from, to)).not.to.equal(text);
      writeFileSync(config, text.replace(from, to));
    };
    set("port: 9820", `port: ${new URL(url).port}`);
    set("server_name: example.org", "server_name: localhost");
    set("example.org: user", "localhost: user");
    const sha256 = createHash("sha256").update(ADMIN_TOKEN).digest("hex");
    set("admin_tokens: []", `admin_tokens: [{name: readme, sha256: ${sha256}}]`);
    await shell(commands.slice(settings + 1, restart).map(here), opt);
    expect(existsSync(registration)).to.equal(true);
    const homeserver = await startSynapse({ registrations: [registration] });
    synapse = homeserver;
    set("url: http://127.0.0.1:8008", `url: ${homeserver.url}`);
    const [program = "", ...args] = (commands.at(-1) ?? "").replace(/ +#.*/, "").split(" ");
    const log = join(folder, "service.log");
    service = startProcess("env", ["-C", opt, `PATH=${env.PATH}`, program, ...args], log);
    await answers(`${url}/ready`, service, log);

    ann = await registerUser(homeserver.url, "ann");
    const porter = "@roomporter:localhost";
    const team = await ann.createRoom({
      room_alias_name: "team",
      creation_content: { type: "m.space" },
      invite: [porter],
      power_level_content_override: { users: { [ann.userId]: 100, [porter]: 50 } },
      room_version: "11",
    });
    room = await ann.createRoom({ name: "Tea", room_alias_name: "tea", invite: [porter] });
    await ann.say(room, "the kettle is on");
    for (const id of [team, room])
      await until(async () => (await ann.stateContent(id, "m.room.member", porter))["membership"] === "join");
  });
  after(async () => {
    await service?.end("SIGKILL");
    await synapse?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("of the table: a room goes out and comes back in", async () => {
    const named = [
      ...README.matchAll(/^\| `(roomporter (?:tenant add|room (?:list --joined|export|import)) [^`]*)`/gm),
    ];
    const commands = named.map(([, command = ""]) =>
      command.replace("roomporter", "npx roomporter").replace("#tea:example.org", "#tea:localhost"),
    );
    expect(commands).to.have.length(4);
    const tenants = commands.filter((command) => command.includes("tenant add"));
    const rest = commands.filter((command) => !command.includes("tenant add"));
    const add = tenants.map((command) => `${command.replace("URL", url).replace(/,.*/, "")} <<< "$TOKEN"`);
    const stdout = await shell([...add, ...rest, "npx roomporter bundle verify room.zip"], opt, {
      TOKEN: ann.token,
      XDG_CONFIG_HOME: join(folder, "xdg"),
    });
    expect(stdout)
      .to.contain("Tea")
      .and.to.match(/^!\S+$/m);
  });

  it("of the API, as they stand there, are all answered", async () => {
    const lines = commandsOf("The API").map((line) => {
      const here = line
        .replace("https://roomporter.example.org", url)
        .replaceAll("%21id%3Aexample.org", encodeURIComponent(room))
        .replaceAll("%23team%3Aexample.org", encodeURIComponent("#team:localhost"))
        .replaceAll("@ann:example.org", ann.userId);
      if (here.startsWith("#")) return `T="Authorization: Bearer ${here.includes("admin") ? ADMIN_TOKEN : ann.token}"`;
      // what a person reads in the answer
      return /-X POST .*\/exports"/.test(here)
        ? `JOB=$(${here.replace(/ +#.*/, "")} | sed 's/.*"job_id":"\\([^"]*\\)".*/\\1/')`
        : here;
    });
    expect(lines.filter((line) => line.includes("curl")).length).to.be.greaterThan(10);
    writeExport("slack", opt);
    const stdout = await shell(lines, opt, { TOKEN: ann.token });
    expect(stdout).to.contain('"state":"succeeded"').and.to.contain('"room_id":').and.to.contain('"keys":');
  });

  it("of the service: SIGTERM to node_modules/.bin/roomporter stops it", async () => {
    await service?.end("SIGTERM");
    expect(await service?.ended).to.equal(0);
    const gone = await fetch(`${url}/live`).catch(() => "gone");
    expect(gone).to.equal("gone");
  });
});
