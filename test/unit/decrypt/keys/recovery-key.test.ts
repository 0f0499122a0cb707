import bs58 from "bs58";
import { expect } from "chai";
import { parseRecoveryKey } from "../../../../src/decrypt/keys/backup/recovery-key.ts";
import { KeyError } from "../../../../src/decrypt/keys/key-error.ts";

const KEY = Buffer.from("77076d0a7318a57d3c16c17251b26645df4c2f92ebc099f9b6f1a1a2a3a4a5a6", "hex");

/** As the specification ("Recovery key") writes it: two bytes in front, a parity byte at the end, in groups of four. */
function written(head: number[], key: Buffer, wrongParity = 0): string {
  const bytes = [...head, ...key];
  const parity = bytes.reduce((sum, byte) => sum ^ byte, wrongParity);
  return bs58.encode(Uint8Array.of(...bytes, parity)).replaceAll(/(.{4})/g, "$1 ");
}

describe("a recovery key", () => {
  it("is read with spaces and line ends anywhere", () => {
    const text = written([0x8b, 0x01], KEY);
    for (const form of [text, text.replaceAll(" ", ""), `\n ${text.replaceAll(" ", "\r\n\t")}`])
      expect(Buffer.from(parseRecoveryKey(form)).toString("hex")).to.equal(KEY.toString("hex"));
  });

  it("is refused where a character, the length, the head or the parity is wrong, and never repeated", () => {
    const text = written([0x8b, 0x01], KEY);
    const wrong = ["", "0OIl", `${text}0`, text.slice(1), written([0x8b, 0x02], KEY), written([0x8b, 0x01], KEY, 1)];
    for (const form of [...wrong, written([0x8b, 0x01], KEY.subarray(1)), "é".repeat(48)])
      expect(() => parseRecoveryKey(form))
        .to.throw(KeyError)
        .that.satisfies((error: KeyError) => form.length < 4 || !error.message.includes(form.trim()));
  });
});
