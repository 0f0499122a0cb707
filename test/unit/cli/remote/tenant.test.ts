import { chmod, mkdtemp, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { fakeService, json } from "../../../support/doors/scripted-service.ts";
import { piped, run, type Ran } from "../../../support/doors/run-command.ts";

/** Nothing listens there. */
const NOBODY = "http://127.0.0.1:1";

describe("tenants", () => {
  let home: string;
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), "tenants-"));
  });
  afterEach(() => rm(home, { recursive: true }));

  const file = (): string => join(home, "roomporter", "tenants.json");
  const tenant = (...args: string[]): Promise<Ran> => run(["tenant", ...args], { env: { XDG_CONFIG_HOME: home } });
  const add = (slug: string, token = "tok"): Promise<Ran> =>
    run(["tenant", "add", slug, "--url", `${NOBODY}/${slug}/`], {
      env: { XDG_CONFIG_HOME: home },
      stdin: piped(`${token}\n`),
    });

  it("are kept in a file that only their owner can read", async () => {
    await add("home", "first");
    await add("work");
    const again = await add("home", "second");
    expect(again.stderr).to.contain("Tenant home is replaced");
    expect(JSON.parse(await readFile(file(), "utf8"))).to.deep.equal({
      home: { url: `${NOBODY}/home`, token: "second" },
      work: { url: `${NOBODY}/work`, token: "tok" },
    });
    expect((await stat(file())).mode & 0o777).to.equal(0o600);
    expect(await readdir(join(home, "roomporter"))).to.deep.equal(["tenants.json"]);
  });

  it("take a token that is typed without being shown", async () => {
    const raw: boolean[] = [];
    const stdin = Object.assign(piped("sekx\u007fret\r"), { isTTY: true, setRawMode: (on: boolean) => raw.push(on) });
    let rawAtPrompt: boolean[] | undefined;
    const { code, stderr } = await run(["tenant", "add", "home", "--url", `${NOBODY}/home`], {
      env: { XDG_CONFIG_HOME: home },
      stdin,
      told: () => (rawAtPrompt ??= [...raw]),
    });
    expect([code, raw]).to.deep.equal([0, [true, false]]);
    // who types as soon as they see it is not shown what they type
    expect(rawAtPrompt).to.deep.equal([true]);
    expect(stderr).to.contain("Token for home").and.to.not.contain("sek");
    expect(await readFile(file(), "utf8")).to.contain('"sekret"');
  });

  it("are not added after Ctrl-C", async () => {
    const stdin = Object.assign(piped("sek\u0003"), { isTTY: true, setRawMode: () => undefined });
    const ran = await run(["tenant", "add", "home", "--url", `${NOBODY}/home`], {
      env: { XDG_CONFIG_HOME: home },
      stdin,
    });
    expect(ran.code).to.equal(130);
    expect((await tenant("list")).stderr).to.contain("There are no tenants");
  });

  it("are listed without their tokens, and removed", async () => {
    await add("home", "secret");
    await add("work", "secret");
    const list = await tenant("list");
    expect(list.stdout.toString()).to.equal(`home  ${NOBODY}/home\nwork  ${NOBODY}/work\n`);
    expect(list.stdout.toString() + list.stderr).to.not.contain("secret");
    expect(JSON.parse((await tenant("list", "--json")).stdout.toString())).to.deep.equal([
      { slug: "home", url: `${NOBODY}/home` },
      { slug: "work", url: `${NOBODY}/work` },
    ]);
    await tenant("remove", "home");
    expect((await tenant("list")).stdout.toString()).to.equal(`work  ${NOBODY}/work\n`);
  });

  it("lead a command to their service", async () => {
    await using service = await fakeService((_asked, response) => json(response, 200, { jobs: [] }));
    const env = { XDG_CONFIG_HOME: home };
    await run(["tenant", "add", "home", "--url", service.url, "--token", "abc"], { env });
    const { code, stderr } = await run(["jobs", "list", "--tenant", "home"], { env });
    expect([code, stderr]).to.deep.equal([0, "There are no jobs.\n"]);
    expect(service.asked.map(({ url, headers }) => [url, headers.authorization])).to.deep.equal([
      ["/v1/whoami", "Bearer abc"],
      ["/v1/jobs", "Bearer abc"],
    ]);
  });

  describe("when they are added", () => {
    /** Adds one whose service answers this; gives what it says beside where it is kept. */
    async function added(status: number, answer: object, ...more: string[]): Promise<Ran & { url: string }> {
      await using service = await fakeService((_asked, response) => json(response, status, answer));
      const env = { XDG_CONFIG_HOME: home };
      const ran = await run([...more, "tenant", "add", "home", "--url", service.url, "--token", "abc"], { env });
      return { ...ran, url: service.url };
    }
    const ANN = { user_id: "@ann:example.org", admin_token: null, admin: false, permission: "user" };

    it("say whose token it is, and what it may do", async () => {
      const ann = await added(200, ANN);
      expect(ann.stderr).to.contain(`\ntoken of @ann:example.org at ${ann.url}; permission: user\n`);
      const none = await added(200, { ...ANN, permission: "none" });
      expect(none.stderr).to.contain("permission: none: ask the operator for a permission\n");
      const program = await added(200, { user_id: null, admin_token: "backup", admin: true, permission: "admin" });
      expect(program.stderr).to.contain(`\nadmin token backup at ${program.url}; permission: admin\n`);
      const shown = await added(200, ANN, "--json");
      expect(JSON.parse(shown.stdout.toString())).to.deep.equal({ slug: "home", url: shown.url, ...ANN });
    });

    it("are not kept where the service does not know the token", async () => {
      const { code, stderr } = await added(401, {
        errcode: "M_UNKNOWN_TOKEN",
        error: "This access token is not known",
      });
      expect(code).to.equal(1);
      expect(stderr).to.contain("This access token is not known");
      expect((await tenant("list")).stderr).to.contain("There are no tenants");
    });

    it("are kept where the service cannot say, which is told", async () => {
      const older = await added(404, { errcode: "M_UNRECOGNIZED", error: "There is nothing at this address" });
      expect([older.code, older.stderr.includes("Whose token it is could not be asked: ")]).to.deep.equal([0, true]);
      const away = await add("work");
      expect(away.stderr).to.contain(`could not be asked: no answer from ${NOBODY}/work: nothing listens there`);
      expect((await tenant("list")).stdout.toString()).to.match(/^home .*\nwork .*\n$/);
    });
  });

  it("are named where another one is asked for", async () => {
    expect((await tenant("remove", "x")).stderr).to.equal('roomporter: no tenant "x" (none is known yet)\n');
    await add("home");
    await add("work");
    const { code, stderr } = await run(["jobs", "list", "--tenant", "hom"], { env: { XDG_CONFIG_HOME: home } });
    expect(code).to.equal(2);
    expect(stderr).to.contain("(known: home, work)");
    const none = await run(["jobs", "list"], { env: { XDG_CONFIG_HOME: home } });
    expect(none.stderr).to.contain("--tenant with one of home, work");
  });

  it("are not read where others can read them too", async () => {
    await add("home");
    await chmod(file(), 0o644);
    const { code, stderr } = await tenant("list");
    expect(code).to.equal(1);
    expect(stderr).to.contain(`chmod 600 ${file()}`);
  });

  it("are not read from a broken file", async () => {
    await add("home");
    for (const text of ["{", "[]", '{"home": {"url": 5}}']) {
      await writeFile(file(), text);
      expect((await tenant("list")).stderr, text).to.contain("is not valid");
    }
  });

  it("are refused where slug, address or token are none", async () => {
    const env = { XDG_CONFIG_HOME: home };
    const wrong: [string[], string][] = [
      [["My Home", "--url", "http://x", "--token", "t"], "is not a valid slug"],
      [["__proto__", "--url", "http://x", "--token", "t"], "is not a valid slug"],
      [["home", "--url", "x.test", "--token", "t"], "is no address"],
      [["home", "--url", "ftp://x", "--token", "t"], "is no address"],
      [["home", "--url", "http://x"], "that is not a valid token"],
    ];
    for (const [args, words] of wrong) {
      const { code, stderr } = await run(["tenant", "add", ...args], { env });
      expect([code, stderr.includes(words)], args.join(" ")).to.deep.equal([2, true]);
    }
    expect((await tenant("list")).stdout).to.have.length(0);
  });
});

describe("the service of a command", () => {
  it("is named by --url and --token before the environment", async () => {
    await using service = await fakeService((_asked, response) => json(response, 200, { jobs: [] }));
    const env = { ROOMPORTER_URL: "http://127.0.0.1:1", ROOMPORTER_TOKEN: "other" };
    expect((await run(["jobs", "list", "--url", service.url, "--token", "mine"], { env })).code).to.equal(0);
    expect(service.asked[0]?.headers.authorization).to.equal("Bearer mine");
  });

  it("is refused where it is named twice or by half", async () => {
    const wrong: [string[], Record<string, string>, string][] = [
      [["--tenant", "home", "--url", "http://x"], {}, "either --tenant"],
      [["--url", "http://x"], {}, "a token is missing"],
      [[], { ROOMPORTER_TOKEN: "t" }, "address is missing"],
    ];
    for (const [args, env, words] of wrong) {
      const { code, stderr } = await run(["jobs", "list", ...args], { env });
      expect([code, stderr.includes(words)], args.join(" ")).to.deep.equal([2, true]);
    }
  });
});
