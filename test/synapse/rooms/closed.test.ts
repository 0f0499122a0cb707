import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { sharedSynapse } from "../../support/shared-synapse.ts";
import { startService, type Service } from "../../support/service.ts";
import { registerUser, unique } from "../../support/users.ts";
import { Api } from "../http/api.ts";
import { call, roomPath } from "./cast.ts";

describe("a room that was closed", function () {
  this.timeout(120_000);
  let service: Service;
  after(() => service.close());

  it("is gone from the service too: no bundle of it is given out or kept", async () => {
    const synapse = await sharedSynapse();
    service = await startService({ synapse, registration: synapse.takeRegistration(), config: {} });
    const ann = await registerUser(synapse.url, unique("ann"));
    const made = await call(service, ann, "POST", "/v1/rooms", { name: "Tea" });
    const room = String(made.body["room_id"]);
    await ann.join(room);
    await ann.say(room, "leaves");
    const api = new Api(service, ann.token);
    const started = await api.json(roomPath(room, "exports"), "POST");
    const id = String(started.body["job_id"]);
    expect(await api.ended(id)).to.have.property("state", "succeeded");
    const bundle = (): Promise<Response> => api.fetch(`/v1/jobs/${id}/bundle`);
    expect((await bundle()).status).to.equal(200);
    expect((await call(service, ann, "POST", roomPath(room, "close"))).status).to.be.oneOf([200, 202]);
    const refused = await bundle();
    expect(refused.status).to.equal(410);
    expect(await refused.text()).to.include("This room was closed");
    expect(await keptBundles(service)).to.deep.equal([]);
  });
});

async function keptBundles({ dir }: Service): Promise<string[]> {
  const names = await readdir(join(dir, "data"), { recursive: true });
  return names.filter((name) => name.endsWith(".zip"));
}
