import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { accountOf } from "../../../src/decrypt/keys/backup/account.ts";
import type { BackupSecret } from "../../../src/decrypt/keys/backup/backup-secret.ts";
import { readKeyBackup } from "../../../src/decrypt/keys/backup/read-key-backup.ts";
import { KeyError } from "../../../src/decrypt/keys/key-error.ts";
import { openDecryptor } from "../../../src/decrypt/megolm/open-decryptor.ts";
import type { JsonObject } from "../../../src/matrix/json.ts";
import { runProgram, type Outcome } from "../../support/command-line.ts";
import { PeerClient } from "../../support/encrypted/peer-client.ts";
import type { MatrixClient } from "../../support/matrix-client.ts";
import { sharedService } from "../../support/shared-service.ts";
import { sharedSynapse } from "../../support/shared-synapse.ts";
import { registerUser, unique } from "../../support/users.ts";

const PASSPHRASE = "schöner Satz";

describe("a key backup made by matrix-js-sdk", function () {
  this.timeout(60_000);
  let user: MatrixClient;
  let peer: PeerClient;
  let roomId: string;
  /** what was asked of the homeserver, without the names in it */
  let asked: string[];

  before(async () => {
    user = await registerUser((await sharedSynapse()).url, unique("dora"));
    peer = await PeerClient.start("sdk", user);
    const encryption = { algorithm: "m.megolm.v1.aes-sha2", rotation_period_msgs: 2 };
    roomId = await user.createRoom({
      initial_state: [{ type: "m.room.encryption", state_key: "", content: encryption }],
    });
    await peer.sees(roomId, 1);
    for (let i = 1; i <= 5; i++) await peer.send(roomId, "m.room.message", { msgtype: "m.text", body: `count ${i}` });
  });
  after(() => peer.close());

  /** What the backup's keys open of the room. */
  async function read(secret: BackupSecret): Promise<unknown[]> {
    const account = await accountOf(user.url, user.token);
    asked = [];
    const watched = {
      userId: account.userId,
      get: (path: string) => {
        asked.push(path.split("?")[0]?.replace(encodeURIComponent(roomId), "ROOM") ?? "");
        return account.get(path);
      },
    };
    const keys = await readKeyBackup(watched, secret, [roomId, "!other:localhost"]);
    const events = (await user.timeline(roomId)).filter(({ type }) => type === "m.room.encrypted");
    const decryptor = await openDecryptor(keys);
    const opened = await decryptor.openBatch(roomId, events as unknown as JsonObject[]);
    await decryptor.close();
    return opened.map((event) => (event.kind === "opened" ? event.content["body"] : event.why));
  }

  async function refusal(secret: BackupSecret): Promise<string> {
    const error: unknown = await read(secret).catch((failure: unknown) => failure);
    if (error instanceof KeyError) return error.code;
    throw new Error("the backup was read", { cause: error });
  }

  const all = [1, 2, 3, 4, 5].map((i) => `count ${i}`);

  it("is not there before it is set up", async () => {
    expect(await refusal({ passphrase: PASSPHRASE })).to.equal("backup_none");
  });

  it("opens with its recovery key, and with its passphrase where it has one; then earlier ones are told to be wrong", async () => {
    const first = await peer.backUp();
    expect(await read({ recoveryKey: first })).to.deep.equal(all);
    expect(await read({ recoveryKey: ` ${first.replaceAll(" ", "\n")} ` })).to.deep.equal(all);
    expect(await refusal({ passphrase: PASSPHRASE })).to.equal("backup_secret_wrong");

    const second = await peer.backUp(PASSPHRASE);
    expect(await read({ recoveryKey: second })).to.deep.equal(all);
    expect(await read({ passphrase: PASSPHRASE })).to.deep.equal(all);
    expect(asked.filter((path) => path.startsWith("/room_keys/keys/"))).to.have.length(2);
    for (const wrong of [{ recoveryKey: first }, { passphrase: "schöner" }, { passphrase: "" }]) {
      expect(await refusal(wrong)).to.equal("backup_secret_wrong");
      expect(asked.filter((path) => path.startsWith("/room_keys/keys/"))).to.deep.equal([]);
    }
    expect(await refusal({ recoveryKey: second.replace(/.$/, (last) => (last === "A" ? "B" : "A")) })).to.equal(
      "recovery_key_malformed",
    );
  });

  it("opens an export on the command line, and neither its keys nor what opens it goes to the service", async () => {
    const service = await sharedService();
    const folder = await mkdtemp(join(tmpdir(), "roomporter-backup-"));
    const output = join(folder, "plain.zip");
    const program = (secret: string): Promise<Outcome> =>
      runProgram(["room", "export", roomId, "--recovery-key", "-o", output], {
        env: { ROOMPORTER_URL: service.url, ROOMPORTER_TOKEN: user.token },
        stdin: Buffer.from(`${secret}\n`),
      });
    try {
      const wrong = await program("schöner");
      expect([wrong.code, wrong.stderr]).to.satisfy(
        ([code, said]: [number, string]) => code === 1 && said.includes("[backup_secret_wrong]"),
      );
      expect(await readdir(folder)).to.deep.equal([]);
      const { code, stderr } = await program(PASSPHRASE);
      expect(code, stderr).to.equal(0);
      expect(stderr).to.include("Decrypted 5 of 5 encrypted events");
      const text = (await runProgram(["bundle", "convert", "--to", "text", output])).stdout.toString();
      for (const said of all) expect(text).to.include(said);
      expect(await readFile(join(service.dir, "service.log"), "utf8")).not.to.include(PASSPHRASE);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
