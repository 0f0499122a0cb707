import { createCipheriv, createHmac, pbkdf2Sync, randomBytes } from "node:crypto";

export interface KeyExportForm {
  /** bytes of the passphrase, where they are not UTF-8 */
  encoding?: BufferEncoding;
  rounds?: number;
  /** characters a line; default: one line */
  wrap?: number;
  padded?: boolean;
  newline?: string;
  finalNewline?: boolean;
  version?: number;
  /** what the cipher protects, where it is not this JSON */
  plain?: Buffer;
}

/** A key export, as the specification ("Key exports") says. Few rounds: a test has no secrets. */
export function keyExport(sessions: unknown, passphrase: string, form: KeyExportForm = {}): string {
  const { encoding = "utf8", rounds = 10, wrap = Infinity, padded = true, newline = "\n", finalNewline = true } = form;
  const [salt, iv] = [randomBytes(16), randomBytes(16)];
  const keys = pbkdf2Sync(Buffer.from(passphrase, encoding), salt, rounds, 64, "sha512");
  const cipher = createCipheriv("aes-256-ctr", keys.subarray(0, 32), iv);
  const head = Buffer.alloc(37);
  head.writeUInt8(form.version ?? 1);
  salt.copy(head, 1);
  iv.copy(head, 17);
  head.writeUInt32BE(rounds, 33);
  const plain = form.plain ?? Buffer.from(JSON.stringify(sessions));
  const signed = Buffer.concat([head, cipher.update(plain), cipher.final()]);
  return armored(Buffer.concat([signed, createHmac("sha256", keys.subarray(32)).update(signed).digest()]));

  function armored(data: Buffer): string {
    const base64 = data.toString("base64").replace(padded ? "" : /=+$/, "");
    const lines = wrap === Infinity ? [base64] : (base64.match(new RegExp(`.{1,${wrap}}`, "g")) ?? []);
    const all = ["-----BEGIN MEGOLM SESSION DATA-----", ...lines, "-----END MEGOLM SESSION DATA-----"];
    return all.join(newline) + (finalNewline ? newline : "");
  }
}
