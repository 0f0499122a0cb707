import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { parseJson, stringMember, type JsonObject } from "../../../src/matrix/json.ts";
import { runProgram, type Outcome } from "../../support/command-line.ts";
import { PeerClient } from "../../support/encrypted/peer-client.ts";
import { MatrixClient } from "../../support/matrix-client.ts";
import { png } from "../../support/pictures.ts";
import type { Service } from "../../support/service.ts";
import { sharedService } from "../../support/shared-service.ts";
import { sharedSynapse } from "../../support/shared-synapse.ts";
import { registerUser, unique } from "../../support/users.ts";

const SECRET_WORDS = "words that only members may read";

describe("an import into an encrypted room", function () {
  this.timeout(60_000);
  let service: Service;
  let user: MatrixClient;
  let folder: string;
  let bundle: string;
  let at: (name: string) => string;
  const peers: PeerClient[] = [];

  before(async () => {
    service = await sharedService();
    user = await registerUser((await sharedSynapse()).url, unique("edda"), "Edda");
    folder = await mkdtemp(join(tmpdir(), "roomporter-encrypted-import-"));
    at = (name) => join(folder, name);
    bundle = at("room.zip");
    await user.setAvatar(await user.upload(png(4, [9, 9, 9]), "image/png", "face.png"));
    const room = await user.createRoom({ name: "Plans" });
    const first = await user.say(room, SECRET_WORDS);
    await user.edit(room, first, `${SECRET_WORDS}, once more`);
    const url = await user.upload(png(8, [1, 2, 3]), "image/png", "cup.png");
    await user.send(room, "m.room.message", {
      msgtype: "m.image",
      body: "cup.png",
      url,
      info: { mimetype: "image/png" },
    });
    await user.react(room, first, "👍");
    await user.say(room, "an answer", { "m.relates_to": { "m.in_reply_to": { event_id: first } } });
    await user.redact(room, await user.say(room, "taken back"));
    await done("room", "export", room, "-o", bundle);
  });
  after(async () => {
    for (const peer of peers) await peer.close();
    await rm(folder, { recursive: true });
  });

  const run = (...args: string[]): Promise<Outcome> =>
    runProgram(args, {
      env: { ROOMPORTER_URL: service.url, ROOMPORTER_TOKEN: user.token, ROOMPORTER_KEYS_PASSPHRASE: "key words" },
    });
  async function done(...args: string[]): Promise<Outcome> {
    const outcome = await run(...args);
    expect(outcome.code, outcome.stderr).to.equal(0);
    return outcome;
  }

  it("makes no room where nobody could read it", async () => {
    const outcome = await run("room", "import", "-f", bundle, "--encrypted");
    expect([outcome.code, outcome.stderr]).to.satisfy(
      ([code, said]: [number, string]) => code === 1 && said.includes("No client of") && said.includes(user.userId),
    );
  });

  it("is read by the clients that the importing user has, and comes out the same with their keys", async () => {
    const sdk = await PeerClient.start("sdk", user);
    peers.push(sdk);
    const second = await secondDevice(user);
    const nio = await PeerClient.start("nio", second);
    peers.push(nio);
    await Promise.all([sdk.show("!none:x", []), nio.show("!none:x", [])]);

    const { stdout } = await done("room", "import", "-f", bundle, "--encrypted", "--json");
    const { room_id: copy = "", report } = JSON.parse(stdout.toString()) as {
      room_id?: string;
      report: { key_holders: JsonObject[] };
    };
    expect(report.key_holders.map((holder) => holder["all"])).to.deep.equal([true, true]);
    await user.join(copy);
    const events = (await user.timeline(copy)).filter(({ content }) => Object.hasOwn(content, "ciphertext"));
    expect(JSON.stringify(await user.timeline(copy)))
      .not.to.include(SECRET_WORDS)
      .and.not.to.include("cup.png");
    const shown = await sdk.show(copy, events);
    expect(JSON.stringify(shown)).to.include(`${SECRET_WORDS}, once more`).and.to.include("cup.png");
    expect(shown.filter((one) => one !== null)).to.have.length(events.length);
    expect(await nio.show(copy, events)).to.deep.equal(shown);

    await writeFile(at("keys.txt"), await nio.exportKeys("key words"));
    await done("room", "export", copy, "--keys", at("keys.txt"), "-o", at("again.zip"));
    await done("bundle", "verify", at("again.zip"));
    await done("bundle", "diff", bundle, at("again.zip"));
    const log = await readFile(join(service.dir, "service.log"), "utf8");
    for (const secret of [SECRET_WORDS, "session_key", '"k":']) expect(log).not.to.include(secret);
    const devices = await fetch(`${user.url}/_matrix/client/v3/devices?user_id=${service.userId}`, {
      headers: { authorization: `Bearer ${service.asToken}` },
    });
    expect(await devices.text()).not.to.include("ROOMPORTER_");
  });
});

/** Another login of the same person. */
async function secondDevice({ url, userId }: MatrixClient): Promise<MatrixClient> {
  const localpart = /^@([^:]*)/.exec(userId)?.[1] ?? "";
  const body = { type: "m.login.password", identifier: { type: "m.id.user", user: localpart }, password: localpart };
  const answer = await fetch(`${url}/_matrix/client/v3/login`, { method: "POST", body: JSON.stringify(body) });
  return new MatrixClient(url, stringMember(parseJson(await answer.text()), "access_token") ?? "", userId);
}
