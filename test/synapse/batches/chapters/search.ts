import { expect } from "chai";
import type { JsonObject } from "../../../../src/matrix/json.ts";
import { until } from "../../../support/until.ts";
import { text, type ModuleWorld } from "../world.ts";

const POLICY = "io.roomporter.policy";

/** What stays out of the homeserver's own search. */
export function search(world: () => ModuleWorld): void {
  it("keeps events that are not to be indexed out of the homeserver's search", async () => {
    await world().sent([text("heron seen"), text("heron hidden", { do_not_index: true })]);
    await world().single(text("heron hidden, sent singly", { do_not_index: true }));
    await world().single(text("heron seen, sent singly"));
    expect(await world().found("heron")).to.deep.equal(["heron seen", "heron seen, sent singly"]);
  });

  it("takes a room out of it where its policy says so, and puts it back where it ceases to", async () => {
    const { service } = world();
    const room = await world().newRoom();
    const found = (): Promise<string[]> => world().found("stork", room);
    await world().sent([text("stork one"), text("stork never", { do_not_index: true })], { room });
    expect(await found()).to.deep.equal(["stork one"]);
    await service.setState(room, POLICY, { do_not_index: true });
    await until(async () => (await found()).length === 0);
    await world().sent([text("stork two")], { room });
    await world().single(text("stork three"), room);
    expect(await found()).to.deep.equal([]);
    await service.setState(room, POLICY, { do_not_index: false });
    await until(async () => (await found()).length === 3);
    expect(await found()).to.deep.equal(["stork one", "stork three", "stork two"]);
    await world().sent([text("stork four")], { room });
    expect(await found()).to.have.lengthOf(4);
  });

  it("lets the policy decide for what an import has marked, but not for what was marked before", async () => {
    const { service, person } = world();
    const room = await world().newRoom({ invite: [person.userId] });
    await person.join(room);
    const found = (): Promise<string[]> => world().found("egret", room);
    const imported = (set: JsonObject): JsonObject => ({
      do_not_index: true,
      "io.roomporter.origin": { restore: { set, drop: [] } },
    });
    await world().sent([text("egret imported", imported({})), text("egret hidden", { do_not_index: true })], { room });
    await world().sent([text("egret marked at its source", imported({ "/do_not_index": true }))], { room });
    await person.say(room, "egret dressed up as imported", imported({}));
    expect(await found()).to.deep.equal([]);
    await service.setState(room, POLICY, { do_not_index: true });
    await service.setState(room, POLICY, { do_not_index: false });
    await until(async () => (await found()).length === 1);
    await world().sent([text("egret imported later", imported({}))], { room });
    expect(await found()).to.deep.equal(["egret imported", "egret imported later"]);
  });

  it("takes the service user's word alone for a room's policy", async () => {
    const { service, person } = world();
    const room = await person.createRoom({ invite: [service.userId], room_version: "12" });
    await service.join(room);
    await person.setState(room, POLICY, { do_not_index: true });
    await world().sent([text("crane")], { room });
    expect(await world().found("crane", room)).to.deep.equal(["crane"]);
  });
}
