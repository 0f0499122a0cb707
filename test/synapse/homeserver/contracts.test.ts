import { botHomeserver } from "../../../src/adapters/homeserver/bot/bot-homeserver.ts";
import { homeserverAccess, type HomeserverSettings } from "../../../src/adapters/homeserver/access.ts";
import { expect } from "chai";
import { HomeserverClient, path } from "../../../src/adapters/homeserver/client.ts";
import { homeserverProbe } from "../../../src/adapters/homeserver/probe/homeserver-probe.ts";
import { HomeserverIndexSource } from "../../../src/adapters/homeserver/index-source.ts";
import { HomeserverWriter } from "../../../src/adapters/homeserver/writing/room-writer.ts";
import { synapseAdmin } from "../../../src/adapters/homeserver/synapse/synapse-admin.ts";
import { synapseRemoval } from "../../../src/adapters/homeserver/removal/synapse-removal.ts";
import { objectMember, type JsonObject, type JsonValue } from "../../../src/matrix/json.ts";
import type { CrossSigningKeys } from "../../../src/ports/homeserver/cross-signing.ts";
import type { HomeserverProbe } from "../../../src/ports/homeserver/homeserver-probe.ts";
import { botHomeserverContract } from "../../contracts/bot-homeserver.ts";
import { homeserverAccessContract } from "../../contracts/homeserver-access.ts";
import { homeserverAdminContract } from "../../contracts/homeserver-admin.ts";
import { homeserverProbeContract } from "../../contracts/homeserver-probe.ts";
import { indexSourceContract } from "../../contracts/index-source.ts";
import { mediaTargetContract } from "../../contracts/media-target.ts";
import { roomEncryptionContract } from "../../contracts/room-encryption.ts";
import { roomRemovalContract } from "../../contracts/room-removal.ts";
import { roomWriterContract } from "../../contracts/room-writer.ts";
import { spaceReaderContract } from "../../contracts/space-reader.ts";
import { SILENT } from "../../support/fakes/logger.ts";
import type { MatrixClient } from "../../support/matrix-client.ts";
import { registerServerAdmin } from "../../support/server-admin.ts";
import { sharedSynapse } from "../../support/shared-synapse.ts";
import { registerUser, unique } from "../../support/users.ts";

const { signal } = new AbortController();

describe("Synapse, through the adapter", () => {
  let settings: HomeserverSettings;
  let ann: MatrixClient;
  let adminToken: string;
  before(async () => {
    const synapse = await sharedSynapse();
    const { asToken, senderLocalpart } = synapse.takeRegistration();
    const { url, serverName } = synapse;
    settings = { url, serverName, asToken, serviceUser: `@${senderLocalpart}:${serverName}`, logger: SILENT };
    ann = await registerUser(url, unique("ann"), "Ann");
    adminToken = (await registerServerAdmin(synapse, unique("root"))).token;
  });

  const service = () => homeserverAccess(settings).asService(signal);
  const client = (): HomeserverClient =>
    new HomeserverClient({
      url: settings.url,
      accessToken: settings.asToken,
      userId: settings.serviceUser,
      logger: SILENT,
    });
  const text = (body: string) => ({ msgtype: "m.text", body });

  describe("as room writer", () =>
    roomWriterContract(async () => ({
      writer: service().writer,
      userId: ann.userId,
      async join(roomId) {
        await ann.join(roomId);
      },
    })));

  describe("where it is tried out", () =>
    homeserverProbeContract(async () => {
      const probeOf = (adminToken?: string): HomeserverProbe =>
        homeserverProbe({
          settings: { ...settings, adminToken },
          roomVersions: ["12"],
          clock: { now: () => Date.now() },
        });
      return {
        without: probeOf(),
        useful: probeOf(adminToken),
        useless: probeOf(ann.token),
        joined: () => service().writer.joinedRooms(),
      };
    }));

  describe("as media target", () => mediaTargetContract(async () => service()));

  describe("for the bot", () =>
    botHomeserverContract(async () => ({
      bot: botHomeserver(client(), new HomeserverWriter(client(), settings.serviceUser)),
      userId: ann.userId,
      invited: () => ann.createRoom({ invite: [settings.serviceUser] }),
    })));

  describe("as source of the feed for indexers", () =>
    indexSourceContract(async () => {
      const { writer } = service();
      const roomId = await writer.createRoom({ preset: "private_chat" });
      const say = (body: string): Promise<string> => writer.send(roomId, "m.room.message", body, text(body));
      const said = [await say("one"), await say("two"), await say("three")] as const;
      await writer.send(roomId, "m.room.redaction", "r", { redacts: said[1] });
      return { source: new HomeserverIndexSource(client(), settings.serviceUser), roomId, said };
    }));

  describe("as ways into it", () =>
    homeserverAccessContract(async () => ({
      access: homeserverAccess(settings),
      serverName: settings.serverName,
      user: ann,
      join: (roomId) => ann.join(roomId),
    })));

  describe("as reader of spaces", () =>
    spaceReaderContract(async () => ({
      access: homeserverAccess(settings),
      serverName: settings.serverName,
      user: ann,
      join: (roomId) => ann.join(roomId),
    })));

  describe("for encrypting", () => {
    const devices = async (): Promise<JsonValue[]> => {
      const { devices: found } = (await client().call({ method: "GET", path: path`/devices` })) as JsonObject;
      return found as JsonValue[];
    };

    roomEncryptionContract(async () => ({
      access: homeserverAccess(settings),
      userId: ann.userId,
      devices: async (importId) => JSON.stringify(await devices()).split(`"ROOMPORTER_${importId}_`).length - 1,
    }));

    it("by devices that one identity signs, run after run, and what a killed run has left is removed", async () => {
      let kept: CrossSigningKeys | undefined;
      const store = { load: async () => kept, save: async (keys: CrossSigningKeys) => void (kept = keys) };
      const access = homeserverAccess({ ...settings, crossSigning: store });
      const identities: unknown[] = [];
      const deviceIds: string[] = [];
      for (let run = 0; run < 2; run++) {
        // the first one is not disposed of
        await access.encryption("signed", signal);
        const body = { device_keys: { [settings.serviceUser]: [] } };
        const answer = await client().call({ method: "POST", path: path`/keys/query`, body });
        const { device_keys: keys, self_signing_keys: own } = answer as JsonObject;
        const ours = Object.entries(objectMember(keys, settings.serviceUser) ?? {}).filter(([id]) =>
          id.startsWith("ROOMPORTER_signed_"),
        );
        expect(ours).to.have.length(1);
        const signing = Object.keys(objectMember(objectMember(own, settings.serviceUser), "keys") ?? {})[0] ?? "";
        const signatures = objectMember(objectMember(ours[0]?.[1], "signatures"), settings.serviceUser);
        expect(signatures).to.have.property(signing);
        identities.push(signing);
        deviceIds.push(ours[0]?.[0] ?? "");
      }
      expect(identities[0]).to.equal(identities[1]);
      expect(deviceIds[0]).not.to.equal(deviceIds[1]);
    });
  });

  describe("for the removal of rooms", () =>
    roomRemovalContract(async () => {
      const { reader, writer } = service();
      const roomId = await writer.createRoom({ preset: "private_chat" });
      return { removal: synapseRemoval(settings, adminToken), reader, roomId };
    }));

  describe("as its administrator sees it", () =>
    homeserverAdminContract(async () => ({
      admin: synapseAdmin(settings, adminToken, signal, async () => undefined),
      roomId: await ann.createRoom({ name: "Tea" }),
    })));
});
