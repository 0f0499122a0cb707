import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { freePort } from "../../support/process.ts";
import { writeRegistration, type Registration } from "../../support/registration.ts";
import { startService, type Service } from "../../support/service.ts";
import { startSynapse, type Synapse } from "../../support/synapse.ts";

/** How the homeserver's copy of a registration differs from the service's. */
const CASES = ["right", "hs_token", "url", "no_url", "other_program", "id"] as const;
type Case = (typeof CASES)[number];

interface Ready {
  ready: boolean;
  missing: { name: string; message: string }[];
}

describe("a service whose homeserver cannot reach it", () => {
  let dir: string;
  let synapse: Synapse;
  const registrations = new Map<string, Registration>();
  let service: Service | undefined;

  before(async () => {
    dir = mkdtempSync(join(tmpdir(), "roomporter-deaf-"));
    const url = `http://127.0.0.1:${await freePort()}`;
    for (const name of [...CASES, "not_loaded"])
      registrations.set(name, writeRegistration(join(dir, `${name}.yaml`), { id: name, url }));
    for (const name of CASES) {
      const yaml = JSON.parse(readFileSync(fileOf(name), "utf8")) as Record<string, unknown>;
      const changes: Record<Case, object> = {
        right: {},
        hs_token: { hs_token: "hs_of_another_registration" },
        url: { url: `http://127.0.0.1:${await freePort()}` },
        no_url: { url: null },
        // not under Roomporter's own address
        other_program: { url: `${url}/v1` },
        id: { id: "changed" },
      };
      writeFileSync(join(dir, `${name}-homeserver.yaml`), JSON.stringify({ ...yaml, ...changes[name] }));
    }
    synapse = await startSynapse({ registrations: CASES.map((name) => join(dir, `${name}-homeserver.yaml`)) });
  });
  after(async () => {
    await synapse.close();
    rmSync(dir, { recursive: true, force: true });
  });
  afterEach(async () => {
    await service?.close();
    service = undefined;
  });

  const fileOf = (name: string): string => join(dir, `${name}.yaml`);

  async function start(name: Case | "not_loaded"): Promise<Service> {
    const registration = registrations.get(name);
    if (!registration) throw new Error(`no registration ${name}`);
    service = await startService({ synapse, registration, until: "live" });
    return service;
  }
  async function readiness({ url }: Service): Promise<Ready> {
    return (await (await fetch(`${url}/ready`)).json()) as Ready;
  }
  /** Asks again until this holds. */
  async function until(of: Service, holds: (ready: Ready) => boolean): Promise<Ready> {
    for (;;) {
      const ready = await readiness(of);
      if (holds(ready)) return ready;
      await sleep(50);
    }
  }
  /** The message of the check `appservice`, once the homeserver has been asked. */
  async function fault(of: Service): Promise<string> {
    const known = ({ missing }: Ready): boolean =>
      missing.some(({ name, message }) => name === "appservice" && !message.includes("has not pinged"));
    const { missing } = await until(of, known);
    return missing.find(({ name }) => name === "appservice")?.message ?? "";
  }
  /** The messages of the log that hold this text. */
  function logged({ log }: Service, text: string): string[] {
    const lines = log().trim().split("\n");
    return lines.map((line) => (JSON.parse(line) as { msg: string }).msg).filter((message) => message.includes(text));
  }

  it("is ready, and says as whom, where all is right; and says once when the homeserver goes and comes", async () => {
    const right = await start("right");
    await until(right, ({ ready }) => ready);
    while (logged(right, "ready as").length === 0) await sleep(20);
    expect(logged(right, "ready as")).to.deep.equal(["ready as @right:localhost"]);

    await synapse.stop();
    const { missing } = await readiness(right);
    expect(missing.map(({ name }) => name)).to.deep.equal(["homeserver"]);
    expect(missing[0]?.message).to.include(synapse.url).and.include("homeserver.url").and.include("ECONNREFUSED");
    for (let i = 0; i < 5; i++) await readiness(right);
    await synapse.start();
    await until(right, ({ ready }) => ready);
    await readiness(right);
    expect(logged(right, "the homeserver at")).to.deep.equal([
      missing[0]?.message,
      `the homeserver at ${synapse.url} answers again`,
    ]);
    expect(logged(right, "ready as")).to.have.length(1);
  });

  it("tells a wrong hs_token; once the homeserver has the right one and was restarted, it is ready", async () => {
    const deaf = await start("hs_token");
    const message = await fault(deaf);
    expect(message).to.match(/^the homeserver shows another hs_token .* and restart the homeserver$/);
    expect(logged(deaf, "hs_token")).to.deep.equal([message]);
    expect(logged(deaf, "ready as")).to.deep.equal([]);
    await synapse.stop();
    await readiness(deaf);
    writeFileSync(join(dir, "hs_token-homeserver.yaml"), readFileSync(fileOf("hs_token")));
    await synapse.start();
    await until(deaf, ({ ready }) => ready);
    while (logged(deaf, "ready as").length === 0) await sleep(20);
    expect(logged(deaf, "reaches this service again")).to.have.length(1);
  });

  it("tells a url that leads nowhere, one that leads to another program, and none", async () => {
    const nowhere = await start("url");
    expect(await fault(nowhere))
      .to.match(/cannot connect to the url of its registration \(here: http:\/\/127\.0\.0\.1:\d+; it says: .*refused/)
      .and.match(/: set url to a listener with the resource appservice/);
    await nowhere.close();
    const other = await start("other_program");
    expect(await fault(other)).to.match(/another program answers with HTTP 404: set url/);
    await other.close();
    const without = await start("no_url");
    expect(await fault(without)).to.equal(
      `the homeserver's copy of the registration has no url, so it sends nothing: set url: ${without.url} there, and restart the homeserver`,
    );
  });

  it("tells a registration that the homeserver has not loaded, and one with another id", async () => {
    const unknown = await start("not_loaded");
    const message = await fault(unknown);
    expect(message).to.match(/does not know the as_token of the registration: .*app_service_config_files/);
    expect(logged(unknown, "as_token")).to.deep.equal([message]);
    expect((await readiness(unknown)).missing.map(({ name }) => name)).to.deep.equal(["appservice", "service_user"]);
    await unknown.close();
    expect(await fault(await start("id"))).to.match(/knows the as_token under another id than id: use the same id/);
  });
});
