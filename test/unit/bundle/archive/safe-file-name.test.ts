import { expect } from "chai";
import { isSafeFileName, safeFileName } from "../../../../src/bundle/archive/safe-file-name.ts";

describe("safeFileName", () => {
  it("leaves a safe name alone", () => {
    for (const name of ["cup.png", "Tee mit Milch.jpeg", "茶.png", "🍵", "a.tar.gz", "_con.txt"])
      expect(safeFileName(name)).to.equal(name);
  });

  it("takes away what a system could stumble over", () => {
    expect(safeFileName("../../etc/passwd")).to.equal("_.._etc_passwd");
    expect(safeFileName("C:\\tmp\\x.exe")).to.equal("C__tmp_x.exe");
    expect(safeFileName('a*b?c"d<e>f|g\0h\ni\u007fj')).to.equal("a_b_c_d_e_f_g_h_i_j");
    expect(safeFileName("photo\u202egnp.exe")).to.equal("photo_gnp.exe");
    expect(safeFileName(" .hidden. ")).to.equal("hidden");
    expect(safeFileName("\ud800.png")).to.equal("\ufffd.png");
    for (const name of ["con", "CON.txt", "nul", "Com1.log", "lpt9"]) expect(safeFileName(name)).to.equal(`_${name}`);
  });

  it("never gives an empty name", () => {
    for (const name of ["", ".", "..", "   ", "\u3000"]) expect(safeFileName(name)).to.equal("file");
  });

  it("cuts long names between characters and keeps the extension", () => {
    const safe = safeFileName(`${"茶🍵".repeat(200)}.webp`);
    expect(safe).to.match(/^(?:茶🍵)+茶?\.webp$/u);
    expect(Buffer.byteLength(safe)).to.be.within(110, 120);
    expect(Buffer.byteLength(safeFileName("x".repeat(500)))).to.equal(120);
    expect(Buffer.byteLength(safeFileName(`a.${"x".repeat(500)}`))).to.equal(120);
  });

  it("is safe to use twice", () => {
    const alphabet = ["a", ".", " ", "/", "é", "e\u0301", "\u202e", "con", "🍵", "x".repeat(50), "\0", "-"];
    let seed = 1;
    for (let round = 0; round < 2000; round++) {
      let name = "";
      for (let part = 0; part < 6; part++) {
        seed = (seed * 48271) % 2147483647;
        name += alphabet[seed % alphabet.length] ?? "";
      }
      const safe = safeFileName(name);
      expect(safeFileName(safe)).to.equal(safe);
      expect(isSafeFileName(safe)).to.equal(true);
      expect(Buffer.byteLength(safe)).to.be.within(1, 120);
      expect(safe)
        .to.equal(safe.trim())
        .and.not.match(/\.$|[/\\]/);
    }
  });
});

describe("isSafeFileName", () => {
  it("does not depend on what Unicode the runtime knows", () => {
    for (const name of ["cu\u0301p.png", "\u{105d2}\u0307", "con\u0131n$", "\u0378"])
      expect(isSafeFileName(name), name).to.equal(true);
  });

  it("refuses what safeFileName would change for another reason, each time it is asked", () => {
    for (const name of ["", ".a", "a.", " a", "a\u3000", "a/b", "a\0", "\ud800", "CON.txt", "x".repeat(121)])
      expect([isSafeFileName(name), isSafeFileName(name)], name).to.deep.equal([false, false]);
  });
});
