import { createServer as createHttpServer } from "node:http";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { once } from "node:events";
import type { Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { checkConfig, type OnlineResult } from "../../../src/config/check.ts";
import { ConfigError, showProblem } from "../../../src/config/problem.ts";
import { createRegistration, writeRegistration } from "../../../src/config/registration.ts";

describe("a check of the configuration", () => {
  let folder: string;
  const servers: Server[] = [];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "roomporter-check-"));
    await writeRegistration(join(folder, "reg.yaml"), createRegistration("http://127.0.0.1:9820", "example.org"));
  });
  afterEach(async () => {
    for (const server of servers.splice(0)) server.close();
    await rm(folder, { recursive: true });
  });

  const SOUND = {
    homeserver: { url: "http://127.0.0.1:8008", server_name: "example.org" },
    registration: "reg.yaml",
    listeners: [{ port: 0, resources: ["appservice", "api"] }],
    storage: { type: "disk", path: "store", min_free: 0 },
  };
  interface Found {
    errors: string[];
    warnings: string[];
    facts: string[];
  }
  /** Each top-level key stands on a line of its own; what is found is given without the folder. */
  async function check(changes: object, online?: OnlineResult): Promise<Found> {
    const file = join(folder, "config.yaml");
    const keys = Object.entries({ ...SOUND, ...changes });
    await writeFile(file, keys.map(([key, value]) => `${key}: ${JSON.stringify(value)}`).join("\n"));
    const said = (lines: string[]): string[] => lines.map((line) => line.replaceAll(`${folder}/`, ""));
    try {
      const asking = online && { online: async (): Promise<OnlineResult> => online };
      const { warnings, facts } = await checkConfig(file, { environment: {}, ...asking });
      return { errors: [], warnings: said(warnings.map(showProblem)), facts: said(facts) };
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      const lines = said(error.message.split("\n"));
      const isWarning = (line: string): boolean => line.includes(": warning: ");
      return { errors: lines.filter((line) => !isWarning(line)), warnings: lines.filter(isWarning), facts: [] };
    }
  }
  /** Something that listens, and answers any request with this JSON. */
  async function holder(answers: (path: string) => object): Promise<number> {
    const server = createHttpServer((request, response) => response.end(JSON.stringify(answers(request.url ?? ""))));
    servers.push(server.listen(0, "127.0.0.1"));
    await once(server, "listening");
    const address = server.address();
    return typeof address === "object" && address ? address.port : 0;
  }
  const listener = (port: number, more: object = {}): object => ({
    listeners: [{ port, resources: ["appservice"], ...more }],
  });

  it("finds nothing where nothing is wrong, and leaves nothing behind", async () => {
    expect(await check({})).to.deep.equal({ errors: [], warnings: [], facts: [] });
    await mkdir(join(folder, "store"));
    expect(await check({ permissions: { "*": "none", "example.org": "user", "other.example": "none" } })).to.deep.equal(
      {
        errors: [],
        warnings: [],
        facts: [],
      },
    );
  });

  it("tells folders that cannot be written", async function () {
    await writeFile(join(folder, "file"), "");
    const { errors } = await check({
      storage: { type: "disk", path: "file/store", min_free: 0 },
      database: { url: "sqlite:store" },
    });
    expect(errors).to.have.length(1);
    expect(errors[0]).to.match(/^config\.yaml:4: storage\.path: file\/?.* cannot be written by this user \(ENOTDIR\)/);
    await mkdir(join(folder, "store"));
    expect((await check({ database: { url: "sqlite:store" } })).errors).to.deep.equal([
      "config.yaml:5: database.url: store is a folder: name a file",
    ]);
    // who is root may write everywhere
    if (process.getuid?.() === 0) return;
    await chmod(join(folder, "store"), 0o500);
    expect((await check({ database: { url: "sqlite:store/new/x.db" } })).errors).to.have.length(2);
  });

  it("warns of a disk that is nearly full", async () => {
    const { errors, warnings } = await check({
      storage: { type: "disk", path: "store", min_free: Number.MAX_SAFE_INTEGER },
    });
    expect(errors).to.deep.equal([]);
    expect(warnings).to.have.length(1);
    expect(warnings[0]).to.match(
      /^config\.yaml:4: warning: storage\.min_free: only \d+ bytes are free on the disk of store/,
    );
  });

  it("warns of a nearly full disk that the database has for itself", async () => {
    // a disk of its own on every Linux
    const { warnings } = await check({
      storage: { type: "disk", path: "store", min_free: Number.MAX_SAFE_INTEGER },
      database: { url: "sqlite:/dev/shm/roomporter-none/porter.db" },
    });
    expect(warnings).to.have.length(2);
    expect(warnings[1]).to.match(
      /^config\.yaml:5: warning: database\.url: only \d+ bytes are free on the disk of \/dev\/shm\/roomporter-none, .*: a database that cannot grow/,
    );
  });

  it("tells a port that another program has from one that this very service has", async () => {
    const strange = await holder(() => ({ hello: "world" }));
    expect((await check(listener(strange))).errors).to.deep.equal([
      `config.yaml:3: listeners.0.port: 127.0.0.1:${strange} is in use by another process: stop it, or take another port`,
    ]);
    const other = await holder((path) => (path === "/live" ? { live: true, service_user: "@old:x" } : { missing: [] }));
    expect((await check(listener(other))).errors[0]).to.match(/in use by another Roomporter, @old:x: stop it/);
    const missing = [{ name: "appservice", message: "the homeserver has not pinged this service yet" }];
    const own = await holder((path) =>
      path === "/live" ? { live: true, service_user: "@roomporter:example.org" } : { missing },
    );
    const running = await check(listener(own));
    expect(running.errors).to.deep.equal([]);
    expect(running.facts).to.deep.equal([`127.0.0.1:${own} is in use by this very service, which is running`]);
    expect(running.warnings).to.include(
      "config.yaml:3: warning: listeners.0.port: the running service is not ready: appservice: the homeserver has not pinged this service yet",
    );
  });

  it("tells listeners that take each other's port, have no such address, or are not where the homeserver looks", async () => {
    const port = await holder(() => ({}));
    servers.splice(0).forEach((server) => server.close());
    const twice = [
      { port, resources: ["appservice"] },
      { port, resources: ["api"] },
    ];
    expect((await check({ listeners: twice })).errors).to.deep.equal([
      `config.yaml:3: listeners.1.port: ${port} is the port of listeners.0, too: join them`,
    ]);
    const far = listener(port, { bind_address: "192.0.2.1" });
    expect((await check(far)).errors).to.deep.equal([
      "config.yaml:3: listeners.0.port: 192.0.2.1 is not an address of this machine",
    ]);
    const cluster = await check({ ...far, database: { url: "postgres://db/x" } });
    expect(cluster.errors, "a worker does not open it").to.deep.equal([]);
    expect(cluster.warnings).to.include(
      "config.yaml:3: warning: listeners.0.port: 192.0.2.1 is not an address of this machine: roomporter worker can run here, roomporter serve cannot",
    );
    expect((await check(listener(port))).warnings).to.deep.equal([
      "config.yaml:3: warning: listeners: the registration's url is http://127.0.0.1:9820, and no listener with the resource appservice has port 9820",
    ]);
    expect((await check(listener(0, { resources: ["metrics"] }))).warnings).to.deep.equal([
      "config.yaml:3: warning: listeners: none has the resource appservice: the homeserver cannot reach `roomporter serve`",
    ]);
  });

  it("warns of permissions and roles that name nobody", async () => {
    const warn = (path: string, message: string, line = 5): string =>
      `config.yaml:${line}: warning: ${path}: ${message}`;
    expect((await check({ permissions: { "example.org": "user", ann: "admin" } })).warnings).to.deep.equal([
      warn("permissions.ann", 'names a server called ann: did you mean "@ann:example.org"?'),
    ]);
    expect((await check({ permissions: { "exmaple.org": "user" } })).warnings).to.deep.equal([
      warn(
        "permissions.exmaple.org",
        "names the server exmaple.org: did you mean example.org (homeserver.server_name)?",
      ),
      warn(
        "permissions",
        'nobody of example.org (homeserver.server_name) may use the service: add "example.org: user"',
      ),
    ]);
    expect((await check({ permissions: { "@ann:example.org": "user" } })).warnings).to.deep.equal([]);
    expect((await check({ permissions: { "@ann:example.org": "none", "*": "none" } })).warnings).to.have.length(1);
    expect((await check({ roles: { board: { users: ["@ann:example.og"] } } })).warnings).to.deep.equal([
      warn("roles.board.users.0", "names the server example.og: did you mean example.org (homeserver.server_name)?"),
    ]);
    expect((await check({ rooms: { incognito: { allow: ["bob"] } } })).warnings).to.deep.equal([
      warn("rooms.incognito.allow.0", 'names a server called bob: did you mean "@bob:example.org"?'),
    ]);
    const own = { homeserver: { url: "http://127.0.0.1:8008", server_name: "localhost" } };
    await rm(join(folder, "reg.yaml"));
    await writeRegistration(join(folder, "reg.yaml"), createRegistration("http://127.0.0.1:9820", "localhost"));
    expect((await check({ ...own, permissions: { localhost: "user" } })).warnings).to.deep.equal([]);
  });

  it("tells a registration that was made for another server, and warns of one that takes too much or is open to all", async () => {
    const registration = createRegistration("http://127.0.0.1:9820", "example.net");
    await writeFile(join(folder, "reg.yaml"), JSON.stringify({ ...registration, rate_limited: true }, null, 1));
    await chmod(join(folder, "reg.yaml"), 0o644);
    const { errors, warnings } = await check({});
    expect(errors).to.deep.equal([
      "reg.yaml:11: namespaces.users.0.regex: @roomporter:example\\.net is for another server than example.org (homeserver.server_name): correct one of them, on both sides",
    ]);
    expect(warnings).to.deep.equal([
      "reg.yaml:1: warning: holds secrets, and everybody on this machine can read it: chmod 640",
      "reg.yaml:15: warning: rate_limited: is not false: the homeserver slows imports down many times",
    ]);
    const wide = { ...registration, namespaces: { users: [{ regex: "@.*", exclusive: false }, { regex: "(" }] } };
    await writeFile(join(folder, "reg.yaml"), JSON.stringify(wide));
    await chmod(join(folder, "reg.yaml"), 0o600);
    expect(await check({})).to.deep.include({
      errors: [],
      warnings: [
        "reg.yaml:1: warning: namespaces.users.0.regex: @.* matches more than @roomporter:example.org: the homeserver sends every room of all these users",
      ],
    });
  });

  it("joins what the homeserver was asked, at the lines of both files", async () => {
    const online: OnlineResult = {
      config: [{ path: ["homeserver", "server_name"], message: "another" }],
      registration: [{ path: ["as_token"], message: "not known" }],
      facts: ["it answers"],
    };
    expect((await check({}, online)).errors).to.deep.equal([
      "config.yaml:1: homeserver.server_name: another",
      "reg.yaml:3: as_token: not known",
    ]);
    expect((await check({}, { config: [], registration: [], facts: ["it answers"] })).facts).to.deep.equal([
      "it answers",
    ]);
  });

  it("tells what else is wrong, too, where the registration cannot be read", async () => {
    await rm(join(folder, "reg.yaml"));
    const { errors, warnings } = await check({ permissions: { ann: "user" } });
    expect(errors).to.deep.equal(["reg.yaml: there is no such file: make it with `roomporter registration`"]);
    expect(warnings).to.have.length(2);
  });
});
