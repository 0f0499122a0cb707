import { randomInt } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { expect } from "chai";
import fc from "fast-check";
import { diffBundles } from "../../../src/bundle/diff/diff.ts";
import { verifyBundle } from "../../../src/bundle/verify/verify.ts";
import type { JsonObject } from "../../../src/matrix/json.ts";
import { MemoryHomeserver } from "../../support/fakes/memory-homeserver/homeserver.ts";
import type { MemoryRoom } from "../../support/fakes/memory-homeserver/room.ts";
import { exportedTo, importedInto, serviceOn } from "../../support/generations.ts";
import { actions, play, type Action, type Stage } from "../../support/random-room.ts";
import { expectSameConversation, type ShownRoom } from "../../support/same-conversation.ts";

/** `FUZZ=10` runs ten times as many rooms. SEED=… repeats a run. */
const RUNS = 8 * Number(process.env["FUZZ"] ?? 1);
const SEED = Number(process.env["SEED"] ?? randomInt(2 ** 31));
const PEOPLE = ["@ann:one.test", "@bob:one.test", "@dora:far.test"];
const START = Date.UTC(2024, 0, 1);

/** A room in memory, where a second goes by with each three events. */
function stageOn(homeserver: MemoryHomeserver): Stage & { room: MemoryRoom } {
  const room = homeserver.addRoom();
  const person = (who: number): string => PEOPLE[who] ?? "";
  const add = (who: number, type: string, content: JsonObject, state_key?: string): string =>
    room.add({
      ...{ type, sender: person(who), content, origin_server_ts: START + Math.floor(room.timeline.length / 3) * 1000 },
      ...(state_key !== undefined && { state_key }),
    });
  add(0, "m.room.create", { room_version: "11" }, "");
  add(0, "m.room.power_levels", { users: { [person(0)]: 100 } }, "");
  add(0, "m.room.history_visibility", { history_visibility: "shared" }, "");
  for (const who of [0, 1, 2]) add(who, "m.room.member", { membership: "join", displayname: `P${who}` }, person(who));
  return {
    room,
    roomId: room.id,
    send: async (who, type, content) => add(who, type, content),
    setState: async (who, type, content, key = "") => add(who, type, content, key),
    redact: async (who, redacts, reason) => add(who, "m.room.redaction", { redacts, reason }),
    upload: (bytes, mimetype) =>
      homeserver.upload(() => Promise.resolve(Readable.from([bytes])), bytes.length, mimetype),
    setProfile: async (who, displayname, avatar) => {
      const content = { membership: "join", displayname, ...(avatar !== undefined && { avatar_url: avatar }) };
      add(who, "m.room.member", content, person(who));
    },
  };
}

const shownOn = (homeserver: MemoryHomeserver, roomId: string): ShownRoom => ({
  timeline: homeserver.rooms.get(roomId)?.timeline ?? [],
  download: async (uri) => buffer((await homeserver.download(uri, new AbortController().signal)).body),
});

describe(`three generations of a room in which anything may have happened (SEED=${SEED})`, function () {
  this.timeout(60_000 * RUNS);

  async function hold(what: readonly Action[]): Promise<void> {
    const folder = await mkdtemp(join(tmpdir(), "roomporter-generations-"));
    try {
      const [one, two, three] = ["one.test", "two.test", "three.test"].map((name) => new MemoryHomeserver(name));
      if (!one || !two || !three) throw new Error("no homeservers");
      const stage = stageOn(one);
      await play(stage, what);
      const first = await exportedTo(folder, one, stage.roomId, PEOPLE[0] ?? "");
      const source = shownOn(one, stage.roomId);
      let bundle = first;
      for (const homeserver of [two, three]) {
        const roomId = await importedInto(homeserver, bundle);
        await expectSameConversation(source, shownOn(homeserver, roomId));
        bundle = await exportedTo(folder, homeserver, roomId, serviceOn(homeserver));
        expect((await verifyBundle(bundle)).faults, homeserver.serverName).to.deep.equal([]);
        expect((await diffBundles(first, bundle)).differences, homeserver.serverName).to.deep.equal([]);
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  }

  it("are the same conversation", async () => {
    await fc.assert(fc.asyncProperty(actions(40), hold), { seed: SEED, numRuns: RUNS });
  });
});
