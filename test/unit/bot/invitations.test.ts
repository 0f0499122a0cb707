import { expect } from "chai";
import { Bot } from "../../../src/bot/bot.ts";
import { RequestError } from "../../../src/requests/failures/failure.ts";
import type { JsonObject } from "../../../src/matrix/json.ts";
import { HomeserverError } from "../../../src/ports/homeserver/homeserver.ts";
import { memoryStores } from "../../support/fakes/memory-stores.ts";
import { ANN, fakeParts, message, SELF, wordsOf, type FakeParts } from "../../support/fakes/bot.ts";

const failureOf = (handled: Promise<void>): Promise<unknown> =>
  handled.then(
    () => undefined,
    (error: unknown) => error,
  );

describe("the bot, invited", () => {
  const invitation = (content: JsonObject = {}) => ({
    ...message(""),
    event_id: "$invite",
    room_id: "!new:acme.org",
    type: "m.room.member",
    state_key: SELF,
    content: { membership: "invite", ...content },
  });

  it("joins, and says hello once, with the link to the web page", async () => {
    const parts = fakeParts({ webPage: "https://rooms.example.org" });
    parts.homeserver.rooms.set("!new:acme.org", [SELF, ANN]);
    const bot = new Bot(parts);
    await bot.handle(invitation());
    await bot.handle(invitation());
    expect(parts.homeserver.joined).to.include("!new:acme.org");
    const [hello, ...more] = parts.homeserver.said;
    expect(more).to.deep.equal([]);
    expect(hello?.content["msgtype"]).to.equal("m.notice");
    expect(hello?.content["formatted_body"]).to.contain('<a href="https://rooms.example.org">').and.contain("!help");
    expect(await parts.memory.directRoom(ANN)).to.equal(undefined);
  });

  it("says nothing where it is told so, where the web page brings it, in imports, in guarded rooms, and when it comes again", async () => {
    const silent = async (change: Partial<FakeParts>, content: JsonObject = {}, state?: string): Promise<void> => {
      const parts = fakeParts(change);
      parts.homeserver.rooms.set("!new:acme.org", [SELF, ANN]);
      if (state !== undefined) parts.homeserver.marked.set("!new:acme.org", state);
      await new Bot(parts).handle(invitation(content));
      expect(parts.homeserver.joined).to.deep.equal(["!new:acme.org"]);
      expect(parts.homeserver.said, JSON.stringify([content, state])).to.deep.equal([]);
    };
    await silent({ greets: false });
    await silent({}, { "io.roomporter.quietly": true });
    await silent({}, {}, "io.roomporter.imported");
    await silent({}, {}, "io.roomporter.policy");
    const { inbox, memory } = memoryStores();
    const first = { ...invitation(), event_id: "$first" };
    await inbox.store([first]);
    await inbox.done("$first");
    await silent({ memory });
  });

  it("declines with a reason where the inviter may not use it", async () => {
    const parts = fakeParts({ permissionOf: () => "none" });
    await new Bot(parts).handle(invitation());
    expect(parts.homeserver.joined).to.deep.equal([]);
    expect(parts.homeserver.left[0]?.[1]).to.contain("may not use");
  });

  it("says once that it cannot read an encrypted room", async () => {
    const parts = fakeParts();
    parts.homeserver.rooms.set("!new:acme.org", [SELF, ANN]);
    parts.homeserver.encrypted.add("!new:acme.org");
    const bot = new Bot(parts);
    await bot.handle(invitation({ is_direct: true }));
    await bot.handle(invitation({ is_direct: true }));
    expect(parts.homeserver.bodies("!new:acme.org")).to.have.length(1);
    const direct = (await parts.memory.directRoom(ANN)) ?? "";
    expect(direct).to.match(/^!direct/);
    expect(parts.homeserver.bodies(direct)).to.have.length(1);
  });

  it("says only that it cannot read there where it may make no more rooms for that user, or rooms are all encrypted", async () => {
    const full = new RequestError("too_many", "M_LIMIT_EXCEEDED", "too many rooms");
    const limited = fakeParts({ roomsMade: { during: () => Promise.reject(full) } });
    const encrypting = fakeParts();
    const { homeserver } = encrypting;
    homeserver.encrypted.add(`!direct${homeserver.rooms.size + 1}:acme.org`);
    for (const parts of [limited, encrypting]) {
      parts.homeserver.rooms.set("!new:acme.org", [SELF, ANN]);
      parts.homeserver.encrypted.add("!new:acme.org");
      await new Bot(parts).handle(invitation({ is_direct: true }));
      const said = parts.homeserver.said.map(({ room_id: roomId, content }) => [roomId, wordsOf(content)]);
      expect(said).to.have.length(1);
      expect(said[0]?.[0]).to.equal("!new:acme.org");
      expect(said[0]?.[1]).to.contain("Invite me to a room without encryption");
    }
  });

  it("takes a room that somebody opened with it alone as their direct room", async () => {
    const parts = fakeParts();
    parts.homeserver.rooms.set("!new:acme.org", [SELF, ANN]);
    await new Bot(parts).handle(invitation({ is_direct: true }));
    expect(await parts.memory.directRoom(ANN)).to.equal("!new:acme.org");
  });

  it("passes over the invitations of others, and its own leaving", async () => {
    const parts = fakeParts();
    const bot = new Bot(parts);
    await bot.handle({ ...invitation(), state_key: "@bob:acme.org" });
    await bot.handle(invitation({ membership: "leave" }));
    expect(parts.homeserver.joined).to.deep.equal([]);
  });

  it("wants to be called again where the homeserver is away, but does not wait for ever for that of the inviter", async () => {
    const parts = fakeParts();
    const bot = new Bot(parts);
    const far = { ...invitation(), sender: "@far:elsewhere.org" };
    for (const status of [0, 429, 502, 503, 504]) {
      parts.homeserver.join = () => Promise.reject(new HomeserverError(status, "M_UNKNOWN", "away"));
      expect(await failureOf(bot.handle(invitation())), String(status)).to.have.property("status", status);
    }
    expect(await failureOf(bot.handle(far))).to.equal(undefined);
    expect(parts.logged).to.deep.equal(["an invitation could not be answered"]);
  });

  it("does not mind an invitation that was taken back", async () => {
    const parts = fakeParts();
    parts.homeserver.join = () => Promise.reject(new HomeserverError(403, "M_FORBIDDEN", "not invited"));
    await new Bot(parts).handle(invitation());
    expect(parts.logged).to.deep.equal(["an invitation could not be answered"]);
  });
});
