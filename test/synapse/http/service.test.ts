import { readdir } from "node:fs/promises";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import type { JsonObject } from "../../../src/matrix/json.ts";
import { runProgram } from "../../support/command-line.ts";
import { ALICE, Conversation } from "../../support/conversation.ts";
import { ImportedRoom, postImport } from "../../support/imported-room.ts";
import { MatrixClient } from "../../support/matrix-client.ts";
import { freePort } from "../../support/process.ts";
import { writeRegistration, type Registration } from "../../support/registration.ts";
import { startService, type Service } from "../../support/service.ts";
import { startSynapse, type Synapse } from "../../support/synapse.ts";
import { registerUser } from "../../support/users.ts";
import { Api } from "./api.ts";

describe("the service as a process", () => {
  let dir: string;
  let registration: Registration;
  let synapse: Synapse;
  let service: Service;
  let ivan: MatrixClient;

  before(async () => {
    dir = mkdtempSync(join(tmpdir(), "roomporter-process-"));
    const url = `http://127.0.0.1:${await freePort()}`;
    registration = writeRegistration(join(dir, "registration.yaml"), { id: "roomporter", url });
    synapse = await startSynapse({ registrations: [registration.file] });
    service = await startService({ synapse, registration });
    ivan = await registerUser(synapse.url, "ivan");
  });
  after(async () => {
    await service.close();
    await synapse.close();
    rmSync(dir, { recursive: true, force: true });
  });

  const ready = async (): Promise<{ status: number; body: JsonObject }> => {
    const response = await fetch(`${service.url}/ready`);
    return { status: response.status, body: (await response.json()) as JsonObject };
  };

  it("gives its user a name and a face", async () => {
    const user = new MatrixClient(synapse.url, service.asToken, service.userId, { masquerade: true });
    const profile = await user.request("GET", `/_matrix/client/v3/profile/${encodeURIComponent(service.userId)}`);
    expect(profile).to.have.property("displayname", "Roomporter");
    expect((await user.download(String(profile["avatar_url"]))).subarray(1, 4).toString()).to.equal("PNG");
  });

  it("lives while the homeserver is away, says so, and is ready when it is back", async () => {
    await synapse.stop();
    const { status, body } = await ready();
    expect(status).to.equal(503);
    expect((body["missing"] as JsonObject[]).map(({ name }) => name)).to.deep.equal(["homeserver"]);
    expect((await fetch(`${service.url}/live`)).status).to.equal(200);
    expect((await new Api(service, ivan.token).json("/v1/jobs")).status).to.equal(502);
    await synapse.start();
    expect((await ready()).status).to.equal(200);
  });

  it("stops in time on SIGTERM in the middle of an import, and goes on with it at the next start", async () => {
    const talk = new Conversation();
    for (let i = 0; i < 60; i++) talk.say(ALICE, `message ${i}`);
    const bundle = await talk.write();
    const api = new Api(service, ivan.token);
    const { body } = await postImport(service, ivan.token, bundle.file);
    await bundle.remove();
    const id = String(body["job_id"]);
    for (;;) {
      const { progress } = (await api.json(`/v1/jobs/${id}`)).body as { progress: { done: number } };
      if (progress.done >= 10) break;
      await sleep(20);
    }
    const waiting = api.json(`/v1/jobs/${id}/events`).catch(() => undefined);
    const begun = performance.now();
    await service.stop();
    expect(performance.now() - begun).to.be.lessThan(10_000);
    await waiting;
    await service.start();
    const job = await api.ended(id);
    expect(job).to.deep.include({ state: "succeeded", error: null });
    const room = await ImportedRoom.joined(ivan, job);
    const bodies = room.timeline.filter(({ type }) => type === "m.room.message").map(({ content }) => content["body"]);
    expect(bodies).to.deep.equal(Array.from({ length: 60 }, (_, i) => `message ${i}`));
    expect(await readdir(join(service.dir, "data/store/bundles"))).to.deep.equal([]);
    const work = join(service.dir, "data/store/work");
    const [own, ...others] = await readdir(work);
    expect(others).to.deep.equal([]);
    // by which other processes see that this one lives
    expect(await readdir(join(work, own ?? "")))
      .to.include("lock")
      .and.satisfy((names: string[]) => names.every((name) => name.startsWith("lock")));
  });

  it("writes no token and nothing that people wrote into its log", async () => {
    const room = await ivan.createRoom({ name: "A room with a secret name", invite: [service.userId] });
    await ivan.say(room, "the secret words of ivan");
    await new Api(service, ivan.token).exported(room);
    await new Api(service, "a-wrong-token-of-somebody").json("/v1/jobs");
    const log = service.log();
    expect(log).to.include('"msg":"listening"');
    for (const secret of [ivan.token, service.adminToken, service.asToken, service.hsToken, "a-wrong-token", "secret"])
      expect(log).not.to.include(secret);
  });

  it("does not start with the sample's placeholder tokens, a port that is taken, or a config that is wrong", async () => {
    const config = readFileSync(service.configFile, "utf8");
    const file = join(dir, "other.yaml");
    const start = async (changed: string): Promise<string> => {
      writeFileSync(file, changed);
      const { code, stderr } = await runProgram(["serve", "-c", file]);
      expect(code).to.equal(1);
      return stderr;
    };
    const sample = config.replace(registration.file, new URL("../../../registration.yaml", import.meta.url).pathname);
    expect(await start(sample))
      .to.include("placeholder")
      .and.match(/registration\.yaml:\d+: /);
    expect(await start(config.replaceAll(service.dir, dir))).to.include("EADDRINUSE");
    expect(await start(config.replace('"permissions"', '"premissions"'))).to.match(
      /other\.yaml:\d+: premissions: unknown key/,
    );
  });

  it("has no workers on SQLite, and says why", async () => {
    const { code, stderr } = await runProgram(["worker", "-c", service.configFile]);
    expect([code, stderr]).to.deep.equal([
      1,
      "roomporter: workers need PostgreSQL (database.url): with SQLite, `roomporter serve` runs the jobs itself\n",
    ]);
  });
});
