import { readFileSync } from "node:fs";
import { expect } from "chai";
import type { ClientEvent } from "../../../src/matrix/event.ts";
import type { JsonObject } from "../../../src/matrix/json.ts";
import { readPolicy } from "../../../src/policy/room-policy.ts";
import { REFUSALS, refusalsOfManifest, refusalsOfRoom } from "../../../src/policy/refusals.ts";

const HERE = "here.example";

function state(type: string, content: JsonObject, { key = "", sender = `@ann:${HERE}` } = {}): ClientEvent {
  return { event_id: `$${type}${key}`, type, sender, origin_server_ts: 1, state_key: key, content };
}

const create = state("m.room.create", { room_version: "12" });
const codes = (refusals: { code: string }[]): string[] => refusals.map(({ code }) => code);

describe("refusals of a live room", () => {
  const cases: [string, ClientEvent[], string[]][] = [
    ["an ordinary room", [create, state("m.room.name", { name: "sidekick" })], []],
    ["a sidekick", [create, state("io.roomporter.policy", { room_type: "sidekick" })], ["room_type_sidekick"]],
    ["a bridged room", [create, state("m.bridge", { bridgebot: "@b:x" }, { key: "irc://a" })], ["room_type_bridge"]],
    ["the older bridge mark", [create, state("uk.half-shot.bridge", { a: 1 }, { key: "x" })], ["room_type_bridge"]],
    ["a bridge mark that was emptied", [create, state("m.bridge", {}, { key: "irc://a" })], []],
    [
      "a room made elsewhere",
      [state("m.room.create", { room_version: "12" }, { sender: "@ann:there.example" })],
      ["room_type_federated"],
    ],
    [
      "a room made here with a member of elsewhere",
      [create, state("m.room.member", { membership: "join" }, { key: "@bo:there.example" })],
      [],
    ],
    ["an incognito room", [create, state("io.roomporter.policy", { scope_kind: "incognito" })], ["scope_incognito"]],
    [
      "a policy of another state key",
      [create, state("io.roomporter.policy", { scope_kind: "incognito" }, { key: "x" })],
      [],
    ],
    [
      "everything at once",
      [
        state("m.room.create", {}, { sender: "@ann:there.example" }),
        state("io.roomporter.policy", { room_type: "sidekick", scope_kind: "incognito" }),
        state("m.bridge", { a: 1 }),
      ],
      ["room_type_sidekick", "room_type_bridge", "room_type_federated", "scope_incognito"],
    ],
  ];
  for (const [name, events, expected] of cases)
    it(`${name}: ${expected.join(", ") || "none"}`, () => {
      expect(codes(refusalsOfRoom(events, HERE, undefined))).to.deep.equal(expected);
    });
});

describe("refusals of a manifest", () => {
  const head = (
    type: string,
    scope_kind: string,
    events: ClientEvent[] = [create],
  ): Parameters<typeof refusalsOfManifest>[0] => ({
    room: { type, scope: { scope_kind } },
    state: events,
    source: { server_name: HERE },
  });

  it("lets ordinary rooms pass", () => {
    for (const type of ["group", "direct", "space"]) expect(refusalsOfManifest(head(type, "normal"))).to.deep.equal([]);
  });

  it("refuses what the manifest says", () => {
    for (const type of ["sidekick", "bridge", "federated"])
      expect(codes(refusalsOfManifest(head(type, "normal")))).to.deep.equal([`room_type_${type}`]);
    expect(codes(refusalsOfManifest(head("group", "incognito")))).to.deep.equal(["scope_incognito"]);
  });

  it("refuses what only the state in it says", () => {
    const bridged = [create, state("m.bridge", { a: 1 })];
    expect(codes(refusalsOfManifest(head("group", "normal", bridged)))).to.deep.equal(["room_type_bridge"]);
    const elsewhere = [state("m.room.create", {}, { sender: "@ann:there.example" })];
    expect(codes(refusalsOfManifest(head("group", "normal", elsewhere)))).to.deep.equal(["room_type_federated"]);
  });

  it("has the wording of the live room", () => {
    const [live] = refusalsOfRoom(
      [create, state("io.roomporter.policy", { scope_kind: "incognito" })],
      HERE,
      undefined,
    );
    expect(refusalsOfManifest(head("group", "incognito"))).to.deep.equal([live]);
  });
});

describe("docs/refusals.md", () => {
  it("has the codes and sentences of the code, all of them, in their order", () => {
    const text = readFileSync(new URL("../../../docs/refusals.md", import.meta.url), "utf8");
    const rows = [...text.matchAll(/^\| `([a-z_]+)` +\| (This .+?) *\|$/gm)].map(([, code, message]) => [
      code,
      message,
    ]);
    expect(rows).to.deep.equal(Object.entries(REFUSALS));
  });
});

describe("refusals by what the database says of a room", () => {
  for (const room_type of ["sidekick", "bridge", "federated"] as const)
    it(`are those of a ${room_type}, also where the state does not say so`, () => {
      expect(codes(refusalsOfRoom([create], HERE, readPolicy({ room_type })))).to.deep.equal([
        `room_type_${room_type}`,
      ]);
      const said = [create, state("io.roomporter.policy", { room_type })];
      expect(codes(refusalsOfRoom(said, HERE, undefined)), "the state alone").to.deep.equal([`room_type_${room_type}`]);
      expect(codes(refusalsOfRoom(said, HERE, readPolicy({}))), "and not the record").to.deep.equal([
        `room_type_${room_type}`,
      ]);
    });

  it("are none for an ordinary room", () => {
    expect(refusalsOfRoom([create], HERE, readPolicy({}))).to.deep.equal([]);
  });
});
