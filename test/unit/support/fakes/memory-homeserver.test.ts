import { batchLaneContract } from "../../../contracts/batch-lane.ts";
import { botHomeserverContract } from "../../../contracts/bot-homeserver.ts";
import { homeserverAccessContract } from "../../../contracts/homeserver-access.ts";
import { indexSourceContract } from "../../../contracts/index-source.ts";
import { mediaTargetContract } from "../../../contracts/media-target.ts";
import { roomReaderContract } from "../../../contracts/room-reader.ts";
import { roomEncryptionContract } from "../../../contracts/room-encryption.ts";
import { roomRemovalContract } from "../../../contracts/room-removal.ts";
import { roomWriterContract } from "../../../contracts/room-writer.ts";
import { spaceReaderContract } from "../../../contracts/space-reader.ts";
import { MemoryHomeserver } from "../../../support/fakes/memory-homeserver/homeserver.ts";

const ANN = "@ann:localhost";
const SERVICE = "@porter:localhost";
const text = (body: string) => ({ msgtype: "m.text", body });

describe("a homeserver in memory", () => {
  const homeserver = new MemoryHomeserver("localhost");
  const ann = homeserver.as(ANN);
  const service = homeserver.as(SERVICE);

  roomReaderContract("as room reader and media source", async () => {
    const roomId = await ann.createRoom({ name: "Tea" });
    for (let i = 0; i < 30; i++) await ann.say(roomId, `t${i}`, text(`message ${i}`));
    const bytes = Buffer.from("some text");
    homeserver.files.set("mxc://localhost/some", { data: bytes, mimetype: "text/plain" });
    return {
      reader: ann,
      media: homeserver,
      roomId,
      page: (limit, from) => {
        homeserver.pageSize = limit;
        return ann.messages(roomId, from);
      },
      file: { uri: "mxc://localhost/some", bytes, mimetype: "text/plain" },
      missing: "mxc://localhost/doesNotExist",
      givesSnapshots: true,
    };
  });

  describe("as room writer", () =>
    roomWriterContract(async () => ({ writer: service, userId: ANN, join: (roomId) => ann.join(roomId) })));

  describe("for many events at once", () =>
    batchLaneContract(async () => {
      const together = new MemoryHomeserver("localhost");
      together.atOnce = 100;
      return together.as(SERVICE);
    }));

  describe("as media target", () => mediaTargetContract(async () => ({ media: homeserver, uploads: homeserver })));

  describe("for the bot", () =>
    botHomeserverContract(async () => ({
      bot: service,
      userId: ANN,
      invited: () => ann.createRoom({ invite: [SERVICE] }),
    })));

  describe("as source of the feed for indexers", () =>
    indexSourceContract(async () => {
      const roomId = await service.createRoom({});
      const say = (body: string): Promise<string> => service.say(roomId, body, text(body));
      const said = [await say("one"), await say("two"), await say("three")] as const;
      await service.send(roomId, "m.room.redaction", "r", { redacts: said[1] });
      return { source: service, roomId, said };
    }));

  describe("as ways into it", () =>
    homeserverAccessContract(async () => ({
      access: homeserver.access(SERVICE),
      serverName: "localhost",
      user: { userId: ANN, token: "token" },
      join: (roomId) => ann.join(roomId),
    })));

  describe("as reader of spaces", () =>
    spaceReaderContract(async () => ({
      access: homeserver.access(SERVICE),
      serverName: "localhost",
      user: { userId: ANN, token: "token" },
      join: (roomId) => ann.join(roomId),
    })));

  describe("for encrypting", () =>
    roomEncryptionContract(async () => ({
      access: homeserver.access(SERVICE),
      userId: ANN,
      devices: async (importId) => Number(homeserver.devices.ofImports.has(importId)),
    })));

  describe("for the removal of rooms", () =>
    roomRemovalContract(async () => ({ removal: homeserver, reader: ann, roomId: await ann.createRoom({}) })));
});
