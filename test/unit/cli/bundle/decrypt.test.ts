import { expect } from "chai";
import { createCipheriv, createHash, randomBytes } from "node:crypto";
import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { openBundle } from "../../../../src/bundle/open-bundle.ts";
import { verifyBundle } from "../../../../src/bundle/verify/verify.ts";
import type { JsonObject } from "../../../../src/matrix/json.ts";
import { piped, run, type Ran, type Surroundings } from "../../../support/doors/run-command.ts";
import { fakeService } from "../../../support/doors/scripted-service.ts";
import { keyExport } from "../../../support/megolm/key-export.ts";
import { MegolmSession } from "../../../support/megolm/megolm-session.ts";
import { ALICE, message, sampleRoom, temporaryDirectory, writeSample } from "../../bundle/sample.ts";

/** What must stand nowhere but in the result. */
const SECRETS = { passphrase: " marked passphrase é ", text: "marked plain text", plainFile: "marked plain file" };

describe("bundle decrypt", () => {
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
  let exported: string;
  let keys: string;
  let passphraseFile: string;
  let output: string;
  let sessionKey: string;
  const cipher = { key: randomBytes(32), iv: randomBytes(16) };
  const cipherFile = createCipheriv("aes-256-ctr", cipher.key, cipher.iv).update(SECRETS.plainFile);

  beforeEach(async () => {
    directory = await temporaryDirectory();
    const room = sampleRoom();
    const session = new MegolmSession(room.roomId);
    const exportedSession = session.exported();
    sessionKey = exportedSession.session_key;
    const file: JsonObject = {
      ...{ url: "mxc://acme.test/cipher", v: "v2", iv: cipher.iv.toString("base64") },
      key: { k: cipher.key.toString("base64url"), kty: "oct", alg: "A256CTR" },
      hashes: { sha256: createHash("sha256").update(cipherFile).digest("base64") },
    };
    const encrypted = [
      session.encrypt("m.room.message", { msgtype: "m.text", body: SECRETS.text }),
      session.encrypt("m.room.message", { msgtype: "m.file", body: "notes.txt", file }),
      new MegolmSession(room.roomId).encrypt("m.room.message", { msgtype: "m.text", body: "lost" }),
    ];
    encrypted.forEach((content, index) =>
      room.events.push(message(20 + index, ALICE, content, { type: "m.room.encrypted" })),
    );
    room.head = (head) => (head.coverage = { complete: false, limits: [], without_encrypted_files: true });
    exported = await writeSample(room, directory.path, "exported.zip");
    keys = join(directory.path, "keys.txt");
    passphraseFile = join(directory.path, "passphrase.txt");
    output = join(directory.path, "out.zip");
    await writeFile(keys, keyExport([exportedSession], SECRETS.passphrase));
    await writeFile(passphraseFile, `${SECRETS.passphrase}\n`);
  });
  afterEach(() => directory.remove());

  /** The service and its homeserver: it gives the exported bundle, and the file. */
  async function homeserver(): ReturnType<typeof fakeService> {
    const zip = await readFile(exported);
    return await fakeService(({ url }, response) => {
      const base_url = `http://${String(response.req.headers.host)}`;
      if (url === "/v1/service") response.end(JSON.stringify({ homeserver: { base_url } }));
      else if (url === "/v1/whoami")
        response.end(JSON.stringify({ user_id: ALICE, admin_token: null, permission: "user" }));
      else response.end(url.startsWith("/v1/rooms/") ? zip : cipherFile);
    });
  }

  async function decrypt(more: readonly string[] = [], surroundings: Surroundings = {}): Promise<Ran> {
    const before = await readdir(directory.path);
    const ran = await run(["bundle", "decrypt", exported, "--keys", keys, "-o", output, ...more], surroundings);
    const said = ran.stdout.toString() + ran.stderr;
    for (const secret of [...Object.values(SECRETS), sessionKey, cipher.key.toString("base64url")])
      expect(said).not.to.contain(secret.trim());
    const left = (await readdir(directory.path)).filter((name) => !before.includes(name));
    expect(left).to.deep.equal(ran.code === 0 ? ["out.zip"] : []);
    return ran;
  }

  for (const [way, more, surroundings] of [
    ["from a file", () => ["--passphrase-file", passphraseFile], {}],
    ["from the environment", () => [], { env: { ROOMPORTER_KEYS_PASSPHRASE: SECRETS.passphrase } }],
    ["as a line of stdin", () => [], { stdin: piped(`${SECRETS.passphrase}\n`) }],
  ] as const)
    it(`opens what the keys open, with the passphrase ${way}`, async () => {
      const { code, stderr } = await decrypt(more(), surroundings);
      expect(stderr).to.contain("Decrypted 2 of 3 encrypted events and 0 files");
      expect(stderr).to.contain("1 not: no key for them was given").and.to.contain("1 files are not in it");
      expect(code).to.equal(0);
      expect((await verifyBundle(output)).faults).to.deep.equal([]);
      const shown = await run(["bundle", "convert", "--to", "text", output]);
      expect(shown.stdout.toString()).to.contain(SECRETS.text);
      const verified = await run(["bundle", "verify", output]);
      expect(verified.stdout.toString()).to.contain("2 of 3 encrypted events").and.to.contain("whoever held the keys");
    });

  it("fetches files from the homeserver that the service names, with the person's token", async () => {
    await using service = await homeserver();
    const env = { ...service.env, ROOMPORTER_KEYS_PASSPHRASE: SECRETS.passphrase };
    const { code, stderr } = await decrypt(["--fetch"], { env });
    expect(stderr).to.contain("2 of 3 encrypted events and 1 files");
    expect(code).to.equal(0);
    const media = service.asked.filter(({ url }) => url.includes("/media/"));
    expect(media.map(({ url }) => url)).to.deep.equal(["/_matrix/client/v1/media/download/acme.test/cipher"]);
    expect(service.asked.map(({ body }) => body.length)).to.deep.equal([0, 0, 0]);
    const bundle = await openBundle(output);
    const sha256 = createHash("sha256").update(SECRETS.plainFile).digest("hex");
    let bytes = "";
    for await (const chunk of await bundle.openMedia(sha256)) bytes += String(chunk);
    await bundle.close();
    expect(bytes).to.equal(SECRETS.plainFile);
  });

  it("is one step with the export of a room: the keys are asked for first, and nothing of it goes to the service", async () => {
    await using service = await homeserver();
    const args = ["room", "export", "!tea:acme.test", "--keys", keys];
    const env = { ...service.env, ROOMPORTER_KEYS_PASSPHRASE: SECRETS.passphrase };
    const { code, stderr } = await run([...args, "-o", output], { env });
    expect([code, stderr]).to.satisfy(
      ([ended, said]: [number, string]) => ended === 0 && said.includes("2 of 3 encrypted events and 1 files"),
    );
    expect((await verifyBundle(output)).decryption).to.include({ decrypted: 2 });
    expect((await readdir(directory.path)).filter((name) => name.endsWith(".part"))).to.deep.equal([]);
    expect((await stat(output)).mode & 0o777).to.equal(0o600);
    expect(service.asked.map(({ url, body }) => url + body.toString()).join(" ")).not.to.contain(sessionKey);
    const asked = service.asked.length;
    const wrong = await run([...args, "-o", join(directory.path, "wrong.zip")], {
      env: { ...env, ROOMPORTER_KEYS_PASSPHRASE: "another" },
    });
    expect(wrong.stderr).to.contain("key_file_passphrase");
    expect(service.asked.slice(asked).filter(({ url }) => url.startsWith("/v1/rooms/"))).to.deep.equal([]);
    const unnamed = await run(args, { env });
    expect([unnamed.code, unnamed.stderr]).to.deep.equal([
      2,
      "roomporter: with --keys or --recovery-key the bundle is decrypted on this machine: name the file with -o\n",
    ]);
  });

  it("says what is wrong, and keeps nothing: a wrong passphrase, none, no key file, a bundle that is decrypted", async () => {
    const wrong = await decrypt([], { env: { ROOMPORTER_KEYS_PASSPHRASE: "another" } });
    expect([wrong.code, wrong.stderr]).to.deep.equal([
      1,
      `roomporter: ${keys}: The passphrase does not open the key file: it is another one, or the file is damaged. [key_file_passphrase]\n`,
    ]);
    const none = await decrypt();
    expect([none.code, none.stderr]).to.satisfy(
      ([code, said]: [number, string]) => code === 2 && said.includes("--passphrase-file FILE"),
    );
    await decrypt(["--passphrase-file", passphraseFile]);
    const again = ["bundle", "decrypt", output, "--keys", keys, "--passphrase-file", passphraseFile];
    const twice = await run([...again, "-o", join(directory.path, "twice.zip")]);
    expect(twice.stderr).to.equal(
      `roomporter: ${output}: it is decrypted already: decrypt the exported bundle, with all keys\n`,
    );
    const withoutKeys = await run(["bundle", "decrypt", exported, "-o", join(directory.path, "none.zip")]);
    expect([withoutKeys.code, withoutKeys.stderr]).to.satisfy(
      ([code, said]: [number, string]) => code === 2 && said.includes("--keys FILE"),
    );
    expect((await readFile(exported)).includes(SECRETS.text)).to.equal(false);
  });
});
