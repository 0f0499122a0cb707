import { mkdtemp, open, readFile, rm, type FileHandle } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { writeAt } from "../../../../src/bundle/archive/write-at.ts";

describe("writeAt", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "write-at-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** As a system that takes `most` bytes a call. */
  function sparing(file: FileHandle, most: number): FileHandle {
    const some = {
      writev: async ([first = Buffer.alloc(0)]: Uint8Array[], position: number) =>
        await file.write(first, 0, Math.min(most, first.length), position),
      write: async (bytes: Uint8Array, from: number, length: number, position: number) =>
        await file.write(bytes, from, Math.min(most, length), position),
    };
    return some as unknown as FileHandle;
  }

  it("writes all of it, however little the system takes at once", async () => {
    for (const most of [1, 3, 4, 100]) {
      const path = join(folder, String(most));
      const file = await open(path, "wx+");
      await writeAt(sparing(file, most), [Buffer.from("one "), Buffer.from(""), Buffer.from("two three")], 0);
      await writeAt(sparing(file, most), [Buffer.from(" four")], 13);
      await writeAt(sparing(file, most), [], 18);
      await file.close();
      expect(await readFile(path, "utf8"), String(most)).to.equal("one two three four");
    }
  });
});
