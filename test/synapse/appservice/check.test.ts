import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { runProgram } from "../../support/command-line.ts";
import { freePort } from "../../support/process.ts";
import { writeRegistration } from "../../support/registration.ts";
import { registerServerAdmin } from "../../support/server-admin.ts";
import { sharedService } from "../../support/shared-service.ts";
import { sharedSynapse, type SharedSynapse } from "../../support/shared-synapse.ts";
import type { Service } from "../../support/service.ts";
import { registerUser, unique } from "../../support/users.ts";

describe("config check --online", () => {
  let dir: string;
  let synapse: SharedSynapse;
  let service: Service;
  let config: Record<string, unknown> & { homeserver: object };

  before(async () => {
    dir = mkdtempSync(join(tmpdir(), "roomporter-online-"));
    synapse = await sharedSynapse();
    service = await sharedService();
    config = JSON.parse(readFileSync(service.configFile, "utf8")) as typeof config;
  });
  after(() => rmSync(dir, { recursive: true, force: true }));

  async function check(changes: object = {}): Promise<{ code: number | null; lines: string[] }> {
    const file = join(dir, "config.yaml");
    writeFileSync(file, JSON.stringify({ ...config, ...changes }, null, 1));
    const { code, stdout, stderr } = await runProgram(["config", "check", "--online", "-c", file]);
    expect(stdout.toString()).to.equal("");
    for (const secret of [service.asToken, service.hsToken]) expect(stderr).not.to.include(secret);
    return { code, lines: stderr.replaceAll(file, "config.yaml").trim().split("\n") };
  }

  it("says which homeserver it is, that it knows the service, and that the service runs", async () => {
    const admin = await registerServerAdmin(synapse, unique("root"));
    const { code, lines } = await check({ homeserver: { ...config.homeserver, admin_token: admin.token } });
    expect(code).to.equal(0);
    const { port } = new URL(service.url);
    expect(lines[0]).to.equal(`127.0.0.1:${port} is in use by this very service, which is running`);
    expect(lines[1]).to.match(/^http:\/\/127\.0\.0\.1:\d+ is Synapse 1\.\d+\.\d+.*, with Matrix up to v1\.\d+$/);
    expect(lines.slice(2, 4)).to.deep.equal([
      `the homeserver knows the service as ${service.userId}`,
      "homeserver.admin_token is that of a server administrator",
    ]);
    expect(lines.at(-1)).to.equal("config.yaml is valid, with warnings.");
    expect(lines.slice(4, -1).join("\n"), "the registration of this test").to.match(/^\S+:1: warning: holds secrets/);
  });

  it("tells another server_name, an admin_token that is none, and a registration that was not loaded", async () => {
    const ann = await registerUser(synapse.url, unique("ann"));
    const other = { ...config.homeserver, server_name: "example.org", admin_token: ann.token };
    const wrong = await check({ homeserver: other, listeners: [{ port: 0, resources: ["appservice"] }] });
    expect(wrong.code).to.equal(1);
    expect(wrong.lines.join("\n"))
      .to.match(
        /homeserver\.server_name: the homeserver knows the service as @\S+:localhost, not as @\S+:example\.org: did you mean localhost\?/,
      )
      .and.include("homeserver.admin_token: is not the token of a server administrator");
    const unknown = writeRegistration(join(dir, "new.yaml"), { id: "new", url: service.url });
    const token = { ...config.homeserver, admin_token: "syt_none" };
    const { code, lines } = await check({
      homeserver: token,
      registration: unknown.file,
      listeners: [{ port: 0, resources: ["appservice"] }],
    });
    expect(code).to.equal(1);
    expect(lines.join("\n"))
      .to.match(/new\.yaml:4: as_token: the homeserver at http:\S+ does not know it: .*app_service_config_files/)
      .and.include("homeserver.admin_token: the homeserver does not know this token");
  });

  it("probes the homeserver, and tells with its line what the configuration asks for that it cannot do", async () => {
    const ann = await registerUser(synapse.url, unique("ann"));
    const { code, lines } = await check({
      homeserver: { ...config.homeserver, admin_token: ann.token },
      import: { room_version: "13" },
      rooms: { incognito: { closing: "purge" } },
    });
    expect(code).to.equal(1);
    expect(lines.join("\n"))
      .to.match(/config\.yaml:\d+: import\.room_version: the homeserver has no room version 13, but of those .*11, 12/)
      .and.match(
        /config\.yaml:\d+: rooms\.incognito\.closing: purge needs an admin API that takes homeserver\.admin_token/,
      );
  });

  it("tells a homeserver that does not answer, and an address of something else", async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    const nobody = await check({ homeserver: { ...config.homeserver, url } });
    expect(nobody.code).to.equal(1);
    expect(nobody.lines.join("\n")).to.match(
      /homeserver\.url: http:\S+: no answer .*ECONNREFUSED.*: start the homeserver/,
    );
    const { lines } = await check({ homeserver: { ...config.homeserver, url: service.url } });
    expect(lines.join("\n")).to.match(/homeserver\.url: \S+ does not answer like a homeserver \(HTTP 404\)/);
  });
});
