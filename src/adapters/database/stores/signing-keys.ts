import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, type KeyObject } from "node:crypto";
import type { Insertable, Transaction } from "kysely";
import { publicKeysIn } from "../../../bundle/public-keys.ts";
import type { BundleSigner } from "../../../bundle/signature.ts";
import type { Clock } from "../../../ports/clock.ts";
import type { SigningKeys } from "../../../ports/signing-keys.ts";
import { inTransaction } from "../in-transaction.ts";
import type { Database } from "../database.ts";
import type { SigningKeysTable, Tables } from "../tables.ts";

/** The signing keys, in the database. */
export function signingKeys(database: Database, clock: Clock): SigningKeys {
  const { kysely } = database;
  let signer: BundleSigner | undefined;
  return {
    async signer() {
      signer ??= await inTransaction(kysely, async (transaction) => {
        await database.oneAtATime(transaction, "signing-keys");
        return signerWith((await newest(transaction)) ?? (await makeKey(transaction, clock.now())));
      });
      return signer;
    },

    all: () =>
      kysely
        .selectFrom("signing_keys")
        .select(["public_key", "created_at"])
        .orderBy("created_at", "desc")
        .orderBy("public_key")
        .execute(),
  };
}

async function newest(transaction: Transaction<Tables>): Promise<KeyObject | undefined> {
  const row = await transaction
    .selectFrom("signing_keys")
    .select("private_key")
    .orderBy("created_at", "desc")
    .orderBy("public_key")
    .limit(1)
    .executeTakeFirst();
  return row && createPrivateKey(row.private_key);
}

async function makeKey(transaction: Transaction<Tables>, now: number): Promise<KeyObject> {
  const { privateKey } = generateKeyPairSync("ed25519");
  const row: Insertable<SigningKeysTable> = {
    public_key: publicKeyOf(privateKey),
    private_key: String(privateKey.export({ type: "pkcs8", format: "pem" })),
    created_at: now,
  };
  await transaction.insertInto("signing_keys").values(row).execute();
  return privateKey;
}

function signerWith(key: KeyObject): BundleSigner {
  return { publicKey: publicKeyOf(key), sign: (message) => sign(null, message, key) };
}

function publicKeyOf(privateKey: KeyObject): string {
  const [key] = publicKeysIn(String(createPublicKey(privateKey).export({ type: "spki", format: "pem" })));
  if (key === undefined) throw new Error("a signing key in the database is not one");
  return key;
}
