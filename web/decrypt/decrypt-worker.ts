import { initAsync } from "@matrix-org/matrix-sdk-crypto-wasm";
import { expose } from "comlink";
import { bundleBytes, type BundleParts, type WrittenBundle } from "../../src/bundle/archive/bundle-bytes.ts";
import { decryptExported, type DecryptReport } from "../../src/decrypt/decrypt-exported.ts";
import { encryptedRooms } from "../../src/decrypt/encrypted-rooms.ts";
import type { Account } from "../../src/decrypt/keys/backup/account.ts";
import { readKeyBackup } from "../../src/decrypt/keys/backup/read-key-backup.ts";
import { secretOf } from "../../src/decrypt/keys/backup/backup-secret.ts";
import { readKeyFile, requireKeyFileSize } from "../../src/decrypt/keys/file/read-key-file.ts";
import { KeyError } from "../../src/decrypt/keys/key-error.ts";
import type { RoomKeys } from "../../src/decrypt/keys/room-keys.ts";
import { MegolmDecryptor } from "../../src/decrypt/megolm/megolm-decryptor.ts";
import { MegolmMachine } from "../../src/decrypt/megolm/megolm-machine.ts";
import { nextTurn } from "../look/reader/next-turn.ts";
import { openRoom, type OpenBlob } from "../look/reader/open-room.ts";
import { BlobScratch, chunksOf } from "./blob-scratch.ts";
import { exportedBlob } from "./exported-blob.ts";
import type { Errands, GivenKeys, Request, Result } from "./shapes.ts";

/** What the page asks this worker for. It holds the keys, and its policy lets it ask nobody for anything. */
class Decrypter {
  /** Makes the bundle readable. @throws Error with a sentence for people, where the bundle is at fault */
  async decrypt({ bundle: file, wasm, keys: given, withFiles }: Request, errands: Errands): Promise<Result> {
    await startCryptography(wasm);
    const bundle = await openRoom(file, () => false);
    errands.onStep("keys", 0);
    const keys = await keysOf(given, bundle, errands).catch((error: unknown) => {
      if (error instanceof KeyError) return error;
      throw error;
    });
    if (keys instanceof KeyError) return { kind: "keys", code: keys.code, message: keys.message };
    const out = new BlobScratch();
    const report = await decrypted(bundle, keys, out, withFiles ? errands : undefined, errands);
    if (report.decrypted > 0) return { kind: "decrypted", bundle: out.blob("application/zip"), report };
    return { kind: "keys", code: "no_session", message: "No key opens any of these messages.", report };
  }
}
export type { Decrypter };

/** The library wants an address: that of the bytes that the page has given. */
async function startCryptography(wasm: Blob): Promise<void> {
  const address = URL.createObjectURL(wasm);
  try {
    await initAsync(address);
  } finally {
    URL.revokeObjectURL(address);
  }
}

/** @throws KeyError */
async function keysOf(given: GivenKeys, bundle: OpenBlob, errands: Errands): Promise<RoomKeys> {
  if (given.kind === "file") return await readKeyFile(await bytesOf(given.file), given.passphrase);
  const account: Account = {
    userId: given.userId,
    get: (path) =>
      errands.account(path).catch(() => {
        throw new KeyError("account_unreachable", `(GET ${path.replaceAll(/[?].*$/g, "")})`);
      }),
  };
  const rooms = await encryptedRooms(bundle.head, bundle.eventBatches);
  return await readKeyBackup(account, secretOf(given.secret), rooms);
}

/** A file that is no key file may be as large as it likes. @throws KeyError */
async function bytesOf(file: Blob): Promise<Uint8Array> {
  requireKeyFileSize(file.size);
  return new Uint8Array(await file.arrayBuffer());
}

async function decrypted(
  bundle: OpenBlob,
  keys: RoomKeys,
  out: BlobScratch,
  files: Errands | undefined,
  errands: Errands,
): Promise<DecryptReport> {
  const decryptor = new MegolmDecryptor(keys, await MegolmMachine.start(), nextTurn);
  const write = async (parts: BundleParts): Promise<WrittenBundle> => {
    const { bytes, written } = bundleBytes(parts);
    for await (const chunk of bytes) await out.append(chunk);
    return written();
  };
  try {
    const scratch = async (): Promise<BlobScratch> => new BlobScratch();
    const source = files && (async (uri: string) => chunksOf(await files.file(uri)));
    return await decryptExported(exportedBlob(bundle, errands), { decryptor, files: source, scratch }, write);
  } finally {
    await decryptor.close();
  }
}

expose(new Decrypter());
