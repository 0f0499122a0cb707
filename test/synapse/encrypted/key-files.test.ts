import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { openBundle } from "../../../src/bundle/open-bundle.ts";
import type { Opened } from "../../../src/decrypt/decryptor.ts";
import { readKeyFile } from "../../../src/decrypt/keys/file/read-key-file.ts";
import type { RoomKeys } from "../../../src/decrypt/keys/room-keys.ts";
import { openDecryptor } from "../../../src/decrypt/megolm/open-decryptor.ts";
import type { JsonObject } from "../../../src/matrix/json.ts";
import { runProgram, type Outcome } from "../../support/command-line.ts";
import { encryptedRoom, type EncryptedRoom } from "../../support/encrypted/encrypted-room.ts";
import type { Shown } from "../../support/encrypted/peer-client.ts";
import { sharedService } from "../../support/shared-service.ts";
import { until } from "../../support/until.ts";

describe("key files of other clients", () => {
  let room: EncryptedRoom;
  let events: JsonObject[];

  before(async function () {
    this.timeout(120_000);
    room = await encryptedRoom();
    const timeline = await room.user.timeline(room.roomId);
    events = timeline.filter(({ type }) => type === "m.room.encrypted") as unknown as JsonObject[];
  });
  after(() => room.close());

  async function opened(keys: RoomKeys): Promise<Opened[]> {
    const decryptor = await openDecryptor(keys);
    try {
      return await decryptor.openBatch(room.roomId, events);
    } finally {
      await decryptor.close();
    }
  }

  /** As clients show it: what was encrypted, with the relation that stands beside the ciphertext where there is none inside. */
  function shownBy(results: readonly Opened[]): Shown[] {
    return results.map((result, i) => {
      if (result.kind === "closed") return null;
      const outside = (events[i]?.["content"] as JsonObject)["m.relates_to"];
      const relation: JsonObject = outside === undefined ? {} : { "m.relates_to": outside };
      return { type: result.type, content: { ...relation, ...result.content } };
    });
  }

  it("of matrix-js-sdk open every event that it shows, and no other", async () => {
    // keys of the last messages come with a sync
    let shown: Shown[] = [];
    await until(async () => (shown = await room.ann.show(room.roomId, events)).every((one) => one !== null));
    const keys = await readKeyFile(await room.ann.exportKeys("pass word"), "pass word");
    expect(keys.counts).to.deep.include({ malformed: 0, unknownAlgorithm: 0, rooms: 1 });
    expect(shownBy(await opened(keys))).to.deep.equal(shown);
    expect(new Set(events.map((event) => (event["content"] as JsonObject)["session_id"]))).to.have.length.above(4);
  });

  it("of matrix-nio do the same, with a passphrase in Latin-1", async () => {
    const shown = await room.bob.show(room.roomId, events);
    const results = await opened(await readKeyFile(await room.bob.exportKeys("clé"), "clé"));
    expect(shownBy(results)).to.deep.equal(shown);
    expect(shown).not.to.include(null);
  });

  it("of a member who joined late open what came later, and say of the rest why not", async () => {
    let shown: Shown[] = [];
    await until(async () => (shown = await room.carl.show(room.roomId, events)).at(-2) !== null);
    const carl = await readKeyFile(await room.carl.exportKeys("late"), "late");
    const results = await opened(carl);
    expect(shownBy(results)).to.deep.equal(shown);
    const reasons = results.map((result) => (result.kind === "closed" ? result.why : "opened"));
    expect([...new Set(reasons)]).to.deep.equal(["no_key", "opened"]);

    // with the keys of somebody else as well, all of it, whichever was read first
    const ann = await readKeyFile(await room.ann.exportKeys(""), "");
    carl.addAll(ann);
    expect(shownBy(await opened(carl))).not.to.include(null);
  });

  it("make an export readable, which goes into a new room as plain text and comes out the same", async () => {
    const shown = await room.ann.show(room.roomId, events);
    const service = await sharedService();
    const folder = await mkdtemp(join(tmpdir(), "roomporter-encrypted-"));
    try {
      const at = (name: string): string => join(folder, name);
      await writeFile(at("keys.txt"), await room.ann.exportKeys(" pass word "));
      const env = {
        ...{ ROOMPORTER_URL: service.url, ROOMPORTER_TOKEN: room.user.token },
        ROOMPORTER_KEYS_PASSPHRASE: " pass word ",
      };
      const done = async (...args: string[]): Promise<Outcome> => {
        const outcome = await runProgram(args, { env });
        expect(outcome.code, outcome.stderr).to.equal(0);
        return outcome;
      };
      const { stderr } = await done("room", "export", room.roomId, "--keys", at("keys.txt"), "-o", at("plain.zip"));
      const count = String(events.length);
      expect(stderr).to.include(`Decrypted ${count} of ${count} encrypted events and 1 files`);
      const bundle = await openBundle(at("plain.zip"));
      const decrypted: unknown[] = [];
      for await (const { type, decrypted: plain } of bundle.events())
        if (type === "m.room.encrypted") decrypted.push(plain && { type: plain.type, content: plain.content });
      await bundle.close();
      // relations stand beside the ciphertext
      const inside = shownBy(await opened(await readKeyFile(await readFile(at("keys.txt")), " pass word ")));
      expect(inside).to.deep.equal(shown);
      expect(decrypted.map((one) => (one as Shown)?.type)).to.deep.equal(shown.map((one) => one?.type));
      await done("bundle", "verify", at("plain.zip"));

      const { stdout } = await done("room", "import", "-f", at("plain.zip"), "--as-plaintext");
      const copy = stdout.toString().trim();
      await room.user.join(copy);
      await done("room", "export", copy, "-o", at("again.zip"));
      await done("bundle", "diff", at("plain.zip"), at("again.zip"));
      const text = (await done("bundle", "convert", "--to", "text", at("again.zip"))).stdout.toString();
      expect(text).to.include("Hello, Ann").and.to.include("plan.pdf");
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
