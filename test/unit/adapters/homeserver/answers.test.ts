import { expect } from "chai";
import { Readable } from "node:stream";
import { hasUser, profileOf, registerUser, tokenHolder } from "../../../../src/adapters/homeserver/accounts.ts";
import type { HomeserverSettings } from "../../../../src/adapters/homeserver/access.ts";
import { ownAccount } from "../../../../src/adapters/homeserver/account.ts";
import { botHomeserver } from "../../../../src/adapters/homeserver/bot/bot-homeserver.ts";
import { HomeserverClient } from "../../../../src/adapters/homeserver/client.ts";
import { HomeserverIndexSource } from "../../../../src/adapters/homeserver/index-source.ts";
import { HomeserverMediaTarget } from "../../../../src/adapters/homeserver/media/media-target.ts";
import { resolveAlias } from "../../../../src/adapters/homeserver/room-calls.ts";
import { HomeserverReader } from "../../../../src/adapters/homeserver/reading/room-reader.ts";
import { HomeserverWriter } from "../../../../src/adapters/homeserver/writing/room-writer.ts";
import { synapseAdmin } from "../../../../src/adapters/homeserver/synapse/synapse-admin.ts";
import { synapseMediaRemoval } from "../../../../src/adapters/homeserver/synapse/synapse-media-removal.ts";
import { synapseRemoval } from "../../../../src/adapters/homeserver/removal/synapse-removal.ts";
import { HomeserverError, UnexpectedAnswer } from "../../../../src/ports/homeserver/homeserver.ts";
import { SILENT } from "../../../support/fakes/logger.ts";
import { ScriptedHomeserver, type Answer } from "./scripted-homeserver.ts";

const { signal } = new AbortController();
const ANN = "@ann:here";
const json = (status: number, body: object): Answer => ({ status, body: JSON.stringify(body) });
const ABSENT = json(404, { errcode: "M_NOT_FOUND", error: "Not found" });
const UNKNOWN = json(404, { errcode: "M_UNKNOWN", error: "No such thing" });
const FORBIDDEN = json(403, { errcode: "M_FORBIDDEN", error: "You may not" });
const UNRECOGNIZED = json(404, { errcode: "M_UNRECOGNIZED", error: "Unrecognized request" });
const NOT_MATRIX: Answer = { status: 404, body: "<html>nginx" };
const EMPTY = json(200, {});

/** Everything that reads an answer; what it makes of "there is none", and of "you may not". "throws": HomeserverError. */
const CALLS: [
  name: string,
  call: (client: HomeserverClient) => Promise<unknown>,
  absent: unknown,
  forbidden: unknown,
][] = [
  ["one state event", (client) => reader(client).stateEvent("!r:x", "m.room.create", ""), undefined, "throws"],
  ["the state", (client) => reader(client).state("!r:x", signal), "throws", "throws"],
  ["a page", (client) => reader(client).messages("!r:x", undefined, signal), "throws", "throws"],
  ["a thread", (client) => reader(client).threadMessages("!r:x", "$e", signal), "throws", "throws"],
  ["ignored users", (client) => reader(client).ignoredUsers(signal), [], "throws"],
  ["one event, for the feed", (client) => indexSource(client).events("!r:x", ["$e"]), new Map(), new Map()],
  ["one event, for the bot", (client) => bot(client).eventSeenBy(ANN, "!r:x", "$e"), undefined, undefined],
  ["members", (client) => bot(client).members("!r:x"), "throws", "throws"],
  ["joined rooms", (client) => writer(client).joinedRooms(), "throws", "throws"],
  ["a send", (client) => writer(client).sendState("!r:x", "m.room.topic", "", {}), "throws", "throws"],
  ["a new room", (client) => writer(client).createRoom({}), "throws", "throws"],
  ["an alias", (client) => resolveAlias(client, "#tea:x"), undefined, "throws"],
  ["whose a token is", (client) => tokenHolder(client), "throws", "throws"],
  ["an upload", (client) => upload(client), "throws", "throws"],
  ["all rooms", (client) => admin(client).rooms(), "throws", "throws"],
  ["a state event, as administrator", (client) => admin(client).reader.stateEvent("!r:x", "t", ""), "throws", "throws"],
];

