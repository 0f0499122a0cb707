import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, constants, openSync, readdirSync, readFileSync, writeSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { fakeService } from "../../../support/doors/scripted-service.ts";
import { keyExport } from "../../../support/megolm/key-export.ts";
import { MegolmSession } from "../../../support/megolm/megolm-session.ts";
import { PROGRAM } from "../../../support/service.ts";
import { until } from "../../../support/until.ts";
import { ALICE, message, sampleRoom, temporaryDirectory, writeSample } from "../../bundle/sample.ts";

const SECRET = "marked-passphrase";
const TOKEN = "marked-token";
const PROMPT = "(it stays hidden): ";
/** A terminal of its own around a command. */
const IN_TERMINAL = ["-c", "import pty, sys; sys.exit(pty.spawn(sys.argv[1:]) >> 8)"];

describe("the process list, while keys are used", function () {
  this.timeout(20_000);
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
  let exported: string;
  let sessions: string;
  /** is read after the first key file, and so after the passphrase: the command waits there for whoever writes into it */
  let gate: string;
  const at = (name: string): string => join(directory.path, name);

  beforeEach(async () => {
    directory = await temporaryDirectory();
    const room = sampleRoom();
    const session = new MegolmSession(room.roomId);
    sessions = keyExport([session.exported()], SECRET);
    room.events.push(
      message(20, ALICE, session.encrypt("m.room.message", { body: "x" }), { type: "m.room.encrypted" }),
    );
    exported = await writeSample(room, directory.path, "exported.zip");
    gate = at("gate.txt");
    execFileSync("mkfifo", [gate]);
    await writeFile(at("keys.txt"), sessions);
    await writeFile(at("passphrase.txt"), `${SECRET}\n`);
  });
  afterEach(() => directory.remove());

  const keys = (): string[] => ["--keys", at("keys.txt"), gate, "-o", at("out.zip")];

  /** Starts a command, looks at every process while it waits at the gate, and lets it end. @param typed on its stdin @param answers to each prompt */
  async function holds(
    command: string,
    args: string[],
    env: NodeJS.ProcessEnv = {},
    typed = "",
    answers?: string,
  ): Promise<void> {
    const child = spawn(command, args, { env: { ...process.env, ...env } });
    const ended = once(child, "exit");
    let said = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk: Buffer) => {
        said += chunk.toString();
        if (answers !== undefined && said.endsWith(PROMPT)) child.stdin.write(answers);
      });
    if (answers === undefined) child.stdin.end(typed);
    let writer: number | undefined;
    await until(async () => (writer = openGate()) !== undefined || child.exitCode !== null);
    expect(child.exitCode, said).to.equal(null);
    const lines = commandLines();
    expect(lines.filter((line) => line.includes(gate))).not.to.deep.equal([]);
    expect(lines.filter((line) => line.includes("marked-"))).to.deep.equal([]);
    writeSync(writer ?? -1, sessions);
    closeSync(writer ?? -1);
    expect(await ended, said).to.deep.equal([0, null]);
    expect(said).to.include("Decrypted 1 of 1").and.not.to.include("marked-");
  }

  /** undefined: nobody waits there */
  function openGate(): number | undefined {
    try {
      return openSync(gate, constants.O_WRONLY | constants.O_NONBLOCK);
    } catch {
      return undefined;
    }
  }

  for (const [way, more, env, typed] of [
    ["a file", ["--passphrase-file", "passphrase.txt"], {}, ""],
    ["the environment", [], { ROOMPORTER_KEYS_PASSPHRASE: SECRET }, ""],
    ["a line of stdin", [], {}, `${SECRET}\n${SECRET}\n`],
  ] as const)
    it(`shows no passphrase that comes from ${way}`, async () => {
      const options = more.map((option) => (option.endsWith(".txt") ? at(option) : option));
      await holds(process.execPath, [PROGRAM, "bundle", "decrypt", exported, ...keys(), ...options], env, typed);
    });

  it("shows no passphrase that is typed at a terminal", async () => {
    const command = [process.execPath, PROGRAM, "bundle", "decrypt", exported, ...keys()];
    await holds("python3", [...IN_TERMINAL, ...command], {}, "", `${SECRET}\r`);
  });

  it("shows neither passphrase nor token where a room is exported", async () => {
    const zip = await readFile(exported);
    await using service = await fakeService(({ url }, response) => {
      const base_url = `http://${String(response.req.headers.host)}`;
      if (url === "/v1/service") response.end(JSON.stringify({ homeserver: { base_url } }));
      else if (url === "/v1/whoami")
        response.end(JSON.stringify({ user_id: ALICE, admin_token: null, permission: "user" }));
      else response.end(zip);
    });
    const env = { ROOMPORTER_URL: service.url, ROOMPORTER_TOKEN: TOKEN, ROOMPORTER_KEYS_PASSPHRASE: SECRET };
    await holds(process.execPath, [PROGRAM, "room", "export", "!tea:acme.test", ...keys()], env);
  });
});

/** Of every process of the machine, its arguments. */
function commandLines(): string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
      } catch {
        // it has just ended
        return "";
      }
    });
}
