import { createWriteStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { bookmarkOf } from "../../../src/bundle/bookmark.ts";
import { mergeBundles, type MergeOptions } from "../../../src/bundle/merge/merge.ts";
import { decryptBundle } from "../../../src/decrypt/decrypt-bundle.ts";
import { collectRoom } from "../../../src/exports/export-room.ts";
import { WHOLE_ROOM, type ExportOptions } from "../../../src/exports/options.ts";
import type { JsonObject } from "../../../src/matrix/json.ts";
import { run } from "../../support/doors/run-command.ts";
import { ANN, PretendRoom } from "../../support/fakes/pretend-room.ts";
import { fakeDecryptor, sealed } from "../../support/sealed-events.ts";
import { temporaryDirectory } from "../bundle/sample.ts";
import { DEFAULTS } from "../exports/reading/collected.ts";

describe("merging decrypted bundles", () => {
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
  let room: PretendRoom;
  /** first bundle, and what came after it: as exported, and decrypted */
  let exported: string[];
  let decrypted: string[];
  beforeEach(async () => {
    directory = await temporaryDirectory();
    room = new PretendRoom();
    room.member(ANN, "join", {});
    say(0, "a");
    say(1, "unknown");
    const first = await exportRoom("first.zip", {});
    say(2, "a");
    const since = await bookmarkOf(first);
    if (!since) throw new Error("no bookmark");
    exported = [first, await exportRoom("second.zip", { since_bundle: since })];
    decrypted = await Promise.all(exported.map(decrypt));
  });
  afterEach(() => directory.remove());

  function say(index: number, session: string): void {
    const content: JsonObject = { msgtype: "m.text", body: `text ${index}` };
    room.event("m.room.encrypted", sealed(session, index, { type: "m.room.message", content }));
  }

  async function exportRoom(name: string, options: Partial<ExportOptions>): Promise<string> {
    const what = { ...DEFAULTS, reader: room, media: room, exportedBy: ANN, spoolDir: directory.path };
    const collected = await collectRoom({ ...what, options: { ...WHOLE_ROOM, ...options } });
    const file = join(directory.path, name);
    await collected.writeTo(createWriteStream(file));
    await collected.dispose();
    return file;
  }

  async function decrypt(file: string): Promise<string> {
    const to = file.replace(".zip", ".plain.zip");
    const options = { decryptor: fakeDecryptor(["a"]), folder: directory.path };
    await decryptBundle(file, options, (write) => write(createWriteStream(to)));
    return to;
  }

  async function merged(files: string[], options?: MergeOptions): Promise<{ bytes: Buffer; decrypted: number[] }> {
    const to = join(directory.path, "merged.zip");
    const written = await mergeBundles(files, (write) => write(createWriteStream(to)), options);
    return { bytes: await readFile(to), decrypted: written.decrypted };
  }

  it("gives what merging the exported ones gives, whichever of them were decrypted", async () => {
    const { bytes } = await merged(exported);
    for (const [files, places] of [
      [[decrypted[0], exported[1]], [1]],
      [[exported[0], decrypted[1]], [2]],
      [decrypted, [1, 2]],
    ] as [string[], number[]][]) {
      const whole = await merged(files, { asExported: true });
      expect(whole.decrypted).to.deep.equal(places);
      expect(whole.bytes.equals(bytes)).to.equal(true);
    }
  });

  it("is refused where nobody is told that the plain text goes", async () => {
    const failure: unknown = await merged(decrypted).catch((error: unknown) => error);
    expect(failure).to.have.property("message").that.contains("bundle 1 was decrypted");
  });

  it("is done by the command line, which says that the whole has to be decrypted again", async () => {
    const to = join(directory.path, "whole.zip");
    const { code, stderr } = await run(["bundle", "merge", decrypted[0] ?? "", exported[1] ?? "", "-o", to]);
    expect([code, stderr]).to.satisfy(
      ([ended, said]: [number, string]) =>
        ended === 0 && said.includes("bundle 1 was decrypted") && said.includes("decrypt the whole again"),
    );
    expect((await readFile(to)).equals((await merged(exported)).bytes)).to.equal(true);
  });
});
