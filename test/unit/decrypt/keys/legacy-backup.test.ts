import { pbkdf2Sync } from "node:crypto";
import { expect } from "chai";
import type { Account } from "../../../../src/decrypt/keys/backup/account.ts";
import type { BackupSecret } from "../../../../src/decrypt/keys/backup/backup-secret.ts";
import { readKeyBackup } from "../../../../src/decrypt/keys/backup/read-key-backup.ts";
import { KeyError } from "../../../../src/decrypt/keys/key-error.ts";
import type { RoomKeys } from "../../../../src/decrypt/keys/room-keys.ts";
import type { JsonObject } from "../../../../src/matrix/json.ts";
import { keyBackup, recoveryKeyOf, type KeyBackup } from "../../../support/megolm/key-backup.ts";
import { MegolmSession } from "../../../support/megolm/megolm-session.ts";

const ROOM = "!tea:acme.test";
const PASSPHRASE = "schöner Satz";
const DERIVATION = { private_key_salt: "salt of the key", private_key_iterations: 10 };

describe("a key backup from before secret storage", () => {
  const session = new MegolmSession(ROOM).exported();

  /** An account that holds this backup, and nothing in its account data. @param authData more of it */
  function accountWith({ version, keys }: KeyBackup, authData: JsonObject = {}): Account {
    const sessions = keys([session]);
    const damaged = { sessions: { ...(sessions["sessions"] as JsonObject), other: { session_data: { mac: "" } } } };
    return {
      userId: "@ann:acme.test",
      get: (path) => {
        if (path === "/room_keys/version")
          return Promise.resolve({
            ...version,
            auth_data: { ...(version["auth_data"] as JsonObject), ...authData },
            version: "7",
          });
        return Promise.resolve(
          path.startsWith(`/room_keys/keys/${encodeURIComponent(ROOM)}?version=7`) ? damaged : undefined,
        );
      },
    };
  }

  const read = (account: Account, secret: BackupSecret): Promise<RoomKeys> =>
    readKeyBackup(account, secret, [ROOM, "!x:y"]);
  const refusal = async (account: Account, secret: BackupSecret): Promise<string> => {
    const error: unknown = await read(account, secret).catch((failure: unknown) => failure);
    if (error instanceof KeyError) return error.code;
    throw new Error("the backup was read", { cause: error });
  };

  it("opens with its recovery key, which is the key of the backup itself", async () => {
    const backup = keyBackup();
    const keys = await read(accountWith(backup), { recoveryKey: backup.recoveryKey });
    expect(keys.get(ROOM, session.session_id)?.sessionKey).to.equal(session.session_key);
    expect(keys.counts).to.include({ sessions: 1, malformed: 1 });
    expect(await refusal(accountWith(backup), { recoveryKey: recoveryKeyOf() })).to.equal("backup_secret_wrong");
  });

  it("opens with the passphrase that its key was derived from, where it says how", async () => {
    const { private_key_salt: salt, private_key_iterations: rounds } = DERIVATION;
    const backup = keyBackup(pbkdf2Sync(PASSPHRASE, salt, rounds, 32, "sha512"));
    const account = accountWith(backup, DERIVATION);
    expect((await read(account, { passphrase: PASSPHRASE })).counts.sessions).to.equal(1);
    expect((await read(account, { recoveryKey: backup.recoveryKey })).counts.sessions).to.equal(1);
    expect(await refusal(account, { passphrase: "another" })).to.equal("backup_secret_wrong");
    expect(await refusal(accountWith(backup), { passphrase: PASSPHRASE })).to.equal("backup_secret_wrong");
    const endless = { ...DERIVATION, private_key_iterations: 1e9 };
    expect(await refusal(accountWith(backup, endless), { passphrase: PASSPHRASE })).to.equal("backup_rounds");
  });
});
