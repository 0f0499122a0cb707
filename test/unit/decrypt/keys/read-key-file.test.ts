import { readFileSync } from "node:fs";
import { expect } from "chai";
import { KeyError } from "../../../../src/decrypt/keys/key-error.ts";
import { readKeyFile } from "../../../../src/decrypt/keys/file/read-key-file.ts";
import { keyExport, type KeyExportForm } from "../../../support/megolm/key-export.ts";
import { MegolmSession } from "../../../support/megolm/megolm-session.ts";

const session = new MegolmSession("!room:example.org");
const SESSIONS = [session.exported()];
const PASSPHRASE = "correct horse";

async function read(file: string | Uint8Array, passphrase = PASSPHRASE): Promise<string[]> {
  const keys = await readKeyFile(typeof file === "string" ? Buffer.from(file) : file, passphrase);
  return keys.ofRoom(session.roomId).map(({ sessionId }) => sessionId);
}

/** The code and the words with which a file is refused. */
async function refusal(file: string | Uint8Array, passphrase = PASSPHRASE): Promise<{ code: string; message: string }> {
  try {
    await read(file, passphrase);
  } catch (error) {
    if (error instanceof KeyError) return { code: error.code, message: error.message };
    throw error;
  }
  throw new Error("the file was read");
}

describe("a file of room keys", () => {
  const forms: [string, KeyExportForm][] = [
    ["in one line", {}],
    ["wrapped", { wrap: 76 }],
    ["without padding or a final newline", { padded: false, finalNewline: false }],
    ["with the line ends of Windows", { wrap: 64, newline: "\r\n" }],
    ["after 500,000 rounds", { rounds: 500_000 }],
  ];
  for (const [how, form] of forms)
    it(`is read ${how}`, async () => {
      // the length of the text changes the padding
      for (const more of ["", "a", "ab"])
        expect(await read(keyExport([{ ...SESSIONS[0], more }], PASSPHRASE, form))).to.deep.equal([session.id]);
    });

  it("is read with a byte order mark, in UTF-16, indented, and with text around", async () => {
    const file = keyExport(SESSIONS, PASSPHRASE, { wrap: 76 });
    expect(await read(`\ufeff${file}`)).to.deep.equal([session.id]);
    expect(await read(Buffer.from(`\ufeff${file}`, "utf16le"))).to.deep.equal([session.id]);
    expect(await read(Buffer.from(`\ufeff${file}`, "utf16le").swap16())).to.deep.equal([session.id]);
    expect(await read(file.replaceAll(/^/gm, "    "))).to.deep.equal([session.id]);
    expect(await read(`Grüße, here are my keys:\n\n${file}\n-- \nAnn`)).to.deep.equal([session.id]);
  });

  it("opens with a passphrase in UTF-8, and with one that its writer took in Latin-1", async () => {
    for (const encoding of ["utf8", "latin1"] as const)
      expect(
        await read(keyExport(SESSIONS, "clé à l’été".replace("’", "'"), { encoding }), "clé à l'été"),
      ).to.have.length(1);
    expect(await read(keyExport(SESSIONS, "ключ 🔑"), "ключ 🔑")).to.have.length(1);
    expect(await read(keyExport(SESSIONS, ""), "")).to.have.length(1);
  });

  it("of mautrix is read", async () => {
    // written by crypto.EncryptKeyExport of maunium.net/go/mautrix 0.32.0
    const keys = await readKeyFile(readFileSync(new URL("mautrix-0.32.0.txt", import.meta.url)), "clé de Bob");
    const [key] = keys.ofRoom("!room:example.org");
    expect(key).to.include({ sessionId: "Y818rGgDQ5AcHjU/8Jn41ykuPiceNncp6hQjt4oRzwE", sharedHistory: true });
  });

  it("is refused with another passphrase, which the error does not repeat", async () => {
    for (const passphrase of ["correct horsf", "clé", "ключ", ""]) {
      const { code, message } = await refusal(keyExport(SESSIONS, PASSPHRASE), passphrase);
      expect(code).to.equal("key_file_passphrase");
      if (passphrase !== "") expect(message).not.to.contain(passphrase);
    }
  });

  it("is refused where it is something else, cut or damaged", async () => {
    const file = keyExport(SESSIONS, PASSPHRASE, { wrap: 76 });
    const empty = "-----BEGIN MEGOLM SESSION DATA-----\n-----END MEGOLM SESSION DATA-----";
    expect(await refusal("")).to.include({ code: "key_file_unknown" });
    expect(await refusal(JSON.stringify(SESSIONS))).to.include({ code: "key_file_unknown" });
    expect(await refusal(file.slice(0, -20))).to.include({ code: "key_file_cut" });
    expect(await refusal(file + file)).to.include({ code: "key_file_several" });
    expect(await refusal(empty)).to.include({ code: "key_file_short" });
    const withoutALine = file.split("\n").toSpliced(4, 1).join("\n");
    expect(await refusal(withoutALine)).to.include({ code: "key_file_passphrase" });
    const damaged = await refusal(file.split("\n").with(2, "not base64!").join("\n"));
    expect(damaged.code).to.equal("key_file_base64");
    expect(damaged.message).to.match(/\(line 3\)$/);
  });

  it("is refused before anything is derived where it asks for too many rounds or for none, or is of another version", async () => {
    const file = Buffer.from(keyExport(SESSIONS, PASSPHRASE).split("\n")[1] ?? "", "base64");
    const withRounds = (rounds: number): string => {
      file.writeUInt32BE(rounds, 33);
      return `-----BEGIN MEGOLM SESSION DATA-----\n${file.toString("base64")}\n-----END MEGOLM SESSION DATA-----`;
    };
    for (const rounds of [0, 10_000_001, 0xffffffff]) {
      const { code, message } = await refusal(withRounds(rounds));
      expect(code).to.equal("key_file_rounds");
      expect(message).to.contain(`(${rounds}; allowed are 1 to 10000000)`);
    }
    expect(await refusal(keyExport(SESSIONS, PASSPHRASE, { version: 2 }))).to.include({ code: "key_file_version" });
    expect(await refusal(new Uint8Array(128 * 1024 * 1024 + 1))).to.include({ code: "key_file_too_large" });
  });

  it("is refused where its passphrase opens something else than a list, of which the error repeats nothing", async () => {
    for (const plain of ["{}", "secret text", "[1", '"\\ud800"', ""]) {
      const { code, message } = await refusal(keyExport([], PASSPHRASE, { plain: Buffer.from(plain) }));
      expect(code).to.equal("key_file_content");
      expect(message).not.to.contain("secret");
    }
    const { code } = await refusal(keyExport([], PASSPHRASE, { plain: Buffer.of(0x22, 0xff, 0x22) }));
    expect(code).to.equal("key_file_content");
    expect(await read(keyExport([], PASSPHRASE))).to.deep.equal([]);
  });
});
