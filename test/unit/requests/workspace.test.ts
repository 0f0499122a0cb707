import { expect } from "chai";
import { RequestError } from "../../../src/requests/failures/failure.ts";
import { findWorkspace } from "../../../src/requests/workspace.ts";
import { memoryReader } from "../../support/fakes/memory-homeserver/homeserver.ts";
import { membership, stateEvent } from "../../support/room-events.ts";

const SERVICE = "@roomporter:x";

describe("a workspace", () => {
  const space = [
    stateEvent("m.room.create", "", { type: "m.space", room_version: "11" }),
    stateEvent("m.room.power_levels", "", { users: { [SERVICE]: 50, "@ann:x": 50 } }),
    membership(SERVICE, "join"),
    membership("@ann:x", "join"),
    membership("@bob:x", "join"),
    membership("@left:x", "leave"),
  ];
  const weak = space.map((event) =>
    event.type === "m.room.power_levels" ? { ...event, content: { users: { "@ann:x": 50 } } } : event,
  );
  const reader = memoryReader(SERVICE, {
    "!space:x": space,
    "!weak:x": weak,
    "!hidden:x": space,
    "!room:x": space.map((event) => (event.type === "m.room.create" ? { ...event, content: {} } : event)),
    "!foreign:x": space.filter((event) => event.state_key !== SERVICE),
  });
  const aliases: Record<string, string> = { "#team:x": "!space:x", "#other:x": "!weak:x" };
  const find = (name: string, user: string | undefined) =>
    findWorkspace(name, user, {
      slugs: { short: "#team:x", direct: "!space:x" },
      serverName: "x",
      resolveAlias: async (alias) => aliases[alias],
      reader,
      hides: async (roomId) => roomId === "!hidden:x",
    });
  const kind = async (name: string, user: string | undefined): Promise<unknown> => {
    const error: unknown = await find(name, user).catch((thrown: unknown) => thrown);
    return error instanceof RequestError ? error.kind : error;
  };

  it("is found by room id, alias, entry of the configuration, or alias localpart", async () => {
    for (const name of ["!space:x", "#team:x", "short", "direct", "team"])
      expect(await find(name, "@ann:x"), name).to.deep.equal({ room_id: "!space:x", via: ["x"] });
    expect(await kind("nobody", "@ann:x")).to.equal("not_found");
    expect(await kind("constructor", "@ann:x")).to.equal("not_found");
  });

  it("takes rooms only from those who may put them there", async () => {
    expect(await kind("team", "@bob:x")).to.equal("forbidden");
    expect(await kind("team", "@left:x")).to.equal("forbidden");
    expect(await kind("team", "@stranger:x")).to.equal("forbidden");
    expect(await find("team", undefined)).to.have.property("room_id", "!space:x");
  });

  it("needs the service user with the same right", async () => {
    expect(await kind("!foreign:x", "@ann:x")).to.equal("forbidden");
    expect(await kind("!unknown:x", "@ann:x")).to.equal("forbidden");
    expect(await kind("other", "@ann:x")).to.equal("forbidden");
  });

  it("is answered like one that is not there where it must not exist for the requester", async () => {
    const failure = async (name: string): Promise<unknown> =>
      find(name, "@ann:x").catch((error: unknown) =>
        error instanceof RequestError ? [error.kind, error.message] : error,
      );
    expect(await failure("!hidden:x")).to.deep.equal(await failure("!unknown:x"));
  });

  it("is a space", async () => {
    expect(await kind("!room:x", "@ann:x")).to.equal("invalid");
  });
});
