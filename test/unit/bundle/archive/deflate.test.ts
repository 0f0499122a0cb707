import { createHash } from "node:crypto";
import { buffer } from "node:stream/consumers";
import { inflateRawSync } from "node:zlib";
import { expect } from "chai";
import { deflated, packed } from "../../../../src/bundle/archive/deflate.ts";
import { markPacked } from "../../../../src/bundle/archive/packed.ts";
import { joinedLines, withCommas } from "../../../../src/bundle/manifest/manifest-lines.ts";

/** Bytes that say something else for each name, and pack to a third. */
function text(name: string, length: number): Buffer {
  const line = (n: number): string => `${createHash("sha256").update(`${name}${n}`).digest("hex")} ${"x".repeat(60)}\n`;
  return Buffer.from(Array.from({ length: Math.ceil(length / 125) }, (_, n) => line(n)).join("")).subarray(0, length);
}

async function* each(chunks: readonly Buffer[]): AsyncGenerator<Buffer, void, undefined> {
  yield* chunks;
}

describe("packing an entry of an archive", () => {
  /** S: a short chunk, L: a long one; small letters: packed ahead */
  for (const kinds of ["", "S", "L", "LL", "s", "l", "Ss", "sS", "Ls", "lL", "sl", "SlS", "LlL", "LlLLsSl", "llllL"])
    it(`goes back to the same bytes, also where some were packed ahead: ${kinds}`, async () => {
      const chunks = await Promise.all(
        Array.from(kinds, async (kind, at) => {
          const chunk = text(`${at}`, kind.toLowerCase() === "s" ? 1000 : 100_000);
          if (kind === kind.toLowerCase()) markPacked(chunk, await packed(chunk));
          return chunk;
        }),
      );
      const plain = Buffer.concat(chunks);
      const bytes = await buffer(deflated(each(chunks)));
      expect(inflateRawSync(bytes).equals(plain)).to.equal(true);
      expect(bytes.length).to.be.lessThan(plain.length / 2 + 10);
    });

  it("takes what is known, and packs nothing of it again", async () => {
    const chunk = text("a", 100_000);
    const known = await packed(text("b", 100_000));
    markPacked(chunk, known);
    const bytes = await buffer(deflated(each([text("c", 10), chunk])));
    expect(bytes.includes(known)).to.equal(true);
  });

  it("closes what it reads where it is left early", async () => {
    let closed = false;
    const endless = async function* (): AsyncGenerator<Buffer, void, undefined> {
      try {
        for (;;) yield await Promise.resolve(text("a", 100_000));
      } finally {
        closed = true;
      }
    };
    for await (const _bytes of deflated(endless())) break;
    expect(closed).to.equal(true);
  });

  it("knows lines of a manifest by what they become there: behind others, never as the first", async () => {
    const lines = ["old", "middle", "new"].map((name) => Buffer.from(`{"${name}":1}\n{"${name}":2}\n`));
    for (const chunk of lines) markPacked(chunk, await packed(joinedLines(chunk, true)));
    const pieces: Buffer[] = [];
    for await (const piece of withCommas(each(lines))) pieces.push(piece);
    const manifest = Buffer.concat(pieces).toString();
    expect(JSON.parse(`[${manifest}]`)).to.have.length(6);
    expect(manifest.endsWith("2}\n")).to.equal(true);
    expect(inflateRawSync(await buffer(deflated(each(pieces)))).toString()).to.equal(manifest);
  });
});
