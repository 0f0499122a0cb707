import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect } from "chai";
import { startService, type RunningService } from "../../../src/app/service.ts";
import { loadConfig } from "../../../src/config/load.ts";
import { createRegistration } from "../../../src/config/registration.ts";
import { SILENT } from "../../support/fakes/logger.ts";
import { freePort } from "../../support/process.ts";

const REGISTRATION = { ...createRegistration("http://127.0.0.1:1", "roomporter"), url: "http://127.0.0.1:1" };
const TOKEN = "admin_0123456789";

describe("a service on SQLite", () => {
  let folder: string;
  let url: string;
  let running: RunningService | undefined;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "roomporter-start-"));
    url = `http://127.0.0.1:${await freePort()}`;
  });
  afterEach(async () => {
    await running?.stop();
    running = undefined;
    await rm(folder, { recursive: true });
  });

  const file = (): string => join(folder, "test.db");
  async function start(): Promise<RunningService> {
    const path = join(folder, "config.yaml");
    const config = {
      // nobody is there
      homeserver: { url: "http://127.0.0.1:1", server_name: "example.org" },
      registration: "registration.yaml",
      listeners: [{ port: Number(new URL(url).port), bind_address: "127.0.0.1", resources: ["api", "appservice"] }],
      database: { url: `sqlite:${file()}` },
      storage: { type: "disk", path: join(folder, "store") },
      permissions: { "*": "user" },
      admin_tokens: [{ name: "tests", sha256: createHash("sha256").update(TOKEN).digest("hex") }],
    };
    await writeFile(path, JSON.stringify(config));
    return await startService(await loadConfig(path), REGISTRATION, SILENT);
  }
  const startFailure = (): Promise<unknown> =>
    start().then(
      () => undefined,
      (error: unknown) => (error as Error).message,
    );
  async function push(transaction: string): Promise<number> {
    const path = `/_matrix/app/v1/transactions/${transaction}`;
    const headers = { "content-type": "application/json", authorization: `Bearer ${REGISTRATION.hs_token}` };
    const content = { membership: "invite" };
    const state_key = "@roomporter:example.org";
    const invitation = { type: "m.room.member", event_id: "$e", room_id: "!r:x", sender: "@a:x", state_key, content };
    const body = JSON.stringify({ events: [{ ...invitation, origin_server_ts: 1 }] });
    return (await fetch(url + path, { method: "PUT", headers, body })).status;
  }
  const post = (path: string): Promise<Response> =>
    fetch(url + path, {
      method: "POST",
      headers: { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" },
      body: "{}",
    });
  const live = async (): Promise<number> => (await fetch(`${url}/live`)).status;

  it("answers while another process has locked the file, and says 503 where it has to write", async () => {
    running = await start();
    const other = new DatabaseSync(file());
    other.exec("begin immediate");
    const answered: string[] = [];
    const writing = [post("/v1/gdpr/export"), push("1").then((status) => ({ status }))].map(async (asked) => {
      const { status } = await asked;
      answered.push(`written ${status}`);
    });
    expect(await live()).to.equal(200);
    answered.push("live");
    const ready = (await (await fetch(`${url}/ready`)).json()) as { missing: { name: string }[] };
    expect(ready.missing.map(({ name }) => name)).to.include("database");
    await Promise.all(writing);
    expect(answered).to.deep.equal(["live", "written 503", "written 503"]);
    other.exec("rollback");
    other.close();
    expect((await post("/v1/gdpr/export")).status).to.equal(202);
    expect(await push("1")).to.equal(200);
  });

  it("answers before a file that is locked at its start is free, and does its work once it is", async () => {
    running = await start();
    await running.stop();
    const other = new DatabaseSync(file());
    other.exec("begin immediate");
    running = await start();
    expect(await live()).to.equal(200);
    expect((await post("/v1/gdpr/export")).status).to.equal(503);
    other.exec("rollback");
    other.close();
    expect((await post("/v1/gdpr/export")).status).to.equal(202);
  });

  it("is refused a file that another one is using, and one that a newer version has written", async () => {
    running = await start();
    expect(await startFailure()).to.contain(`another process is using the database ${file()}: stop it first`);
    await running.stop();
    running = undefined;
    const other = new DatabaseSync(file());
    other.exec("insert into kysely_migration (name, timestamp) values ('9999-later', '2030')");
    other.close();
    expect(await startFailure()).to.match(/^a newer version of Roomporter has written this database/);
  });
});
