import { expect } from "chai";
import { botHomeserver } from "../../../src/adapters/homeserver/bot/bot-homeserver.ts";
import { HomeserverClient } from "../../../src/adapters/homeserver/client.ts";
import { HomeserverWriter } from "../../../src/adapters/homeserver/writing/room-writer.ts";
import type { BotHomeserver } from "../../../src/ports/homeserver/bot-homeserver.ts";
import { SILENT } from "../../support/fakes/logger.ts";
import type { MatrixClient } from "../../support/matrix-client.ts";
import { sharedSynapse } from "../../support/shared-synapse.ts";
import { registerUser, unique } from "../../support/users.ts";

describe("an event as a member of the room sees it", () => {
  let ann: MatrixClient;
  let bob: MatrixClient;
  let bot: BotHomeserver;
  let called: string[] = [];
  before(async () => {
    const { url, serverName, takeRegistration } = await sharedSynapse();
    const { asToken, senderLocalpart } = takeRegistration();
    [ann, bob] = [await registerUser(url, unique("ann")), await registerUser(url, unique("bob"))];
    const userId = `@${senderLocalpart}:${serverName}`;
    const meter = {
      called: ({ endpoint }: { endpoint: string }) => void called.push(endpoint),
      repeated: () => undefined,
      media: () => undefined,
    };
    const client = new HomeserverClient({ url, accessToken: asToken, userId, logger: SILENT, meter });
    bot = botHomeserver(client, new HomeserverWriter(client, userId));
  });

  /** A room that the bot has been in from the beginning. */
  async function room(visibility: string): Promise<string> {
    const roomId = await ann.createRoom({ invite: [bot.userId] });
    await bot.join(roomId);
    await history(roomId, visibility);
    return roomId;
  }
  const history = (roomId: string, visibility: string): Promise<string> =>
    ann.setState(roomId, "m.room.history_visibility", { history_visibility: visibility });
  async function enter(roomId: string): Promise<void> {
    await ann.invite(roomId, bob.userId);
    await bob.join(roomId);
  }
  async function seen(roomId: string, eventId: string): Promise<string | undefined> {
    called = [];
    const found = (await bot.eventSeenBy(bob.userId, roomId, eventId))?.event_id;
    // by its id alone: however long the room is
    expect([...new Set(called)]).to.deep.equal(["/_matrix/client/v3/rooms/{roomId}/context/{eventId}"]);
    expect(called.length).to.be.at.most(2);
    return found;
  }

  it("is given where they were in the room when it was sent", async () => {
    for (const visibility of ["joined", "invited", "shared", "world_readable"]) {
      const roomId = await room(visibility);
      await enter(roomId);
      const bundle = await ann.say(roomId, "bundle");
      await ann.say(roomId, "more");
      expect(await seen(roomId, bundle), visibility).to.equal(bundle);
    }
  });

  it("is kept from those who came later into a room whose history is for members", async () => {
    for (const visibility of ["joined", "invited"]) {
      const roomId = await room(visibility);
      const bundle = await ann.say(roomId, "bundle");
      await enter(roomId);
      await history(roomId, "shared");
      expect(await seen(roomId, bundle), visibility).to.equal(undefined);
    }
  });

  it("is kept from those who were away when it was sent, of their own accord or not", async () => {
    const roomId = await room("joined");
    await enter(roomId);
    await bob.leave(roomId);
    const left = await ann.say(roomId, "bundle");
    await enter(roomId);
    await ann.kick(roomId, bob.userId);
    const kicked = await ann.say(roomId, "bundle");
    await enter(roomId);
    expect([await seen(roomId, left), await seen(roomId, kicked)]).to.deep.equal([undefined, undefined]);
  });

  it("is judged by what held when it was sent, not by what holds now", async () => {
    const roomId = await room("joined");
    const closed = await ann.say(roomId, "closed");
    await history(roomId, "shared");
    const open = await ann.say(roomId, "open");
    await history(roomId, "joined");
    await enter(roomId);
    expect([await seen(roomId, closed), await seen(roomId, open)]).to.deep.equal([undefined, open]);
  });

  it("from the time of an invitation is given where history is for those invited", async () => {
    const roomId = await room("invited");
    const before = await ann.say(roomId, "before");
    await ann.invite(roomId, bob.userId);
    const bundle = await ann.say(roomId, "bundle");
    await bob.join(roomId);
    expect([await seen(roomId, before), await seen(roomId, bundle)]).to.deep.equal([undefined, bundle]);
  });

  it("is not given where the service user may not see it", async () => {
    const roomId = await ann.createRoom({});
    await history(roomId, "joined");
    await enter(roomId);
    const bundle = await ann.say(roomId, "bundle");
    await ann.invite(roomId, bot.userId);
    await bot.join(roomId);
    expect(await seen(roomId, bundle)).to.equal(undefined);
  });

  it("is not given where it is the membership of somebody", async () => {
    const roomId = await room("shared");
    await enter(roomId);
    const joined = (await ann.state(roomId)).find(({ state_key }) => state_key === bob.userId)?.event_id ?? "";
    expect(await seen(roomId, joined)).to.equal(undefined);
  });
});
