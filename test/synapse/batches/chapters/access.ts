import { expect } from "chai";
import { OLDER_SYNAPSES } from "../../../../scripts/synapse.js";
import { unique } from "../../../support/users.ts";
import { ENDPOINT, text, type ModuleWorld } from "../world.ts";

/** Who may use the module, and in whose name. */
export function access(world: () => ModuleWorld): void {
  it("tells its version, its limits and the versions of Synapse that it was tried with", async () => {
    const { status, body } = await world().call("GET", ENDPOINT);
    expect(status).to.equal(200);
    expect(body["limits"]).to.deep.equal({ events: 1000, commit: 100 });
    const { version, tried, usable } = body["synapse"] as { version: string; tried: string[]; usable: boolean };
    expect(usable).to.equal(true);
    // those of grounds.ts
    expect(tried)
      .to.include.members([...OLDER_SYNAPSES.slice(1), version])
      .and.have.lengthOf(OLDER_SYNAPSES.length);
  });

  it("serves its application service alone, and that as its own user alone", async () => {
    const { synapse, service, person, other, room } = world();
    const before = await world().timelineIds();
    for (const token of [person.token, other, "nobody"]) {
      expect((await world().batch([text("x")], { token })).status).to.equal(403);
      expect((await world().call("GET", ENDPOINT, undefined, token)).status).to.equal(403);
    }
    expect((await fetch(synapse.url + ENDPOINT)).status).to.equal(401);
    expect((await fetch(`${synapse.url}${ENDPOINT}/batch`, { method: "POST", body: "{}" })).status).to.equal(401);
    expect(await world().timelineIds()).to.deep.equal(before);
    const as = `?user_id=${encodeURIComponent(person.userId)}`;
    const body = { room_id: room, txn_id: unique("as"), events: [text("whose?")] };
    const [sent] = (await world().call("POST", `${ENDPOINT}/batch${as}`, body)).body["event_ids"] as string[];
    const found = (await service.timeline(room)).find(({ event_id }) => event_id === sent);
    expect(found?.sender).to.equal(service.userId);
  });
}
