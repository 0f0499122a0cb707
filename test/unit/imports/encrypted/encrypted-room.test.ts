import { mkdtemp, rm } from "node:fs/promises";
import { randomInt } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import fc from "fast-check";
import { diffBundles } from "../../../../src/bundle/diff/diff.ts";
import { verifyBundle } from "../../../../src/bundle/verify/verify.ts";
import type { JsonObject } from "../../../../src/matrix/json.ts";
import type { ClientEvent } from "../../../../src/matrix/event.ts";
import { ALICE, Conversation } from "../../../support/conversation.ts";
import { decryptedFor } from "../../../support/encrypted/decrypted-for.ts";
import { MemoryHomeserver } from "../../../support/fakes/memory-homeserver/homeserver.ts";
import { exportedTo, importInto, serviceOn } from "../../../support/generations.ts";
import { PEOPLE, stageOn } from "../../../support/memory-stage.ts";
import { actions, play, type Action } from "../../../support/random-room.ts";

/** `FUZZ=10` runs ten times as many rooms. SEED=… repeats a run. */
const RUNS = 4 * Number(process.env["FUZZ"] ?? 1);
const SEED = Number(process.env["SEED"] ?? randomInt(2 ** 31));
const READER = "@ivan:two.test";

describe(`an import into an encrypted room (SEED=${SEED})`, function () {
  this.timeout(60_000 * RUNS);
  let folder: string;
  let two: MemoryHomeserver;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "roomporter-encrypted-import-"));
    two = new MemoryHomeserver("two.test");
    two.devices.ofUsers.set(READER, ["PHONE"]);
  });
  afterEach(() => rm(folder, { recursive: true }));

  interface Copy {
    timeline: readonly ClientEvent[];
    report: JsonObject;
    /** what its export is for the reader */
    decrypted: string;
  }

  /** Imports a bundle encrypted; gives the copy, which must be equivalent for who has its keys. */
  async function copyOf(bundle: string): Promise<Copy> {
    await using encryption = two.devices.encryption("import");
    const { roomId, report } = await importInto(two, bundle, { encryption });
    const exported = await exportedTo(folder, two, roomId, serviceOn(two));
    expect((await verifyBundle(exported)).faults).to.deep.equal([]);
    const decrypted = await decryptedFor("PHONE", two, exported);
    expect((await verifyBundle(decrypted)).faults).to.deep.equal([]);
    const { differences } = await diffBundles(bundle, decrypted);
    expect(differences, JSON.stringify(differences)).to.deep.equal([]);
    return { timeline: two.rooms.get(roomId)?.timeline ?? [], report, decrypted };
  }

  async function played(what: readonly Action[]): Promise<string> {
    const one = new MemoryHomeserver("one.test");
    const stage = stageOn(one);
    await play(stage, what);
    return await exportedTo(folder, one, stage.roomId, PEOPLE[0] ?? "");
  }

  it("comes out the same for who has its keys, whatever was in the room", async () => {
    const property = fc.asyncProperty(actions(40), async (what) => {
      await copyOf(await played(what));
    });
    await fc.assert(property, { seed: SEED, numRuns: RUNS });
  });

  it("shows nothing of messages and their files, and takes a new key every hundred messages", async () => {
    const talk = new Conversation();
    for (let i = 0; i < 150; i++) talk.say(ALICE, `secret word ${i}`);
    const { timeline, report } = await copyOf((await talk.write()).file);
    const encrypted = timeline.filter(({ type }) => type === "m.room.encrypted");
    expect(JSON.stringify(timeline)).not.to.include("secret word");
    expect(new Set(encrypted.map(({ content }) => content["session_id"]))).to.have.length(2);
    expect(report["key_holders"]).to.deep.equal([{ user_id: READER, device_id: "PHONE", all: true }]);

    // long: a short word stands in some ciphertext by chance
    const file = { kind: "file", who: 0, pick: 0, text: "a cup of tea" };
    const { timeline: withFile } = await copyOf(await played([file]));
    expect(two.files.size).to.be.above(0);
    expect(JSON.stringify(withFile)).not.to.include(file.text);
  });

  it("says which device came late", async () => {
    const talk = new Conversation();
    for (let i = 0; i < 150; i++) talk.say(ALICE, `message ${i}`);
    const encryption = two.devices.encryption("import");
    let keys = 0;
    const late = {
      ...encryption,
      shareNewKey: async (...args: Parameters<typeof encryption.shareNewKey>) => {
        if (++keys === 2) two.devices.ofUsers.set(READER, ["PHONE", "TABLET"]);
        return await encryption.shareNewKey(...args);
      },
    };
    const { report } = await importInto(two, (await talk.write()).file, { encryption: late });
    expect(report["key_holders"]).to.deep.equal([
      { user_id: READER, device_id: "PHONE", all: true },
      { user_id: READER, device_id: "TABLET", all: false },
    ]);
  });

  it("cuts a message that is too large once it is encrypted, and keeps the whole in an encrypted file", async () => {
    const talk = new Conversation();
    talk.say(ALICE, `secret ${"ä".repeat(25_000)} end`);
    const { timeline, report } = await copyOf((await talk.write()).file);
    expect(report["ledger"]).to.have.nested.property("[0].code", "content_in_file");
    expect(JSON.stringify(timeline)).not.to.include("content_uri");
    for (const { data } of two.files.values()) expect(data.toString()).not.to.include("secret");
  });
});
