import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { meter } from "../../../bench/process-usage.ts";
import { objectMember, type JsonObject } from "../../../src/matrix/json.ts";
import { hostileBundles } from "../../support/hostile/bundles.ts";
import { nastyBundles } from "../../support/hostile/taken.ts";
import { postImport } from "../../support/imported-room.ts";
import { MatrixClient } from "../../support/matrix-client.ts";
import { startService, type Service } from "../../support/service.ts";
import { sharedSynapse } from "../../support/shared-synapse.ts";
import { registerUser, unique } from "../../support/users.ts";
import { sampleRoom, temporaryDirectory, writeSample } from "../../unit/bundle/sample.ts";
import { Api } from "./api.ts";

/** What a hostile bundle may take of a service's memory, in MB. */
const MOST_MEMORY = 100;

describe("a service to which every hostile bundle is sent", function () {
  this.timeout(300_000);
  let service: Service;
  let mallory: MatrixClient;
  let api: Api;
  let serviceUser: MatrixClient;
  let folder: Awaited<ReturnType<typeof temporaryDirectory>>;
  let sound: string;

  before(async () => {
    const synapse = await sharedSynapse();
    service = await startService({ synapse, registration: synapse.takeRegistration() });
    serviceUser = new MatrixClient(synapse.url, service.asToken, service.userId, { masquerade: true });
    mallory = await registerUser(synapse.url, unique("mallory"));
    api = new Api(service, mallory.token);
    folder = await temporaryDirectory();
    sound = await writeSample(sampleRoom(), folder.path, "sound.zip");
  });
  after(async () => {
    await service.close();
    await folder.remove();
  });

  const rooms = async (): Promise<unknown> =>
    (await serviceUser.request("GET", "/_matrix/client/v3/joined_rooms"))["joined_rooms"];

  /** All that lies in its folders, but for the database's own files, which come and go. */
  async function files(): Promise<string[]> {
    const names = await Promise.all(
      ["data", "tmp"].map((name) => readdir(join(service.dir, name), { recursive: true })),
    );
    return names
      .flat()
      .filter((name) => !/\.db(?:-\w+)?$/.test(name))
      .sort();
  }

  async function healthy(): Promise<void> {
    expect((await fetch(`${service.url}/ready`)).status).to.equal(200);
    expect((await postImport(service, mallory.token, sound, { wait: 120 })).status).to.equal(201);
  }

  it("refuses each with its code, keeps nothing, stays small, and is well right after", async () => {
    await healthy();
    const before = { rooms: await rooms(), files: await files(), jobs: (await api.json("/v1/jobs")).body };
    const idle = residentMemory(service.pid);
    const used = meter(service.pid);
    const file = join(folder.path, "hostile.zip");
    let peak = 0;
    for (const { code, what, make } of await hostileBundles()) {
      const name = `${code}: ${what}`;
      await writeFile(file, await make());
      const { status, body } = await postImport(service, mallory.token, file);
      expect([status, body["errcode"]], name).to.deep.equal([400, "IO.ROOMPORTER.BAD_BUNDLE"]);
      const codes = (body["reasons"] as JsonObject[]).map((reason) => reason["code"]);
      expect(codes, name).to.include(code);
      peak = Math.max(peak, used().peak - idle);
      expect(peak, `memory above idle, after ${name}`).to.be.below(MOST_MEMORY);
    }
    process.stdout.write(`      memory: at most ${peak.toFixed(0)} MB above idle\n`);
    expect({ rooms: await rooms(), files: await files(), jobs: (await api.json("/v1/jobs")).body }).to.deep.equal(
      before,
    );
    await healthy();
    expect(service.log()).not.to.match(/"level":(?:50|60)/);
  });

  it("takes what is nasty but sound, event by event, and does no harm to what is there", async () => {
    const ours = await mallory.createRoom({ name: "Ours" });
    const idsOf = async (): Promise<string[]> => (await mallory.timeline(ours)).map(({ event_id }) => event_id);
    const before = await idsOf();
    const file = join(folder.path, "nasty.zip");
    for (const { what, make } of nastyBundles({ roomId: ours })) {
      await writeFile(file, await make());
      const { status, body } = await postImport(service, mallory.token, file, { wait: 120 });
      expect([status, body["state"], body["error"]], what).to.deep.equal([201, "succeeded", null]);
      const events = objectMember(objectMember(body, "report"), "events");
      const total = objectMember(body, "progress")?.["total"];
      expect(Number(events?.["sent"]) + Number(events?.["left_out"]), what).to.equal(total);
    }
    expect(await idsOf()).to.deep.equal(before);
    expect(({} as Record<string, unknown>)["admin"]).to.equal(undefined);
    await healthy();
    expect(await readFile(join(service.dir, "service.log"), "utf8")).not.to.match(/"level":(?:50|60)/);
  });
});

/** In MB. */
function residentMemory(pid: number): number {
  return meter(pid)().peak;
}
