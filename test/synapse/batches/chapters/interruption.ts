import { expect } from "chai";
import { setModule } from "../../../support/synapse-module.ts";
import { until } from "../../../support/until.ts";
import { unique } from "../../../support/users.ts";
import { reaction, text, type ModuleWorld } from "../world.ts";

/** Calls that the homeserver's end cuts off between two transactions of its database. */
export function interruption(world: () => ModuleWorld): void {
  it("goes on where kill -9 of the homeserver cut a call off", async () => {
    const { service, synapse } = world();
    const room = await world().newRoom();
    const events = Array.from({ length: 249 }, (_, i) => text(`message ${i}`));
    // across the cut
    events.push(reaction("$batch:99"), reaction("$batch:200"));
    const all = { txn: unique("cut"), room };
    for (const commits of [1, 0]) {
      world().dieAfter(commits);
      const outcome = await world()
        .batch(events, all)
        .catch((error: unknown) => error);
      expect(outcome).to.be.instanceOf(Error);
      world().dieAfter(undefined);
      await synapse.stop();
      await synapse.start();
      expect(await world().timelineIds(room)).to.have.lengthOf.within(100, 120);
    }
    const { body } = await world().batch(events, all);
    expect(body["replayed"]).to.equal(100);
    const ids = body["event_ids"] as string[];
    const timeline = (await service.timeline(room)).filter(({ type }) => /message|reaction/.test(type));
    expect(timeline.map(({ event_id }) => event_id)).to.deep.equal(ids);
    const targets = timeline.slice(-2).map(({ content }) => content["m.relates_to"]);
    expect(targets).to.deep.equal([99, 200].map((i) => ({ ...relation, event_id: ids[i] })));
    expect((await world().batch(events, all)).body).to.deep.equal({ event_ids: ids, replayed: 251 });
  });

  it("takes out of the search at its start what came into it while the module was away", async () => {
    const { service, synapse } = world();
    const room = await world().newRoom();
    const found = (): Promise<string[]> => world().found("ibis", room);
    await service.setState(room, "io.roomporter.policy", { do_not_index: true });
    await world().sent([text("ibis one")], { room });
    await synapse.stop();
    setModule(synapse, undefined);
    await synapse.start();
    await world().single(text("ibis two"), room);
    expect(await found()).to.deep.equal(["ibis two"]);
    await synapse.stop();
    setModule(synapse, "roomporter");
    await synapse.start();
    await until(async () => (await found()).length === 0);
    await service.setState(room, "io.roomporter.policy", { do_not_index: false });
    await until(async () => (await found()).length === 2);
  });
}

const relation = { rel_type: "m.annotation", key: "👍" };