describe("answers of the homeserver", () => {
  for (const [name, call, absent, forbidden] of CALLS)
    it(`where they should hold ${name}: absent, forbidden and unexpected are three things`, async () => {
      expect(await outcome(ABSENT, call), "M_NOT_FOUND").to.deep.equal(absent);
      expect(await outcome(UNKNOWN, call), "404 M_UNKNOWN, as Synapse has it for some").to.deep.equal(absent);
      expect(await outcome(FORBIDDEN, call), "M_FORBIDDEN").to.deep.equal(forbidden);
      expect(await outcome(UNRECOGNIZED, call), "M_UNRECOGNIZED").to.equal("unexpected");
      expect(await outcome(NOT_MATRIX, call), "a proxy's 404").to.equal("unexpected");
      if (name !== "ignored users") expect(await outcome(EMPTY, call), "{}").to.equal("unexpected");
    });

  it("name the endpoint, without what stands in the address, and what was expected", async () => {
    const failure = await failureOf(UNRECOGNIZED, (client) =>
      reader(client).stateEvent("!secret:x", "m.room.create", ""),
    );
    expect(failure).to.include({
      status: 404,
      errcode: "M_UNRECOGNIZED",
      endpoint: "GET /_matrix/client/v3/rooms/{roomId}/state/{eventType}/{stateKey}",
      isAbsent: false,
      isUnknownEndpoint: true,
    });
    expect(failure).to.have.property("message").that.does.not.include("secret");
  });

  it("may leave out the id of a state event, and nothing else", async () => {
    const content = { membership: "join" };
    const event = { type: "m.room.member", state_key: ANN, sender: ANN, origin_server_ts: 5, content };
    const told = (answer: object): Promise<unknown> =>
      outcome(json(200, answer), (client) => reader(client).stateEvent("!r:x", "m.room.member", ANN));
    expect(await told(event)).to.deep.equal(event);
    expect(await told({ ...event, event_id: "$e" })).to.deep.equal({ ...event, event_id: "$e" });
    expect(await told(content), "format=event is not known").to.equal("unexpected");
    expect(await told({ ...event, state_key: "@bob:here" }), "another one").to.equal("unexpected");
  });

  it("that does not come about one state event is looked for in the whole state", async () => {
    const event = {
      event_id: "$e",
      type: "m.room.topic",
      state_key: "",
      sender: ANN,
      origin_server_ts: 5,
      content: {},
    };
    for (const [state, found] of [
      [[event], event],
      [[], undefined],
    ]) {
      const homeserver = await ScriptedHomeserver.start("reset", json(200, state as object));
      const client = new HomeserverClient({ url: homeserver.url, accessToken: "t", logger: SILENT });
      expect(await reader(client).stateEvent("!r:x", "m.room.topic", "")).to.deep.equal(found);
      expect(homeserver.requests.at(-1)?.url).to.match(/state$/);
      await homeserver.close();
    }
  });

  it("about users: one that cannot be asked for is not one that is not there", async () => {
    expect(await outcome(ABSENT, (client) => hasUser(client, ANN))).to.equal(false);
    const noRow = json(404, { errcode: "M_UNKNOWN", error: "No row found (profiles)" });
    expect(await outcome(noRow, (client) => hasUser(client, ANN)), "as Synapse 1.163 says it").to.equal(false);
    expect(await outcome(json(404, {}), (client) => hasUser(client, ANN))).to.equal("unexpected");
    expect(await outcome(FORBIDDEN, (client) => hasUser(client, ANN))).to.equal(true);
    for (const ask of [hasUser, profileOf, ownAccount])
      expect(await outcome(UNRECOGNIZED, (client) => ask(client, ANN))).to.equal("unexpected");
    expect(await outcome(UNRECOGNIZED, (client) => registerUser(client, "porter"))).to.equal("unexpected");
  });

  it("to a deletion: a room or a file is gone only where the homeserver says so", async () => {
    for (const remove of [
      (client: HomeserverClient) => synapseRemoval(settings(client), "admin").remove("!r:x", signal),
      (client: HomeserverClient) => synapseMediaRemoval(settings(client), "admin").removeMedia("mxc://here/a", signal),
    ]) {
      expect(await outcome(ABSENT, remove)).to.equal(undefined);
      expect(await outcome(UNRECOGNIZED, remove)).to.equal("unexpected");
    }
  });
});

/** What a call makes of an answer. */
async function outcome(answer: Answer, call: (client: HomeserverClient) => Promise<unknown>): Promise<unknown> {
  const homeserver = await ScriptedHomeserver.start(answer);
  const { url } = homeserver;
  try {
    return await call(new HomeserverClient({ url, accessToken: "t", userId: ANN, logger: SILENT, patienceMs: 0 }));
  } catch (error) {
    if (error instanceof UnexpectedAnswer) return "unexpected";
    if (error instanceof HomeserverError) return "throws";
    throw error;
  } finally {
    await homeserver.close();
  }
}

async function failureOf(answer: Answer, call: (client: HomeserverClient) => Promise<unknown>): Promise<unknown> {
  let failure: unknown;
  await outcome(answer, (client) => call(client).catch((error: unknown) => (failure = error)));
  return failure;
}

function settings({ url, logger }: HomeserverClient): HomeserverSettings {
  return { url, logger, serverName: "here", asToken: "t", serviceUser: ANN };
}
function reader(client: HomeserverClient): HomeserverReader {
  return new HomeserverReader(client, ANN);
}
function writer(client: HomeserverClient): HomeserverWriter {
  return new HomeserverWriter(client, ANN);
}
function indexSource(client: HomeserverClient): HomeserverIndexSource {
  return new HomeserverIndexSource(client, ANN);
}
function bot(client: HomeserverClient): ReturnType<typeof botHomeserver> {
  return botHomeserver(client, writer(client));
}
function upload(client: HomeserverClient): Promise<string> {
  return new HomeserverMediaTarget(client).upload(() => Promise.resolve(Readable.from(["x"])), 1, "text/plain");
}
function admin(client: HomeserverClient): ReturnType<typeof synapseAdmin> {
  return synapseAdmin(settings(client), "admin", signal, async () => undefined);
}
