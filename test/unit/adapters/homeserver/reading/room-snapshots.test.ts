import { expect } from "chai";
import { HomeserverClient } from "../../../../../src/adapters/homeserver/client.ts";
import { RoomSnapshots } from "../../../../../src/adapters/homeserver/reading/room-snapshots.ts";
import { stringMember, type JsonObject } from "../../../../../src/matrix/json.ts";
import type { RoomSnapshot } from "../../../../../src/ports/homeserver/homeserver.ts";
import { SILENT } from "../../../../support/fakes/logger.ts";
import { ScriptedHomeserver, type Answer } from "../scripted-homeserver.ts";

const { signal } = new AbortController();
const ROOM = "!room:here";

interface Differences {
  /** the chunk of a snapshot stands newest first */
  newestFirst?: boolean;
  /** so many events are lost where `/messages` goes on from a snapshot */
  skipped?: number;
  /** the state lacks the last member */
  partial?: boolean;
  members?: string[];
}

/** A room of so many events on a homeserver that tells snapshots of it, and how else it differs from Synapse. */
function homeserverWith(length: number, differences: Differences = {}): Answer {
  const { newestFirst, skipped = 0, partial, members = ["@ann:here"] } = differences;
  const base = { sender: "@ann:here", origin_server_ts: 1, content: {} };
  const state: JsonObject[] = ["", ...members].map((state_key, at) => ({
    ...{ event_id: `$s${at}`, type: at === 0 ? "m.room.create" : "m.room.member", state_key },
    ...base,
  }));
  const said = Array.from({ length: length - state.length }, (_, at) => ({
    ...{ event_id: `$m${at}`, type: "m.room.message" },
    ...base,
  }));
  const timeline: JsonObject[] = [...state, ...said];
  return (response) => {
    const { pathname, searchParams } = new URL(response.req.url ?? "", "http://here");
    const limit = Number(searchParams.get("limit"));
    if (pathname.endsWith("/initialSync")) {
      const from = Math.max(0, timeline.length - limit);
      const chunk = timeline.slice(from);
      const messages = { chunk: newestFirst ? chunk.toReversed() : chunk, start: `t${from - skipped}`, end: "s" };
      const told = partial ? state.slice(0, -1) : state;
      response.end(JSON.stringify({ room_id: ROOM, membership: "join", messages, state: told, presence: [] }));
      return;
    }
    if (pathname.endsWith("/state")) {
      response.end(JSON.stringify(state));
      return;
    }
    const upTo = Number(searchParams.get("from")?.slice(1) ?? timeline.length);
    const chunk = timeline.slice(Math.max(0, upTo - limit), upTo).toReversed();
    response.end(JSON.stringify({ chunk, end: `t${Math.max(0, upTo - limit)}` }));
  };
}

