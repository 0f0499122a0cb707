import { expect } from "chai";
import { openBundle } from "../../../src/bundle/open-bundle.ts";
import type { JsonObject } from "../../../src/matrix/json.ts";
import { ALICE, Conversation } from "../../support/conversation.ts";
import { postImport } from "../../support/imported-room.ts";
import type { MatrixClient } from "../../support/matrix-client.ts";
import type { Service } from "../../support/service.ts";
import { sharedService } from "../../support/shared-service.ts";
import { sharedSynapse } from "../../support/shared-synapse.ts";
import { registerUser, unique } from "../../support/users.ts";
import { temporaryDirectory } from "../../unit/bundle/sample.ts";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { eventually, membershipOf } from "../bot/talk.ts";
import { Api, type Answer } from "../http/api.ts";

/** The ids of a bundle's events, and what it says of its limits. */
async function contentOf(zip: Buffer): Promise<{ ids: string[]; coverage: unknown }> {
  const { path, remove } = await temporaryDirectory();
  try {
    const file = join(path, "room.zip");
    await writeFile(file, zip);
    const bundle = await openBundle(file);
    const ids: string[] = [];
    for await (const { event_id } of bundle.events()) ids.push(event_id);
    await bundle.close();
    return { ids, coverage: bundle.head.coverage };
  } finally {
    await remove();
  }
}

describe("answers that are alike", () => {
  let service: Service;
  let ann: MatrixClient;
  let bob: MatrixClient;
  before(async () => {
    service = await sharedService();
    const { url } = await sharedSynapse();
    [ann, bob] = [await registerUser(url, unique("ann")), await registerUser(url, unique("bob"))];
  });

  const path = (room: string): string => `/v1/rooms/${encodeURIComponent(room)}/exports`;
  const job = (user: MatrixClient, room: string, query = ""): Promise<Answer> =>
    new Api(service, user.token).json(path(room) + query, "POST");
  async function withService(options: JsonObject = {}): Promise<string> {
    const room = await ann.createRoom({ ...options, invite: [service.userId] });
    await eventually("the bot joins", async () => (await membershipOf(service.userId, ann, room)) === "join");
    return room;
  }

  it("an export at once and one as a job leave the same out for who ignores somebody, and say so", async () => {
    const room = await withService();
    await ann.invite(room, bob.userId);
    await bob.join(room);
    await ann.say(room, "one");
    await bob.react(room, await bob.say(room, "two"), "👍");
    await bob.redact(room, await bob.say(room, "three"));
    await ann.say(room, "four");
    const list = `/_matrix/client/v3/user/${encodeURIComponent(ann.userId)}/account_data/m.ignored_user_list`;
    await ann.request("PUT", list, { json: { ignored_users: { [bob.userId]: {} } } });
    const api = new Api(service, ann.token);
    const { body } = await job(ann, room);
    expect(await api.ended(String(body["job_id"]))).to.have.property("state", "succeeded");
    const response = await api.fetch(`/v1/jobs/${String(body["job_id"])}/bundle`);
    const asJob = await contentOf(Buffer.from(await response.arrayBuffer()));
    const atOnce = await contentOf((await api.exported(room)).zip);
    expect(asJob).to.deep.equal(atOnce);
    expect(asJob.coverage).to.deep.equal({
      complete: false,
      limits: [{ kind: "senders", excluded: [bob.userId] }],
    });
    await ann.request("PUT", list, { json: { ignored_users: {} } });
  });

  it("a thread below an event that is hidden, and one below an event that is not there", async () => {
    const state = { type: "m.room.history_visibility", state_key: "", content: { history_visibility: "joined" } };
    const room = await withService({ initial_state: [state] });
    const hidden = await ann.say(room, "before bob came");
    await ann.say(room, "in a thread", { "m.relates_to": { rel_type: "m.thread", event_id: hidden } });
    await ann.invite(room, bob.userId);
    await bob.join(room);
    const seen = await ann.say(room, "after");
    const api = new Api(service, bob.token);
    const failure = async (event: string): Promise<unknown> => {
      const { body } = await job(bob, room, `?thread=${encodeURIComponent(event)}`);
      const { state: end, error, report } = await api.ended(String(body["job_id"]));
      return { end, error, report };
    };
    const unknown = await failure(`$${"A".repeat(43)}`);
    expect(unknown).to.include({ end: "failed", report: null });
    expect(await failure(hidden)).to.deep.equal(unknown);
    expect(await failure(seen)).to.include({ end: "succeeded" });
  });

  it("to who is not in a room, whether the service is in it, and whatever it is", async () => {
    const empty = await ann.createRoom();
    const joined = await withService();
    const bridged = await withService();
    await ann.setState(bridged, "m.bridge", { bridgebot: "@b:x", protocol: { id: "irc" } }, "x");
    const answers = await Promise.all([empty, joined, bridged, "!nowhere:localhost"].map((room) => job(bob, room)));
    expect(answers[0]?.status).to.equal(403);
    for (const answer of answers) expect(answer).to.deep.equal(answers[0]);

    const space = { creation_content: { type: "m.space" } };
    const spaces = [await ann.createRoom(space), await withService(space), await withService()];
    const talk = new Conversation();
    talk.say(ALICE, "hello");
    const bundle = await talk.write();
    const imports = [];
    for (const workspace_id of [...spaces, "!nowhere:localhost"])
      imports.push(await postImport(service, bob.token, bundle.file, { fields: { workspace_id } }));
    await bundle.remove();
    expect(imports[0]?.status).to.equal(403);
    for (const answer of imports) expect(answer).to.deep.equal(imports[0]);
  });
});
