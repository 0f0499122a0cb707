import { expect } from "chai";
import { eventSeenBy } from "../../../../src/adapters/homeserver/bot/event-lookup.ts";
import { HomeserverClient } from "../../../../src/adapters/homeserver/client.ts";
import type { JsonObject } from "../../../../src/matrix/json.ts";
import { SILENT } from "../../../support/fakes/logger.ts";
import { ScriptedHomeserver, type Answer } from "./scripted-homeserver.ts";

const ROOM = "!room:x";
const ANN = "@ann:x";

describe("an event that somebody refers to, on a homeserver that gives no state with it (Dendrite)", () => {
  const event = (type: string, content: JsonObject, more: JsonObject = {}): JsonObject => ({
    ...{ event_id: "$one", room_id: ROOM, type, sender: "@bob:x", origin_server_ts: 1, content },
    ...more,
  });
  const context: Answer = { status: 200, body: JSON.stringify({ event: event("m.room.message", { body: "hello" }) }) };
  const rule = (visibility: string): Answer => {
    const content = { history_visibility: visibility };
    return { status: 200, body: JSON.stringify(event("m.room.history_visibility", content, { state_key: "" })) };
  };

  async function isSeen(...answers: Answer[]): Promise<boolean> {
    const homeserver = await ScriptedHomeserver.start(...answers);
    try {
      const client = new HomeserverClient({ url: homeserver.url, accessToken: "as", logger: SILENT, patienceMs: 0 });
      return (await eventSeenBy(client, ANN, ROOM, "$one")) !== undefined;
    } finally {
      await homeserver.close();
    }
  }

  for (const visibility of ["shared", "world_readable"])
    it(`is seen where the history is ${visibility}`, async () => {
      expect(await isSeen(context, rule(visibility))).to.equal(true);
    });

  for (const visibility of ["invited", "joined"])
    it(`is not where the history is for members alone (${visibility}): who was one then is not told`, async () => {
      expect(await isSeen(context, rule(visibility))).to.equal(false);
    });
});
