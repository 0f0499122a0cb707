import { expect } from "chai";
import { fakeService, json } from "../../support/doors/scripted-service.ts";
import { run } from "../../support/doors/run-command.ts";

describe("the command line", () => {
  it("tells its version, and how it is used", async () => {
    expect((await run(["--version"])).stdout.toString()).to.equal("1.2.3\n");
    const { code, stdout } = await run(["--help"]);
    expect(code).to.equal(0);
    for (const words of [
      "serve",
      "registration",
      "config check",
      "room export|import",
      "bundle verify|show|merge|diff",
      "Exit codes",
    ])
      expect(stdout.toString()).to.contain(words);
  });

  it("shows an example with every command that takes arguments of its own", async () => {
    for (const command of ["room export", "room import", "registration", "tenant add", "bundle diff"])
      expect((await run([...command.split(" "), "--help"])).stdout.toString(), command).to.contain(
        `  roomporter ${command}`,
      );
  });

  it("ends with 2 where it was used wrongly, and says what is wrong on stderr alone", async () => {
    const wrong: [string[], string][] = [
      [["bogus"], "unknown command 'bogus'"],
      [["room", "export"], "missing required argument 'room'"],
      [["room", "export", "!a:b", "--bogus"], "unknown option '--bogus'"],
      [["serve"], "required option '-c, --config <file>'"],
      [["jobs", "list"], "say which service"],
    ];
    for (const [args, words] of wrong) {
      const { code, stdout, stderr } = await run(args);
      expect([code, stdout.length], args.join(" ")).to.deep.equal([2, 0]);
      expect(stderr).to.contain(words);
    }
  });

  it("hands what concerns the service to the composition root", async () => {
    const called: unknown[] = [];
    const actions = {
      serve: async (config: string) => void called.push(["serve", config]),
      registration: async (options: object) => void called.push(["registration", options]),
      configCheck: async (config: string, options: object) => {
        called.push(["configCheck", config, options]);
        return { warnings: ["a.yaml:3: warning: odd"], facts: ["the homeserver answers"] };
      },
    };
    await run(["serve", "-c", "a.yaml"], { actions });
    const registration = await run(["registration", "-u", "http://x", "-c", "a.yaml", "-o", "r.yaml"], { actions });
    const check = await run(["config", "check", "-c", "a.yaml"], { actions });
    const checkAsJson = await run(["--json", "config", "check", "--online", "-c", "a.yaml"], { actions });
    expect(called).to.deep.equal([
      ["serve", "a.yaml"],
      ["registration", { url: "http://x", config: "a.yaml", output: "r.yaml" }],
      ["configCheck", "a.yaml", { online: false }],
      ["configCheck", "a.yaml", { online: true }],
    ]);
    expect(registration.stderr).to.contain("app_service_config_files");
    const said = "the homeserver answers\na.yaml:3: warning: odd\na.yaml is valid, with warnings.\n";
    expect([check.code, check.stderr]).to.deep.equal([0, said]);
    expect([JSON.parse(checkAsJson.stdout.toString()), checkAsJson.stderr]).to.deep.equal([
      { valid: true, warnings: ["a.yaml:3: warning: odd"], facts: ["the homeserver answers"] },
      "",
    ]);
  });

  it("says in one line what failed", async () => {
    const actions = { serve: () => Promise.reject(new Error("port 9000 is taken")) };
    expect(await run(["serve", "-c", "a.yaml"], { actions })).to.deep.include({
      code: 1,
      stderr: "roomporter: port 9000 is taken\n",
    });
  });

  it("says that nobody reads on, where a pipe is closed", async () => {
    const actions = { serve: () => Promise.reject(Object.assign(new Error("write EPIPE"), { code: "EPIPE" })) };
    expect((await run(["serve", "-c", "a.yaml"], { actions })).stderr).to.equal(
      "roomporter: nobody reads the rest of the output\n",
    );
  });

  it("says as JSON what failed, where JSON is asked for", async () => {
    await using service = await fakeService((_asked, response) =>
      json(response, 400, { errcode: "M_X", error: "No", reasons: [{ code: "a", message: "b" }] }),
    );
    const { code, stderr } = await run(["jobs", "list", "--json"], { env: service.env });
    expect(code).to.equal(1);
    expect(JSON.parse(stderr)).to.deep.equal({
      errcode: "M_X",
      error: "No: b [a]",
      reasons: [{ code: "a", message: "b" }],
    });
  });

  it("says as JSON, and as nothing else, that it was used wrongly", async () => {
    const wrong: [string[], string][] = [
      [["--json"], "a command is missing: see --help"],
      [["room", "--json"], "a command is missing: see --help"],
      [["bogus", "--json"], "unknown command 'bogus'"],
      [["room", "export", "--json"], "missing required argument 'room'"],
      [["--json", "serve"], "required option '-c, --config <file>' not specified"],
      [["audit", "list", "--format", "pdf", "--json"], "'pdf' is invalid. Allowed choices are table, csv, ndjson."],
      [["jobs", "list", "--json"], "say which service"],
      [["jobs", "list", "--json", "--bogus"], "unknown option '--bogus'"],
    ];
    for (const [args, words] of wrong) {
      const { code, stdout, stderr } = await run(args);
      expect([code, stdout.length], args.join(" ")).to.deep.equal([2, 0]);
      const { error, ...rest } = JSON.parse(stderr) as { error: string };
      expect(error).to.contain(words);
      expect(rest).to.deep.equal({ errcode: "M_INVALID_PARAM", reasons: [] });
    }
  });

  it("never repeats a token that was typed in the wrong place", async () => {
    const token = "syt_YW5u_RoomporterSecret_0a1b2c";
    const admin = "0123456789abcdef0123456789abcdef0123456789abcdef";
    const wrong = (secret: string): string[][] => [
      ["jobs", "list", secret],
      [secret],
      ["jobs", "list", "--tenant", secret],
      ["jobs", "list", "--token", "t", "--url", secret],
      ["jobs", "list", `--tokens=${secret}`],
      ["bundle", "show", `--token=${secret}`],
      ["room", "export", secret],
      ["room", "export", "!a:b", "--since", secret],
      ["tenant", "remove", secret],
      ["tenant", "add", "home", "--url", "http://127.0.0.1:1", "--token", `${secret} and more`],
      ["audit", "list", `--format=${secret}`],
      ["bundle", "verify", secret],
    ];
    for (const secret of [token, admin])
      for (const args of wrong(secret))
        for (const words of [args, [...args, "--json"]]) {
          const { code, stderr } = await run(words);
          expect(code, words.join(" ")).to.be.oneOf([1, 2]);
          expect(stderr, words.join(" ")).not.to.contain(secret);
        }
  });

  it("shows nothing to a terminal that a terminal would obey", async () => {
    await using service = await fakeService((_asked, response) =>
      json(response, 400, { errcode: "M_X", error: "\u001b[2Jgone \u202eflipped" }),
    );
    const { stderr } = await run(["jobs", "list"], { env: service.env });
    expect(stderr).to.equal("roomporter: \ufffd[2Jgone \ufffdflipped\n");
  });
});
