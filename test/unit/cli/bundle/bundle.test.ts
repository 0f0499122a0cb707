import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { sampleRoom, temporaryDirectory, writeSample } from "../../bundle/sample.ts";
import { pemOf } from "../../../../src/bundle/public-keys.ts";
import { keyIdOf } from "../../../../src/bundle/signature.ts";
import { Conversation } from "../../../support/conversation.ts";
import { testSigner } from "../../../support/test-signer.ts";
import { run } from "../../../support/doors/run-command.ts";

describe("bundle", () => {
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
  let sound: string;
  let changed: string;
  let broken: string;
  before(async () => {
    directory = await temporaryDirectory();
    sound = await writeSample(sampleRoom(), directory.path, "sound.zip");
    const room = sampleRoom();
    const event = room.events.find(({ type }) => type === "m.room.message");
    if (event) event.origin_server_ts += 1;
    changed = await writeSample(room, directory.path, "changed.zip");
    broken = join(directory.path, "broken.zip");
    await writeFile(broken, "no ZIP");
  });
  after(() => directory.remove());

  it("verify ends with 0 for a sound bundle and 1 for a broken one", async () => {
    const good = await run(["bundle", "verify", sound]);
    expect(good.code).to.equal(0);
    expect(good.stdout.toString()).to.contain(`${sound} is sound.\n12 events`);
    const bad = await run(["bundle", "verify", broken]);
    expect(bad.code).to.equal(1);
    expect(bad.stdout.toString()).to.contain("zip_unreadable");
    expect(bad.stderr).to.equal(`roomporter: ${broken} is not sound: 1 fault\n`);
    expect(JSON.parse((await run(["bundle", "verify", broken, "--json"])).stdout.toString())).to.include({ ok: false });
  });

  it("verify says who signed a bundle, and ends with 1 where that is not the key asked for", async () => {
    const signer = testSigner();
    const bundle = await new Conversation().write(undefined, signer);
    const pem = join(directory.path, "key.pem");
    await writeFile(pem, pemOf(signer.publicKey));
    const verify = (file: string, ...more: string[]): ReturnType<typeof run> =>
      run(["bundle", "verify", file, ...more]);
    const keyId = keyIdOf(signer.publicKey);
    expect((await verify(sound)).stdout.toString()).to.contain("It is not signed.");
    expect((await verify(bundle.file)).stdout.toString()).to.contain(`Signed by ${keyId}; --key tells`);
    for (const key of [pem, signer.publicKey]) {
      const right = await verify(bundle.file, "--key", key);
      expect([right.code, right.stdout.toString()]).to.satisfy(
        ([code, text]: [number, string]) => code === 0 && text.includes(`Signed by ${keyId}, the key you gave.`),
      );
    }
    const other = await verify(bundle.file, "--key", testSigner().publicKey);
    expect([other.code, other.stderr]).to.deep.equal([
      1,
      `roomporter: ${bundle.file} is signed with another key, ${keyId}\n`,
    ]);
    const unsigned = await verify(sound, "--key", pem);
    expect([unsigned.code, unsigned.stderr]).to.deep.equal([1, `roomporter: ${sound} is not signed\n`]);
    expect((await verify(sound, "--key", broken)).code).to.equal(2);
    expect((await run(["bundle", "show", bundle.file])).stdout.toString()).to.contain(`Signed    by ${keyId}`);
    await bundle.remove();
  });

  it("show says what is in a bundle", async () => {
    const { code, stdout } = await run(["bundle", "show", sound]);
    expect(code).to.equal(0);
    expect(stdout.toString()).to.contain("Tea").and.to.contain("!tea:acme.test");
    expect(JSON.parse((await run(["bundle", "show", sound, "--json"])).stdout.toString())).to.have.nested.property(
      "counts.events",
      12,
    );
    const bad = await run(["bundle", "show", broken]);
    expect([bad.code, bad.stdout.length]).to.deep.equal([1, 0]);
    expect(bad.stderr).to.contain(`${broken}: `).and.to.contain("[zip_unreadable]");
  });

  it("diff ends with 0 where two are equivalent and 1 where they are not", async () => {
    expect(await run(["bundle", "diff", sound, sound])).to.include({ code: 0, stderr: "" });
    const ran = await run(["bundle", "diff", sound, changed]);
    expect([ran.code, ran.stderr]).to.deep.equal([1, "roomporter: the bundles are not equivalent: 1 difference\n"]);
    expect(ran.stdout.toString()).to.match(/^time {2}\$event-2 {2}/);
    const json: unknown = JSON.parse((await run(["--json", "bundle", "diff", sound, changed])).stdout.toString());
    expect(json).to.include({ equivalent: false }).and.to.have.property("differences").with.length(1);
  });

  it("says which file it cannot read", async () => {
    const none = join(directory.path, "none.zip");
    for (const args of [
      ["verify", none],
      ["show", none],
      ["diff", sound, none],
    ])
      expect(await run(["bundle", ...args])).to.deep.include({
        code: 1,
        stderr: `roomporter: ${none}: there is no such file or folder\n`,
      });
  });
});
