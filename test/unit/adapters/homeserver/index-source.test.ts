import { expect } from "chai";
import { HomeserverClient } from "../../../../src/adapters/homeserver/client.ts";
import { HomeserverIndexSource } from "../../../../src/adapters/homeserver/index-source.ts";
import { objectMember, type JsonObject } from "../../../../src/matrix/json.ts";
import { SILENT } from "../../../support/fakes/logger.ts";
import { ScriptedHomeserver } from "./scripted-homeserver.ts";

const ROOM = "!room:x";

describe("what the feed reads of a message", () => {
  const said = (event_id: string, body: string, more: JsonObject = {}): JsonObject => ({
    ...{ event_id, room_id: ROOM, type: "m.room.message", sender: "@ann:x", origin_server_ts: 1, content: { body } },
    ...more,
  });
  const edits = [
    said("$b", "the frist", { origin_server_ts: 5 }),
    said("$a", "the first", { origin_server_ts: 5 }),
    said("$d", "old", { origin_server_ts: 2 }),
    said("$y", "never said", { origin_server_ts: 9, sender: "@mallory:x" }),
    said("$z", "", { origin_server_ts: 8, unsigned: { redacted_because: said("$r", "") } }),
  ];

  /** Its edit in force, as the source gives it, and how often the homeserver was asked. */
  async function read(bundlesEdits: boolean | null, first = said("$m", "teh first")): Promise<[string, number]> {
    const answers = [first, { chunk: edits }].map((body) => ({ status: 200, body: JSON.stringify(body) }));
    const homeserver = await ScriptedHomeserver.start(...answers);
    try {
      const client = new HomeserverClient({ url: homeserver.url, accessToken: "as", logger: SILENT, patienceMs: 0 });
      const source = new HomeserverIndexSource(client, "@porter:x", async () => bundlesEdits);
      const event = (await source.events(ROOM, ["$m"])).get("$m");
      const edit = objectMember(objectMember(event?.unsigned, "m.relations"), "m.replace");
      return [String(edit?.["event_id"]), homeserver.requests.length];
    } finally {
      await homeserver.close();
    }
  }

  it("comes with its edit in force, also where the homeserver gives edits only when asked (Dendrite)", async () => {
    expect(await read(false)).to.deep.equal(["$b", 2]);
  });

  it("is one question where the homeserver bundles edits, and two where that is not known", async () => {
    expect(await read(true)).to.deep.equal(["undefined", 1]);
    expect(await read(null)).to.deep.equal(["$b", 2]);
  });

  it("keeps the edit that the homeserver says is in force", async () => {
    const bundled = said("$m", "teh first", { unsigned: { "m.relations": { "m.replace": said("$e", "edited") } } });
    expect(await read(false, bundled)).to.deep.equal(["$e", 1]);
  });
});
