import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { diffBundles } from "../../../src/bundle/diff/diff.ts";
import type { BundleEvent, ManifestHead } from "../../../src/bundle/manifest/manifest.ts";
import { openBundle } from "../../../src/bundle/open-bundle.ts";
import { objectMember, stringMember, type JsonObject } from "../../../src/matrix/json.ts";
import { Conversation, ALICE } from "../../support/conversation.ts";
import { ImportedRoom, postImport } from "../../support/imported-room.ts";
import type { MatrixClient } from "../../support/matrix-client.ts";
import { freePort } from "../../support/process.ts";
import { png } from "../../support/pictures.ts";
import { writeRegistration } from "../../support/registration.ts";
import { startService, type Service } from "../../support/service.ts";
import { startSynapse, type Synapse } from "../../support/synapse.ts";
import { registerUser, unique } from "../../support/users.ts";
import { Api } from "../http/api.ts";

const HTML = { format: "org.matrix.custom.html" };
const LARGEST = 200_000;
const STICKY = "org.matrix.msc4354.sticky_duration_ms";
const DELAY = "org.matrix.msc4140.delay";

describe("what is new in the specification", function () {
  this.timeout(180_000);
  let dir: string;
  let synapse: Synapse | undefined;
  let service: Service | undefined;
  let ann: MatrixClient;

  before(async () => {
    dir = mkdtempSync(join(tmpdir(), "roomporter-new-"));
    const url = `http://127.0.0.1:${await freePort()}`;
    const registration = writeRegistration(join(dir, "service.yaml"), { id: "porter", url });
    synapse = await startSynapse({
      registrations: [registration.file],
      config: {
        experimental_features: { msc4354_enabled: true },
        max_event_delay_duration: "1d",
        media_upload_limits: [{ time_period: "1h", max_size: LARGEST }],
      },
    });
    service = await startService({ synapse, registration });
    ann = await registerUser(synapse.url, "ann");
  });

  after(async () => {
    await service?.close();
    await synapse?.close();
    rmSync(dir, { recursive: true, force: true });
  });

  function running(): { synapse: Synapse; service: Service } {
    if (!synapse || !service) throw new Error("not started");
    return { synapse, service };
  }

  async function exported(roomId: string, name: string): Promise<string> {
    const { status, zip, body } = await new Api(running().service, ann.token).exported(roomId);
    expect(status, JSON.stringify(body)).to.equal(200);
    writeFileSync(join(dir, name), zip);
    return join(dir, name);
  }

  async function read(file: string): Promise<{ head: ManifestHead; events: BundleEvent[] }> {
    const bundle = await openBundle(file);
    try {
      const events: BundleEvent[] = [];
      for await (const event of bundle.events()) events.push(event);
      return { head: bundle.head, events };
    } finally {
      await bundle.close();
    }
  }

  async function importedFrom(file: string): Promise<ImportedRoom> {
    const { status, body } = await postImport(running().service, ann.token, file, { wait: 120 });
    expect(status, JSON.stringify(body)).to.equal(201);
    return ImportedRoom.joined(ann, body);
  }

  /** Sends a message with further words in its address. */
  async function sendWith(roomId: string, query: Record<string, number>, content: JsonObject): Promise<JsonObject> {
    const path = `/_matrix/client/v3/rooms/${encodeURIComponent(roomId)}/send/m.room.message/${unique("txn")}`;
    return await ann.request("PUT", path, { json: { msgtype: "m.text", ...content }, query });
  }

  it("travels, or stays behind, as docs/homeservers.md says", async () => {
    const roomId = await ann.createRoom({ name: "Tea", room_version: "12" });
    const pictures = await Promise.all(
      [20, 90, 160, 230].map((shade) => ann.upload(png(8, [shade, 0, 0]), "image/png")),
    );
    const [cup = "", pot = "", face = "", heart = ""] = pictures;
    const pack = { pack: { display_name: "Tea", avatar_url: face }, images: { cup: { url: cup, body: "a cup" } } };
    const stable = await ann.setState(roomId, "m.room.image_pack", pack, "tea");
    const unstable = await ann.setState(roomId, "im.ponies.room_emotes", { images: { pot: { url: pot } } });
    const policy = await ann.setState(roomId, "m.room.policy", {
      via: "policy.test",
      public_keys: { ed25519: "a2V5" },
    });
    const rule = { join_rule: "knock_restricted", allow: [{ type: "m.room_membership", room_id: "!other:x" }] };
    const knock = await ann.setState(roomId, "m.room.join_rules", rule);
    const html = `<img data-mx-emoticon src="${cup}" alt="a cup" title="cup" height="32"> ready`;
    const message = await ann.say(roomId, ":cup: ready", { ...HTML, formatted_body: html });
    const relation = { rel_type: "m.annotation", event_id: message, key: heart };
    const shortcode = { shortcode: ":heart:" };
    const reaction = await ann.send(roomId, "m.reaction", { "m.relates_to": relation, ...shortcode });
    const sticky = stringMember(await sendWith(roomId, { [STICKY]: 600_000 }, { body: "sticky" }), "event_id") ?? "";
    const delayed = await sendWith(roomId, { [DELAY]: 80_000_000 }, { body: "not sent yet" });
    expect(stringMember(delayed, "delay_id"), "is not sent yet").to.be.a("string");
    // the homeserver says that it is one
    expect(await ann.event(roomId, sticky)).to.have.property("msc4354_sticky");

    const first = await exported(roomId, "first.zip");
    const { head, events } = await read(first);
    expect(head.ledger).to.deep.equal([]);
    expect([...head.media.values()].flatMap(({ uris }) => uris)).to.have.members(pictures);
    expect(JSON.stringify(events)).not.to.match(/not sent yet|msc4354|msc4140/);
    expect(events.map(({ event_id }) => event_id)).to.include(sticky);
    expect(Object.keys(Object.fromEntries(head.senders)[ann.userId] ?? {})).to.have.members([
      "display_name",
      "avatar",
      "foreign",
    ]);

    const copy = await importedFrom(first);
    const state = await ann.state(copy.roomId);
    const types = state.map(({ type }) => type);
    for (const type of ["m.room.image_pack", "im.ponies.room_emotes", "m.room.policy"])
      expect(types).not.to.include(type);
    expect(await ann.stateContent(copy.roomId, "m.room.join_rules")).to.include({ join_rule: "invite" });
    for (const kept of [stable, unstable, policy, knock]) expect(copy.event(kept).type).to.equal("io.roomporter.event");
    expect(copy.event(sticky)).not.to.have.property("msc4354_sticky");

    const newUris = {
      ...objectMember(copy.event(stable).content, "media"),
      ...objectMember(copy.event(unstable).content, "media"),
    };
    expect(Object.keys(newUris)).to.have.members([cup, pot, face]);
    const shown = /<img data-mx-emoticon src="(mxc:[^"]*)" alt="a cup" title="cup" height="32">/;
    const [, newCup = ""] = shown.exec(stringMember(copy.event(message).content, "formatted_body") ?? "") ?? [];
    expect(newCup).to.equal(newUris[cup]);
    const newHeart = objectMember(copy.event(reaction).content, "m.relates_to")?.["key"];
    for (const [before, now] of [...Object.entries(newUris), [heart, newHeart]]) {
      expect(now, String(before)).to.match(/^mxc:/).and.not.equal(before);
      expect(hash(await ann.download(String(now)))).to.equal(hash(await ann.download(String(before))));
    }
    expect((await diffBundles(first, await exported(copy.roomId, "second.zip"))).differences).to.deep.equal([]);
  });

  it("an invitation that is blocked at the end (M_INVITE_BLOCKED) is said, and is all that a retry does", async () => {
    const { synapse, service } = running();
    const bea = await registerUser(synapse.url, "bea");
    const allow = async (default_action: string): Promise<unknown> =>
      bea.request("PUT", `/_matrix/client/v3/user/${bea.userId}/account_data/m.invite_permission_config`, {
        json: { default_action },
      });
    await allow("block");
    const talk = new Conversation();
    const hello = talk.say(ALICE, "hello");
    const bundle = await talk.write();
    // without homeserver.admin_token nobody can know it before
    const started = await postImport(service, service.adminToken, bundle.file, { fields: { as: bea.userId } });
    await bundle.remove();
    const jobId = stringMember(started.body, "job_id") ?? "";
    const api = new Api(service, service.adminToken);
    const failed = await api.ended(jobId);
    expect(failed["error"]).to.include({ errcode: "M_INVITE_BLOCKED", retry: true });
    expect(stringMember(failed["error"], "error")).to.match(/room is there.*allow them in a Matrix client, retry/);

    await allow("allow");
    expect((await api.json(`/v1/jobs/${jobId}/retry`, "POST")).status).to.equal(202);
    const room = await ImportedRoom.joined(bea, await api.ended(jobId));
    expect(room.roomId).to.equal(failed["room_id"]);
    expect(room.all(hello)).to.have.lengthOf(1);
  });

  it("a user's limit (M_USER_LIMIT_EXCEEDED) stops an import until it is lifted, and no file is lost", async () => {
    const { synapse, service } = running();
    const talk = new Conversation();
    // more than go up side by side: Synapse looks at what is stored already, not at what is on its way
    const sizes = Array.from({ length: 12 }, (_, i) => 90_000 + i * 1_000);
    for (const size of sizes) {
      const url = talk.file(Buffer.alloc(size, "tea"), "text/plain", `${size}.txt`);
      talk.send(ALICE, "m.room.message", { msgtype: "m.file", body: `${size}.txt`, url });
    }
    const bundle = await talk.write();
    const started = await postImport(service, ann.token, bundle.file);
    await bundle.remove();
    const jobId = stringMember(started.body, "job_id") ?? "";
    const api = new Api(service, ann.token);
    const failed = await api.ended(jobId);
    expect(failed["state"]).to.equal("failed");
    expect(failed["error"]).to.include({ errcode: "M_USER_LIMIT_EXCEEDED", retry: true });

    const config = join(synapse.dir, "homeserver.yaml");
    const { media_upload_limits: _limits, ...rest } = JSON.parse(readFileSync(config, "utf8")) as JsonObject;
    writeFileSync(config, JSON.stringify(rest));
    await synapse.stop();
    await synapse.start();
    expect((await api.json(`/v1/jobs/${jobId}/retry`, "POST")).status).to.equal(202);
    const { report } = await ImportedRoom.joined(ann, await api.ended(jobId));
    expect(report["ledger"]).to.deep.equal([]);
    expect(report["files"]).to.be.at.least(sizes.length);
  });
});

function hash(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}
