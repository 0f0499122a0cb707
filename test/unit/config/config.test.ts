import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect } from "chai";
import { loadConfig } from "../../../src/config/load.ts";
import { ConfigError } from "../../../src/config/problem.ts";

const SMALLEST = `homeserver:
  url: http://127.0.0.1:8008/
  server_name: example.org
registration: registration.yaml
listeners:
  - port: 9820
    resources: [appservice, api]
`;

describe("the configuration", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "roomporter-config-"));
  });
  after(() => rm(folder, { recursive: true }));

  async function load(yaml: string, environment: Record<string, string> = {}) {
    await writeFile(join(folder, "config.yaml"), yaml);
    return loadConfig(join(folder, "config.yaml"), environment);
  }

  /** The problems, without the file's name. */
  async function problems(yaml: string, environment: Record<string, string> = {}): Promise<string[]> {
    try {
      await load(yaml, environment);
      return [];
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      return error.message.split("\n").map((line) => line.replace(join(folder, "config.yaml") + ":", ""));
    }
  }

  it("serves the web page only beside the API, and tells browsers the public address of the homeserver", async () => {
    const web = (resources: string): string => SMALLEST.replace("[appservice, api]", resources);
    expect(await problems(web("[appservice, web]"))).to.deep.equal([
      "7: listeners.0.resources: web needs api beside it: the page calls the API at its own address",
    ]);
    expect((await load(web("[api, web]"))).homeserver.public_url).to.equal("http://127.0.0.1:8008");
    const elsewhere = SMALLEST.replace("homeserver:\n", "homeserver:\n  public_url: https://matrix.example.org/\n");
    expect((await load(elsewhere)).homeserver.public_url).to.equal("https://matrix.example.org");
  });

  it("takes the origins of clients that may show the widget, and no addresses", async () => {
    const clients = (list: string): string => `${SMALLEST}\nweb:\n  widget_clients: ${list}\n`;
    expect((await load(SMALLEST)).web.widget_clients).to.deep.equal([]);
    const known = (await load(clients("[https://App.Element.io, 'http://127.0.0.1:8080/']"))).web.widget_clients;
    expect(known).to.deep.equal(["https://app.element.io", "http://127.0.0.1:8080"]);
    for (const wrong of ["https://app.element.io/app", "ftp://element.io", "'*'", "'https://a;b'"])
      expect((await problems(clients(`[${wrong}]`))).join(), wrong).to.contain(
        "web.widget_clients.0: expected an origin",
      );
  });

  it("needs little, has defaults, and takes paths relative to the file", async () => {
    const config = await load(SMALLEST);
    expect(config.homeserver.url).to.equal("http://127.0.0.1:8008");
    expect(config.listeners).to.deep.equal([
      { port: 9820, bind_address: "127.0.0.1", resources: ["appservice", "api"], trusted_proxies: [] },
    ]);
    expect(config.registration).to.equal(join(folder, "registration.yaml"));
    expect(config.database.url).to.equal(`sqlite:${join(folder, "data/roomporter.db")}`);
    expect(config.storage).to.deep.equal({
      type: "disk",
      path: join(folder, "data/store"),
      min_free: 500 * 1024 ** 2,
      retention_days: 7,
    });
    expect(config.permissions).to.deep.equal({ "example.org": "user" });
    expect(config.import).to.deep.equal({
      room_version: "12",
      author_label: "introduce",
      author_map: {},
      trusted_keys: [],
    });
    expect(config.limits).to.deep.equal({
      upload_size: 2 * 1024 ** 3,
      concurrent_jobs: 2,
      rooms_at_once: 4,
      jobs_per_user: 100,
      storage_per_user: 10 * 1024 ** 3,
      rooms_per_hour: 100,
      invitations_per_hour: 200,
      live_exports: 8,
      live_exports_per_user: 2,
      uploads: 16,
      uploads_per_user: 4,
    });
    expect(config.logging.level).to.equal("info");
  });

  it("takes the sample", async () => {
    const config = await loadConfig(resolve("config.sample.yaml"), {});
    expect(config.permissions).to.deep.equal({ "*": "none", "example.org": "user", "@ann:example.org": "admin" });
    expect(config.import.room_version).to.equal("12");
  });

  it("names every unknown key and bad value with its line", async () => {
    const yaml = `${SMALLEST}prot: 1
permissions:
  "*": user
  example.org: boss
  "not a name": user
import:
  room_version: 10
  label: short
limits: {upload_size: 12X}
logging:
  level: loud
`;
    expect(await problems(yaml)).to.deep.equal([
      "8: prot: unknown key: did you mean bot?",
      "11: permissions.example.org: expected one of none, user, admin",
      '12: permissions.not a name: expected "*", a server name or a user id',
      "14: import.room_version: must be 11 or newer: older rooms cannot take dated redactions",
      "15: import.label: unknown key: did you mean author_label?",
      "16: limits.upload_size: expected a size like 500M",
      "18: logging.level: expected one of debug, info, warn, error",
    ]);
  });

  it("says what a misspelt or misplaced key was probably meant to be", async () => {
    const yaml = `${SMALLEST}premissions: {}
server_name: example.org
storage:
  type: disk
  retention_day: 3
limit: {jobs_per_user: 1}
roles:
  board: {user: ["@a:b"]}
rooms:
  incognito: {close_after: 3}
quite_something_else: 1
`;
    expect(await problems(yaml)).to.deep.equal([
      "8: premissions: unknown key: did you mean permissions?",
      "9: server_name: unknown key: did you mean homeserver.server_name?",
      "12: storage.retention_day: unknown key: did you mean retention_days?",
      "13: limit: unknown key: did you mean limits?",
      "15: roles.board.user: unknown key: did you mean users?",
      "15: roles.board: needs users, or a room",
      "17: rooms.incognito.close_after: unknown key: did you mean close_after_idle_days?",
      "18: quite_something_else: unknown key",
    ]);
    const listener = SMALLEST.replace("    resources", "    bind_adress: 127.0.0.1\n    resources");
    expect(await problems(listener)).to.deep.equal([
      "7: listeners.0.bind_adress: unknown key: did you mean bind_address?",
    ]);
  });

  it("knows an alias from what only looks like one", async () => {
    const spaces = (value: string): string => `${SMALLEST}workspaces: {team: "${value}"}\n`;
    const wrong = [
      "#team",
      "#:example.org",
      "#team:",
      "#team:exa mple",
      "#team:example.org/x",
      "team:example.org",
      "!",
    ];
    for (const value of wrong)
      expect(await problems(spaces(value)), value).to.deep.equal([
        "8: workspaces.team: expected the room id or the alias of a space",
      ]);
    for (const value of ["#team:example.org", "#a:b:8448", "#a:[::1]:8448", "!id:example.org", "!idOfVersion12"])
      expect(await problems(spaces(value)), value).to.deep.equal([]);
  });

  it("names what is missing, at the line of what it is missing from", async () => {
    const yaml = SMALLEST.replace("  server_name: example.org\n", "").replace("    resources: [appservice, api]\n", "");
    expect(await problems(yaml)).to.have.members([
      "1: homeserver.server_name: expected string, but it is missing",
      "5: listeners.0.resources: expected array, but it is missing",
    ]);
  });

  it("names the line of a syntax error and of a double key", async () => {
    expect(await problems(`${SMALLEST}import: [`))
      .to.have.length(1)
      .and.satisfy((all: string[]) => /^\d+: /.test(all[0] ?? ""));
    expect(await problems(`${SMALLEST}registration: other.yaml\n`)).to.deep.equal(["8: duplicated mapping key"]);
  });

  it("knows roles by lists and patterns of users, or by a room", async () => {
    const yaml = `${SMALLEST}roles:
  board: {users: ["@ann:example.org", "@board-*:example.org"]}
  staff: {room: "#staff:example.org"}
`;
    expect((await load(yaml)).roles).to.deep.equal({
      board: { users: ["@ann:example.org", "@board-*:example.org"] },
      staff: { users: [], room: "#staff:example.org" },
    });
    expect(
      await problems(`${SMALLEST}roles:\n  none: {}\n  Big: {users: ["@a:b"]}\n  odd: {users: [ann]}\n`),
    ).to.deep.equal([
      "9: roles.none: needs users, or a room",
      "10: roles.Big: expected lower-case letters, digits, dots, dashes",
      "11: roles.odd.users.0: expected a user id, in which * stands for any characters",
    ]);
  });

  it("has rooms of version 12 that people leave with their role, and knows common bridges", async () => {
    const { rooms } = await load(SMALLEST);
    expect(rooms).to.include({ room_version: "12", role_lost: "remove" });
    expect(rooms.bridges).to.include.members(["@telegram_*:*", "@whatsappbot:*"]);
    expect((await load(`${SMALLEST}rooms: {bridges: []}\n`)).rooms.bridges).to.deep.equal([]);
  });

  it("lets the operator lay down who may have which rooms with rules", async () => {
    const { rooms } = await load(SMALLEST);
    expect(rooms.incognito).to.deep.equal({
      enabled: true,
      allow: ["*"],
      auto_close_on_leave: "asked",
      close_after_idle_days: 0,
      closing: "redact",
    });
    expect(rooms.restricted).to.deep.equal({ enabled: true, allow: ["*"] });
    const yaml = `${SMALLEST}rooms:
  incognito: {allow: ["@ann:example.org", ann b], auto_close_on_leave: sometimes, close_after_idle_days: -1, closing: burn}
  restricted: {roles: [board], role: 1}
`;
    expect(await problems(yaml)).to.have.members([
      '9: rooms.incognito.allow.1: expected "*", a server name or a user id',
      "9: rooms.incognito.auto_close_on_leave: expected one of asked, default, always, never",
      "9: rooms.incognito.close_after_idle_days: expected days",
      "9: rooms.incognito.closing: expected one of redact, purge",
      "10: rooms.restricted.role: unknown key: did you mean roles?",
    ]);
    const contradicting = `${SMALLEST}rooms:\n  incognito: {closing: purge}\n  restricted:\n    roles: [board]\n`;
    expect(await problems(contradicting)).to.deep.equal([
      "9: rooms.incognito.closing: purge needs homeserver.admin_token",
      "11: rooms.restricted.roles.0: there is no role board in roles",
    ]);
    const whole = contradicting.replace("registration:", "  admin_token: t\nregistration:");
    expect(await problems(`${whole}roles: {board: {users: ["@ann:example.org"]}}\n`)).to.deep.equal([]);
  });

  it("takes the token of a server administrator like every secret", async () => {
    const yaml = SMALLEST.replace("registration:", "  admin_token: {env: ADMIN}\nregistration:");
    expect((await load(yaml, { ADMIN: "syt_1" })).homeserver).to.have.property("admin_token", "syt_1");
    expect(await problems(yaml)).to.deep.equal(["4: homeserver.admin_token: the environment has no ADMIN"]);
    expect((await load(SMALLEST)).homeserver).not.to.have.property("admin_token");
  });

  it("takes public keys that are to be known, and no others", async () => {
    const trusting = (key: string): string =>
      `${SMALLEST}import: {trusted_keys: [{server_name: other.example, public_key: "${key}"}]}\n`;
    const key = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
    expect((await load(trusting(key))).import.trusted_keys).to.deep.equal([
      { server_name: "other.example", public_key: key },
    ]);
    expect(await problems(trusting("AAAA"))).to.deep.equal([
      "8: import.trusted_keys.0.public_key: expected an ed25519 public key in base64",
    ]);
  });

  it("takes a database file or a database server", async () => {
    const url = "postgres://db/roomporter";
    expect((await load(`${SMALLEST}database: {url: "${url}"}\n`)).database.url).to.equal(url);
    expect(await problems(`${SMALLEST}database: {url: "mysql://db/roomporter"}\n`)).to.have.length(1);
  });

  it("reads secrets from files and from the environment", async () => {
    await writeFile(join(folder, "hash"), "A".repeat(64) + "\n");
    const yaml = `${SMALLEST}admin_tokens:
  - name: backup
    sha256: {file: hash}
  - name: other
    sha256: {env: OTHER_HASH}
`;
    expect((await load(yaml, { OTHER_HASH: "b".repeat(64) })).admin_tokens).to.deep.equal([
      { name: "backup", sha256: "a".repeat(64) },
      { name: "other", sha256: "b".repeat(64) },
    ]);
    expect(await problems(yaml.replace("file: hash", "file: nothing"), { OTHER_HASH: "sesame" })).to.deep.equal([
      "10: admin_tokens.0.sha256: cannot read nothing",
      "12: admin_tokens.1.sha256: expected the SHA-256 of the token: 64 hexadecimal digits",
    ]);
    expect(await problems(yaml)).to.deep.equal(["12: admin_tokens.1.sha256: the environment has no OTHER_HASH"]);
  });

  it("takes a bucket, whose keys it reads from files and from the environment", async () => {
    await writeFile(join(folder, "key"), "shh\n");
    const yaml = `${SMALLEST}storage:
  type: s3
  endpoint: https://s3.example.org/
  region: eu-central-1
  bucket: bundles
  prefix: /rooms/kept
  access_key_id: {env: KEY_ID}
  secret_access_key: {file: key}
  path: local
  min_free: 0
  retention_days: 0
`;
    expect((await load(yaml, { KEY_ID: "AKIA" })).storage).to.deep.equal({
      type: "s3",
      endpoint: "https://s3.example.org",
      region: "eu-central-1",
      bucket: "bundles",
      prefix: "rooms/kept/",
      access_key_id: "AKIA",
      secret_access_key: "shh",
      force_path_style: false,
      path: join(folder, "local"),
      min_free: 0,
      retention_days: 0,
    });
    expect(await problems(yaml)).to.deep.equal(["14: storage.access_key_id: the environment has no KEY_ID"]);
  });

  it("names what is wrong with the storage", async () => {
    expect(await problems(`${SMALLEST}storage: {type: tape}\n`)).to.deep.equal([
      "8: storage.type: expected disk or s3",
    ]);
    expect(await problems(`${SMALLEST}storage:\n  type: disk\n  min_free: much\n  bucket: b\n`)).to.have.members([
      "10: storage.min_free: expected a size like 500M",
      "11: storage.bucket: unknown key",
    ]);
    expect(await problems(`${SMALLEST}storage: {type: s3, retention_days: -1}\n`)).to.include.members([
      "8: storage.retention_days: expected days",
      "8: storage.region: expected string, but it is missing",
      "8: storage.secret_access_key: expected a text, {file: PATH} or {env: NAME}",
    ]);
  });

  it("says that a file is not there", async () => {
    const path = join(folder, "nothing.yaml");
    const error: unknown = await loadConfig(path, {}).catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(ConfigError).with.property("message", `${path}: there is no such file`);
  });
});
