import { expect } from "chai";
import { objectMember, type JsonObject } from "../../../src/matrix/json.ts";
import { ALICE, Conversation } from "../../support/conversation.ts";
import { postImport } from "../../support/imported-room.ts";
import type { MatrixClient } from "../../support/matrix-client.ts";
import type { Service } from "../../support/service.ts";
import { eventually, membershipOf } from "../../synapse/bot/talk.ts";
import { Api } from "../../synapse/http/api.ts";
import { Indexer } from "../../synapse/index/indexer.ts";
import type { World } from "../world.ts";

/** Spaces, and the feed for indexers. */
export function around(world: () => World, service: () => Service): void {
  let ann: MatrixClient;
  before(async () => {
    ann = await world().person("ann");
  });

  async function serviceJoins(roomId: string): Promise<void> {
    const { userId } = service();
    await ann.invite(roomId, userId);
    await eventually("the service joins", async () => (await membershipOf(userId, ann, roomId)) === "join");
  }

  it("an imported room joins its space", async () => {
    const space = await ann.createRoom({ creation_content: { type: "m.space" }, name: "Team" });
    await serviceJoins(space);
    const levels = await ann.stateContent(space, "m.room.power_levels");
    const users = { ...objectMember(levels, "users"), [service().userId]: 50 };
    await ann.setState(space, "m.room.power_levels", { ...levels, users });
    const talk = new Conversation();
    talk.say(ALICE, "hello");
    const bundle = await talk.write();
    const fields = { workspace_id: space };
    const { status, body } = await postImport(service(), ann.token, bundle.file, { wait: 60, fields });
    await bundle.remove();
    expect(status, JSON.stringify(body)).to.equal(201);
    const children = (await ann.state(space)).filter(({ type }) => type === "m.space.child");
    expect(children.map(({ state_key }) => state_key)).to.deep.equal([body["room_id"]]);
    const rooms = (await new Api(service(), ann.token).json("/v1/rooms/joined")).body["rooms"] as JsonObject[];
    const shown = rooms.find((room) => room["room_id"] === space);
    expect(shown).to.deep.include({ type: "m.space", children: [body["room_id"]] });
  });

  it("the feed tells what was said, edited and taken back", async () => {
    const roomId = await ann.createRoom({});
    await serviceJoins(roomId);
    const indexer = new Indexer(new Api(service(), service().adminToken));
    const edited = await ann.say(roomId, "teh first");
    const gone = await ann.say(roomId, "taken back");
    await indexer.poll();
    await indexer.until(() => indexer.docs.has(edited) && indexer.docs.has(gone));
    await ann.edit(roomId, edited, "the first");
    await ann.redact(roomId, gone);
    if (!world().kind.pushesRedactions) {
      // it looks through the rooms at its start, and every five minutes
      await service().stop();
      await service().start();
    }
    await indexer.until(() => !indexer.docs.has(gone) && indexer.docs.get(edited)?.["body"] === "the first");
  });
}