describe("snapshots of rooms", () => {
  let homeserver: ScriptedHomeserver | undefined;
  afterEach(() => homeserver?.close());

  /** Asks for that many in turn. */
  async function ask(times: number, ...answers: Answer[]): Promise<(RoomSnapshot | undefined)[]> {
    homeserver = await ScriptedHomeserver.start(...answers);
    const client = new HomeserverClient({ url: homeserver.url, accessToken: "t", logger: SILENT, patienceMs: 0 });
    const snapshots = new RoomSnapshots();
    const found = [];
    for (let turn = 0; turn < times; turn++) found.push(await snapshots.of(client, ROOM, signal));
    return found;
  }

  const asked = (): string[] => homeserver?.requests.map(({ url }) => url.replace(/^.*%3Ahere\//, "")) ?? [];
  const idsOf = (snapshot: RoomSnapshot | undefined): unknown[] =>
    Array.from(snapshot?.page.chunk ?? [], (event) => stringMember(event, "event_id"));

  it("are used once one has told the same as /state and /messages", async () => {
    const [first, second] = await ask(2, homeserverWith(5));
    expect(first?.state.map(({ type }) => type)).to.deep.equal(["m.room.create", "m.room.member"]);
    expect(idsOf(first)).to.deep.equal(["$m2", "$m1", "$m0", "$s1", "$s0"]);
    expect([second?.state, idsOf(second)]).to.deep.equal([first?.state, idsOf(first)]);
    const learning = ["messages?dir=b&limit=1&from=t0", "messages?dir=b&limit=6", "state"];
    expect(asked().toSorted()).to.deep.equal(["initialSync?limit=20", "initialSync?limit=20", ...learning]);
  });

  it("hold the newest events of a longer room, once /messages was seen to go on from there", async () => {
    const [first, second] = await ask(2, homeserverWith(2000));
    expect(idsOf(first).at(-1)).to.equal("$m1978");
    expect(first?.page.end).to.equal("t1980");
    const learning = ["messages?dir=b&limit=21", "messages?dir=b&limit=1&from=t1980", "state"];
    expect(asked().slice(1, -1)).to.have.members(learning);
    expect([idsOf(second).length, second?.page.end]).to.deep.equal([1000, "t1000"]);
    expect(asked().at(-1)).to.equal("initialSync?limit=1000");
  });

  it("are used of small rooms, whatever was seen of longer ones", async () => {
    const [small, long] = [homeserverWith(5), homeserverWith(50, { skipped: 1 })];
    const found = await ask(3, small, small, small, small, long, long, long, long, small);
    expect(found.map((snapshot) => snapshot !== undefined)).to.deep.equal([true, false, true]);
  });

  const useless: Record<string, Differences> = {
    "whose tokens lead past an event": { skipped: 1 },
    "whose tokens lead back to an event that was told": { skipped: -1 },
    "whose events stand newest first": { newestFirst: true },
    "that leaves out a part of the state": { partial: true },
  };
  for (const [name, differences] of Object.entries(useless))
    it(`are of no use in longer rooms on a homeserver ${name}, and given up`, async () => {
      expect(await ask(12, homeserverWith(50, differences))).to.deep.equal(Array(12).fill(undefined));
      expect(asked()).to.have.length(40);
    });

  for (const differences of [{ newestFirst: true }, { partial: true }])
    it(`are not taken for all of a small room: ${Object.keys(differences).join()}`, async () => {
      expect(await ask(1, homeserverWith(5, differences))).to.deep.equal([undefined]);
    });

  it("are asked for once of a room in which somebody of another server is or was", async () => {
    const found = await ask(3, homeserverWith(5, { members: ["@ann:here", "@eve:there"] }));
    expect(found).to.deep.equal([undefined, undefined, undefined]);
    expect(asked()).to.have.length(1);
  });

  const slow: Record<string, Answer> = {
    "comes too late": "never",
    "is put off": { status: 429, body: '{"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":60000}' },
  };
  for (const [name, answer] of Object.entries(slow))
    it(`keep nobody waiting where the answer ${name}, and are not asked for again of that room`, async () => {
      homeserver = await ScriptedHomeserver.start(answer);
      const client = new HomeserverClient({ url: homeserver.url, accessToken: "t", logger: SILENT });
      const snapshots = new RoomSnapshots(20);
      expect(await snapshots.of(client, ROOM, signal)).to.equal(undefined);
      expect(await snapshots.of(client, ROOM, signal)).to.equal(undefined);
      expect(asked()).to.have.length(1);
    });

  it("keep nobody waiting where what they are held against comes too late", async () => {
    const room = homeserverWith(50);
    homeserver = await ScriptedHomeserver.start(room, "never");
    const client = new HomeserverClient({ url: homeserver.url, accessToken: "t", logger: SILENT });
    expect(await new RoomSnapshots(100).of(client, ROOM, signal)).to.equal(undefined);
  });

  it("are asked for once where the homeserver has no such endpoint", async () => {
    const unknown = { status: 404, body: '{"errcode":"M_UNRECOGNIZED","error":"?"}' };
    expect(await ask(3, unknown)).to.deep.equal([undefined, undefined, undefined]);
    expect(asked()).to.have.length(1);
  });

  const refusal: Answer = { status: 403, body: '{"errcode":"M_FORBIDDEN","error":"no"}' };

  it("are given up where all are refused", async () => {
    await ask(12, refusal);
    expect(asked()).to.have.length(10);
  });

  it("are asked for again after refusals, where one was given before", async () => {
    const room = homeserverWith(5);
    const found = await ask(17, ...Array<Answer>(4).fill(room), ...Array<Answer>(15).fill(refusal), room);
    expect(found.map((snapshot) => snapshot !== undefined)).to.deep.equal([
      true,
      ...Array<boolean>(15).fill(false),
      true,
    ]);
  });

  for (const body of [
    "<html>",
    "[]",
    '{"state":[]}',
    '{"state":[],"messages":{}}',
    '{"state":1,"messages":{"chunk":[]}}',
  ])
    it(`are none where something else is answered: ${body}`, async () => {
      expect(await ask(1, { status: 200, body })).to.deep.equal([undefined]);
      expect(asked()).to.have.length(1);
    });

  it("end with the signal", async () => {
    homeserver = await ScriptedHomeserver.start("never");
    const client = new HomeserverClient({ url: homeserver.url, accessToken: "t", logger: SILENT });
    const ending = new AbortController();
    const snapshot = new RoomSnapshots().of(client, ROOM, ending.signal).catch((error: unknown) => error);
    ending.abort(new Error("enough"));
    expect(await snapshot).to.include({ message: "enough" });
  });
});
