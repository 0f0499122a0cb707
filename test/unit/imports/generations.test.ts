import { randomInt } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import fc from "fast-check";
import { diffBundles } from "../../../src/bundle/diff/diff.ts";
import { summarizeBundle } from "../../../src/bundle/summarize.ts";
import { verifyBundle } from "../../../src/bundle/verify/verify.ts";
import { objectMember } from "../../../src/matrix/json.ts";
import { MemoryHomeserver } from "../../support/fakes/memory-homeserver/homeserver.ts";
import type { Behaviours } from "../../support/fakes/memory-homeserver/behaviours.ts";
import { exportedTo, importedInto, serviceOn } from "../../support/generations.ts";
import { PEOPLE, shownOn, stageOn } from "../../support/memory-stage.ts";
import { actions, play, type Action } from "../../support/random-room.ts";
import { expectSameConversation, type ShownRoom } from "../../support/same-conversation.ts";

/** `FUZZ=10` runs ten times as many rooms. SEED=… repeats a run. */
const RUNS = 8 * Number(process.env["FUZZ"] ?? 1);
const SEED = Number(process.env["SEED"] ?? randomInt(2 ** 31));

describe(`three generations of a room in which anything may have happened (SEED=${SEED})`, function () {
  this.timeout(60_000 * RUNS);

  /** Gives the third room. @param second what the second homeserver does otherwise */
  async function hold(what: readonly Action[], second: Partial<Behaviours> = {}): Promise<ShownRoom> {
    const folder = await mkdtemp(join(tmpdir(), "roomporter-generations-"));
    try {
      const [one, two, three] = ["one.test", "two.test", "three.test"].map((name) => new MemoryHomeserver(name));
      if (!one || !two || !three) throw new Error("no homeservers");
      Object.assign(two.behaviours, second);
      const stage = stageOn(one);
      await play(stage, what);
      const first = await exportedTo(folder, one, stage.roomId, PEOPLE[0] ?? "");
      const { encrypted } = (await summarizeBundle(first)).ledger_by_code;
      const source = shownOn(one, stage.roomId);
      let bundle = first;
      let copy = source;
      for (const homeserver of [two, three]) {
        const roomId = await importedInto(homeserver, bundle);
        copy = shownOn(homeserver, roomId);
        // there redactions have the time of the import
        if (!homeserver.behaviours.ignoresSentRedactions) await expectSameConversation(source, copy);
        bundle = await exportedTo(folder, homeserver, roomId, serviceOn(homeserver));
        expect((await verifyBundle(bundle)).faults, homeserver.serverName).to.deep.equal([]);
        expect((await diffBundles(first, bundle)).differences, homeserver.serverName).to.deep.equal([]);
        // what nobody can read stays so
        expect((await summarizeBundle(bundle)).ledger_by_code, homeserver.serverName).to.deep.equal({
          ...(encrypted !== undefined && { encrypted }),
          service_avatar: 1,
        });
      }
      return copy;
    } finally {
      await rm(folder, { recursive: true });
    }
  }

  it("are the same conversation", async () => {
    const property = fc.asyncProperty(actions(40), async (what) => {
      await hold(what);
    });
    await fc.assert(property, { seed: SEED, numRuns: RUNS });
  });

  it("are the same conversation where the second homeserver cannot date redactions", async () => {
    const property = fc.asyncProperty(actions(40), async (what) => {
      await hold(what, { ignoresSentRedactions: true });
    });
    await fc.assert(property, { seed: SEED, numRuns: RUNS });
  });

  it("keep the avatar of a per-message profile", async () => {
    await hold([{ kind: "profile of one's own", who: 1, pick: 2, text: "Zoe: hello" }]);
  });

  it("show a reaction that is a picture by its new address, and by its shortcode for the next person", async () => {
    const said = { kind: "text", who: 0, pick: 0, text: "hello" };
    const { timeline } = await hold([said, ...[1, 0].map((who) => ({ ...said, kind: "picture reaction", who }))]);
    const relations = timeline.flatMap(({ type, content }) =>
      type === "m.reaction" ? (objectMember(content, "m.relates_to")?.["key"] ?? []) : [],
    );
    expect(relations[0]).to.match(/^mxc:\/\/three\.test\//);
    expect(relations.slice(1)).to.deep.equal([":kettle: P0"]);
  });
});
