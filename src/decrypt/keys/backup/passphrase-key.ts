import { KeyError } from "../key-error.ts";

/** Element writes 500,000 rounds. */
const MOST_ROUNDS = 10_000_000;

/** The 32 bytes that a passphrase stands for (client-server API, "Deriving keys from passphrases"). @throws KeyError */
export async function passphraseKey(
  passphrase: string,
  salt: string | undefined,
  rounds: unknown,
): Promise<Uint8Array<ArrayBuffer>> {
  if (salt === undefined || typeof rounds !== "number" || !Number.isInteger(rounds))
    throw new KeyError("backup_passphrase_none");
  if (rounds < 1 || rounds > MOST_ROUNDS)
    throw new KeyError("backup_rounds", `(${rounds}; allowed are 1 to ${MOST_ROUNDS})`);
  const { subtle } = crypto;
  const material = await subtle.importKey("raw", Buffer.from(passphrase), "PBKDF2", false, ["deriveBits"]);
  const parameters = { name: "PBKDF2", hash: "SHA-512", salt: Buffer.from(salt), iterations: rounds };
  return new Uint8Array(await subtle.deriveBits(parameters, material, 256));
}
