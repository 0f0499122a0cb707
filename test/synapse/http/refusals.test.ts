import { expect } from "chai";
import type { JsonObject } from "../../../src/matrix/json.ts";
import type { ManifestHead } from "../../../src/bundle/manifest/manifest.ts";
import { REFUSALS, type RefusalCode } from "../../../src/policy/refusals.ts";
import { ALICE, Conversation } from "../../support/conversation.ts";
import { postImport } from "../../support/imported-room.ts";
import type { MatrixClient } from "../../support/matrix-client.ts";
import type { Service } from "../../support/service.ts";
import { sharedService } from "../../support/shared-service.ts";
import { sharedSynapse } from "../../support/shared-synapse.ts";
import { registerUser, unique } from "../../support/users.ts";
import { Api } from "./api.ts";

const POLICY = "io.roomporter.policy";

describe("refusals over HTTP", () => {
  let service: Service;
  let ann: MatrixClient;
  let api: Api;

  before(async () => {
    service = await sharedService();
    ann = await registerUser((await sharedSynapse()).url, unique("ann"));
    api = new Api(service, ann.token);
  });

  function expectRefusal(answer: { status: number; body: JsonObject }, code: RefusalCode): void {
    expect(answer.status).to.equal(400);
    expect(answer.body).to.deep.equal({
      errcode: "IO.ROOMPORTER.REFUSED",
      error: REFUSALS[code],
      reasons: [{ code, message: REFUSALS[code] }],
    });
  }

  const states: Record<RefusalCode, [type: string, key: string, content: JsonObject]> = {
    room_type_sidekick: [POLICY, "", { room_type: "sidekick" }],
    room_type_bridge: ["m.bridge", "org.bridge", { protocol: { id: "irc" } }],
    room_type_federated: [POLICY, "", { room_type: "federated" }],
    scope_incognito: [POLICY, "", { scope_kind: "incognito" }],
  };
  for (const [code, [type, key, content]] of Object.entries(states) as [RefusalCode, (typeof states)[RefusalCode]][])
    it(`stop the export of a room: ${code}`, async () => {
      const room = await ann.createRoom({ invite: [service.userId] });
      await ann.setState(room, type, content, key);
      expectRefusal(await api.exported(room), code);
      for (;;) {
        const { membership } = await ann.stateContent(room, "m.room.member", service.userId);
        if (membership === "join") break;
      }
      expectRefusal(await api.json(`/v1/rooms/${encodeURIComponent(room)}/exports`, "POST"), code);
      expectRefusal(await new Api(service, service.adminToken).exported(room), code);
    });

  const manifests: Record<RefusalCode, (head: ManifestHead) => void> = {
    room_type_sidekick: ({ room }) => (room.type = "sidekick"),
    room_type_bridge: ({ room }) => (room.type = "bridge"),
    room_type_federated: ({ room }) => (room.type = "federated"),
    scope_incognito: ({ room }) => (room.scope.scope_kind = "incognito"),
  };
  for (const [code, change] of Object.entries(manifests) as [RefusalCode, (typeof manifests)[RefusalCode]][])
    it(`stop the import of a bundle: ${code}`, async () => {
      const talk = new Conversation();
      talk.say(ALICE, "hello");
      const bundle = await talk.write(change);
      expectRefusal(await postImport(service, ann.token, bundle.file), code);
      await bundle.remove();
      expect((await api.json("/v1/jobs")).body).to.deep.equal({ jobs: [] });
    });
});
