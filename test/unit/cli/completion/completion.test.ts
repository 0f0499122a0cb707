import { execFile, spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { COMMANDS } from "../../../support/doors/commands.ts";
import { run } from "../../../support/doors/run-command.ts";

/** What each shell offers behind these words, the last of which is not complete; run in a folder with `a.zip` and `b c.zip`. */
const SHELLS: Record<string, (script: string, words: readonly string[]) => { args: string[] }> = {
  bash: (script, words) => {
    // as readline splits it
    const split = words.flatMap((word) => (word.startsWith("--") ? word.split(/(=)/) : [word]));
    const line = ["roomporter", ...split];
    const set = `COMP_WORDS=(${line.map((word) => `'${word}'`).join(" ")}); COMP_CWORD=${String(line.length - 1)}`;
    const show = `printf '%s\\n' "\${COMPREPLY[@]}"`;
    return { args: ["--norc", "-c", `source ${script}; ${set}; _roomporter; ${show}`] };
  },
  zsh: (script, words) => {
    // what zsh itself gives to such functions
    const helpers = [
      "compdef() { :; }",
      "_files() { print -l -- *.zip(N) }",
      `compadd() { shift; print -l -- "$@" }`,
      `_describe() { for each in "\${(@P)\${@[-1]}}"; do print -r -- "\${each%%:*}"; done }`,
      "compset() { :; }",
    ];
    const line = ["roomporter", ...words];
    const set = `words=(${line.map((word) => `'${word}'`).join(" ")}); CURRENT=${String(line.length)}`;
    return { args: ["-f", "-c", [...helpers, `source ${script}`, set, "_roomporter"].join("\n")] };
  },
  fish: (script, words) => ({
    args: [
      "--no-config",
      "-c",
      `source ${script}; complete -C '${["roomporter", ...words].join(" ")}' | string split -f1 \\t; true`,
    ],
  }),
};
const INSTALLED = Object.keys(SHELLS).filter((shell) => spawnSync(shell, ["--version"]).status === 0);

describe("shell completion", function () {
  this.timeout(30_000);
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "roomporter-completion-"));
    for (const file of ["a.zip", "b c.zip"]) await writeFile(join(folder, file), "");
    for (const shell of Object.keys(SHELLS)) {
      const { code, stdout, stderr } = await run(["completion", shell]);
      expect([code, stderr]).to.deep.equal([0, ""]);
      await writeFile(join(folder, `script.${shell}`), stdout);
    }
  });
  after(() => rm(folder, { recursive: true }));

  async function offered(shell: string, ...words: string[]): Promise<string[]> {
    const { args } = SHELLS[shell]?.(join(folder, `script.${shell}`), words) ?? { args: [] };
    const { stdout, stderr } = await promisify(execFile)(shell, args, { cwd: folder });
    expect(stderr).to.equal("");
    const last = words.at(-1)?.replace(/^--\w+=/, "") ?? "";
    const found = stdout.split("\n").map((line) => line.replace(/^--\w+=/, ""));
    // zsh and fish sort out by themselves what does not begin so
    return found.filter((line) => line !== "" && line.startsWith(last)).sort();
  }

  it("is tried with a shell", () => expect(INSTALLED).to.include("bash"));

  for (const shell of INSTALLED)
    describe(`in ${shell}`, () => {
      it("offers commands, and those below a command", async () => {
        expect(await offered(shell, "")).to.include.members(["serve", "room", "bundle", "completion"]);
        const below = await offered(shell, "--json", "room", "");
        expect(below).to.include.members(["export", "close"]).and.not.include("serve");
        expect(await offered(shell, "bundle", "ver")).to.deep.equal(["verify"]);
      });

      it("offers the options of a command, and those of every command", async () => {
        expect(await offered(shell, "room", "export", "--se")).to.deep.equal(["--senders"]);
        for (const [path, { options }] of COMMANDS) {
          const names = options.flatMap(({ long }) => long ?? []);
          expect(await offered(shell, ...path.split(" "), "--"), path).to.include.members([
            ...names,
            "--json",
            "--help",
          ]);
        }
      });

      it("offers files where a file stands", async () => {
        const files = ["a.zip", "b c.zip"];
        const zips = async (...words: string[]): Promise<string[]> =>
          (await offered(shell, ...words))
            .map((name) => name.replace(/^\.\//, ""))
            .filter((name) => name.endsWith(".zip"));
        expect(await zips("--json", "bundle", "verify", "")).to.deep.equal(files);
        expect(await zips("room", "export", "-o", "")).to.deep.equal(files);
        expect(await zips("room", "export", "--output", "")).to.deep.equal(files);
        expect(await zips("bundle", "merge", "a.zip", "")).to.deep.equal(files);
        for (const path of COMMANDS.keys())
          if (path.startsWith("bundle ")) expect(await zips(...path.split(" "), ""), path).to.deep.equal(files);
        expect(await zips("room", "export", "")).to.deep.equal([]);
      });

      it("offers the words that an option or an argument takes", async () => {
        expect(await offered(shell, "audit", "list", "--format", "")).to.deep.equal(["csv", "ndjson", "table"]);
        expect(await offered(shell, "audit", "list", "--format=c")).to.deep.equal(["csv"]);
        expect(await offered(shell, "bundle", "convert", "--from", "sl")).to.deep.equal(["slack"]);
        expect(await offered(shell, "completion", "")).to.deep.equal(["bash", "fish", "zsh"]);
        expect(await offered(shell, "room", "list", "--tenant", "")).to.deep.equal([]);
      });
    });

  it("is a script in JSON, too, and for no other shell", async () => {
    const { stdout } = await run(["completion", "bash", "--json"]);
    expect(JSON.parse(stdout.toString())).to.have.property("shell", "bash");
    const { code, stderr } = await run(["completion", "powershell"]);
    expect(code).to.equal(2);
    expect(stderr).to.contain("bash, zsh, fish");
  });
});
