import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { homeserverAccess } from "../../../src/adapters/homeserver/access.ts";
import { joinRoom } from "../../../src/adapters/homeserver/room-calls.ts";
import { HomeserverClient } from "../../../src/adapters/homeserver/client.ts";
import type { HomeserverAccess } from "../../../src/ports/homeserver/homeserver-access.ts";
import type { ExportInput } from "../../../src/exports/export-room.ts";
import { fillRoom, type FullRoom } from "../../support/full-room.ts";
import type { MatrixClient } from "../../support/matrix-client.ts";
import type { Registration } from "../../support/registration.ts";
import { sharedSynapse, type SharedSynapse } from "../../support/shared-synapse.ts";
import { startSynapse, type Synapse } from "../../support/synapse.ts";
import { registerUser, unique } from "../../support/users.ts";
import { collect, type Collected } from "../../unit/exports/reading/collected.ts";

const logger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const signal = new AbortController().signal;
const sha = (data: string | Buffer): string => createHash("sha256").update(data).digest("hex");

function access(synapse: Synapse, registration: Pick<Registration, "asToken" | "senderLocalpart">): HomeserverAccess {
  const { url, serverName } = synapse;
  const serviceUser = `@${registration.senderLocalpart}:${serverName}`;
  return homeserverAccess({ url, serverName, asToken: registration.asToken, serviceUser, logger });
}

const NOBODY = { asToken: "none", senderLocalpart: "porter" };

/** Exports as a user, with their own token. */
function collectAs(
  user: MatrixClient,
  synapse: Synapse,
  roomId: string,
  more: Partial<ExportInput> = {},
): Promise<Collected> {
  const source = access(synapse, NOBODY).asUser(user.userId, user.token, signal);
  return collect({ ...source, roomId, serverName: synapse.serverName, ...more });
}

describe("exporting a room of a real homeserver", () => {
  let synapse: SharedSynapse;
  before(async () => {
    synapse = await sharedSynapse();
  });

  for (const version of ["12", "9"])
    describe(`with all that a room holds, version ${version}`, () => {
      let room: FullRoom;
      let collected: Collected;
      before(async () => {
        room = await fillRoom(synapse, version);
        collected = await collectAs(room.ann, synapse, room.roomId);
      });

      it("carries every event, in order, as the homeserver serves it", async () => {
        const served = await room.ann.timeline(room.roomId);
        const kept = ["event_id", "type", "sender", "origin_server_ts", "content", "state_key"] as const;
        const shape = (event: object): object =>
          Object.fromEntries(
            kept.filter((key) => key in event).map((key) => [key, (event as Record<string, unknown>)[key]]),
          );
        expect(collected.events.map(shape)).to.deep.equal(served.map(shape));
        expect(collected.head.coverage).to.deep.equal({
          complete: false,
          limits: [],
          without_encrypted_files: true,
        });
        expect(collected.head.counts.events).to.equal(served.length);
      });

      it("carries redactions with their reason and date, and nothing else unsigned", () => {
        const redacted = collected.events.find(({ event_id }) => event_id === room.events.redacted);
        const because = redacted?.unsigned?.["redacted_because"];
        expect(because).to.include({ event_id: room.events.redaction, sender: room.bob.userId });
        expect(because).to.have.nested.property("content.reason", "spam & <i>lies</i>");
        expect(because).to.have.property("origin_server_ts").that.is.a("number");
        expect(redacted?.content).to.deep.equal({});
        for (const { unsigned } of collected.events)
          expect(Object.keys(unsigned ?? { redacted_because: 1 })).to.deep.equal(["redacted_because"]);
      });

      it("carries every file once, by its bytes, and lists the one that is not there", () => {
        const { media, ledger } = collected.head;
        for (const { uri, sha256 } of room.media) expect(media.get(sha256)?.uris).to.include(uri);
        const image = room.media.find(({ name }) => name === "sea.png");
        expect(media.get(image?.sha256 ?? "")?.names).to.deep.equal(["also the sea.png", "sea.png"]);
        expect(ledger.map(({ code, uri }) => [code, uri])).to.deep.equal([
          ["encrypted", undefined],
          ["media_unavailable", "mxc://localhost/doesNotExist"],
        ]);
      });

      it("knows the senders, also those who have left", () => {
        const { senders } = collected.head;
        expect(senders.get(room.ann.userId)).to.include({ display_name: "Ann", foreign: false });
        expect(senders.get(room.ann.userId)?.avatar?.sha256).to.equal(room.media[0]?.sha256);
        expect(senders.get(room.carol.userId)).to.include({ display_name: "مريم" });
        expect(senders.get(room.mallory.userId)).to.include({
          display_name: room.mallory.userId.slice(1).split(":")[0],
        });
      });

      it("describes the room and its state", async () => {
        const { room: facts, state } = collected.head;
        expect(facts).to.include({ name: "Tea, renamed", topic: "second topic", type: "group", room_version: version });
        expect(facts).to.include({ creator: room.ann.userId, visibility: "private" });
        const served = await room.ann.state(room.roomId);
        expect(state.map(({ event_id }) => event_id)).to.have.members(served.map(({ event_id }) => event_id));
      });

      it("says the same to another member, and when asked again", async () => {
        const { head, events } = await collectAs(room.bob, synapse, room.roomId, { exportedBy: room.ann.userId });
        expect({ head, events }).to.deep.equal({ head: collected.head, events: collected.events });
      });
    });

  it("says whom the reader ignores: what these say is not served", async () => {
    const [ann, bob, cid, eve] = (await Promise.all(
      ["ann", "bob", "cid", "eve"].map((name) => registerUser(synapse.url, unique(name))),
    )) as [MatrixClient, MatrixClient, MatrixClient, MatrixClient];
    const roomId = await ann.createRoom({ room_version: "11", invite: [bob.userId, cid.userId] });
    for (const user of [bob, cid]) {
      await user.join(roomId);
      await user.say(roomId, user.userId);
    }
    await bob.leave(roomId);
    const ignored = { [bob.userId]: {}, [eve.userId]: {} };
    const list = `/_matrix/client/v3/user/${encodeURIComponent(ann.userId)}/account_data/m.ignored_user_list`;
    await ann.request("PUT", list, { json: { ignored_users: ignored } });

    const { events, head } = await collectAs(ann, synapse, roomId);
    expect(events.map(({ content }) => content["body"]).filter(Boolean)).to.deep.equal([cid.userId]);
    expect(head.coverage).to.deep.equal({ complete: false, limits: [{ kind: "senders", excluded: [bob.userId] }] });
    const { coverage } = (await collectAs(cid, synapse, roomId)).head;
    expect(coverage).to.deep.equal({ complete: true, limits: [] });
  });

  describe("as the service user, for a member", () => {
    let ann: MatrixClient;
    let uma: MatrixClient;
    let service: HomeserverAccess;
    let serviceUser: string;
    let roomId: string;

    before(async () => {
      const registration = synapse.takeRegistration();
      service = access(synapse, registration);
      serviceUser = `@${registration.senderLocalpart}:localhost`;
      ann = await registerUser(synapse.url, unique("ann"), "Ann");
      uma = await registerUser(synapse.url, unique("uma"), "Uma");
      const joined = { type: "m.room.history_visibility", state_key: "", content: { history_visibility: "joined" } };
      roomId = await ann.createRoom({ room_version: "11", initial_state: [joined] });
      await ann.say(roomId, "before everybody");
      await ann.invite(roomId, serviceUser);
      const client = new HomeserverClient({
        url: synapse.url,
        accessToken: registration.asToken,
        userId: serviceUser,
        logger,
      });
      await joinRoom(client, roomId);
      const early = await ann.upload(Buffer.from("early bytes"), "text/plain");
      await ann.say(roomId, "early.txt", { msgtype: "m.file", url: early });
      await ann.invite(roomId, uma.userId);
      await uma.join(roomId);
      await ann.say(roomId, "all there");
      await uma.leave(roomId);
      await ann.say(roomId, "Uma is away");
      await ann.invite(roomId, uma.userId);
      await uma.join(roomId);
      const late = await ann.upload(Buffer.from("late bytes"), "text/plain");
      await ann.say(roomId, "late.txt", { msgtype: "m.file", url: late });
    });

    const collectFor = (visibleTo: string): Promise<Collected> => {
      const { reader, media } = service.asService(signal);
      return collect({ reader, media, visibleTo, roomId, serverName: "localhost", serviceUser });
    };

    it("gives what both may see, and says that it is not all", async () => {
      const { events, head, files } = await collectFor(uma.userId);
      const seen = (await uma.timeline(roomId)).map(({ event_id }) => event_id);
      expect(events.map(({ event_id }) => event_id)).to.deep.equal(
        seen.filter((id) => events.some(({ event_id }) => event_id === id)),
      );
      expect(events.map(({ content }) => content["body"]).filter(Boolean)).to.deep.equal(["all there", "late.txt"]);
      expect([...files.values()]).to.deep.equal(["late bytes"]);
      expect(head.media.has(sha("early bytes"))).to.equal(false);
      expect(head.coverage.complete).to.equal(false);
      expect(head.coverage.limits).to.deep.include({ kind: "visibility", user_id: uma.userId });
    });

    it("gives a member who was there before all that the service user sees, and says what is missing", async () => {
      const { events, head, files } = await collectFor(ann.userId);
      expect(events.map(({ content }) => content["body"]).filter(Boolean)).to.deep.equal([
        "early.txt",
        "all there",
        "Uma is away",
        "late.txt",
      ]);
      expect(files.size).to.equal(2);
      expect(head.coverage).to.deep.equal({ complete: false, limits: [{ kind: "visibility", user_id: serviceUser }] });
    });
  });

  it("outlives a homeserver that is killed, at each step", async function () {
    this.timeout(120_000);
    const own = await startSynapse();
    try {
      const ann = await registerUser(own.url, "ann", "Ann");
      const roomId = await ann.createRoom({ room_version: "11" });
      for (let i = 0; i < 5; i++) {
        const uri = await ann.upload(Buffer.from(`file ${i}`), "text/plain");
        await ann.say(roomId, `file ${i}`, { msgtype: "m.file", url: uri });
      }
      const expected = await collectAs(ann, own, roomId);

      const { reader, media } = access(own, NOBODY).asUser(ann.userId, ann.token, signal);
      let kills = 0;
      let steady = Promise.resolve();
      /** Resolves when the homeserver is down; it comes back by itself. */
      const killed = (): Promise<void> => {
        kills++;
        const down = steady.then(() => own.kill());
        steady = down.then(() => sleep(500)).then(() => own.start());
        return down;
      };
      const unsteady = {
        userId: reader.userId,
        state: async (...args: Parameters<typeof reader.state>) => {
          await killed();
          return reader.state(...args);
        },
        stateEvent: reader.stateEvent.bind(reader),
        ignoredUsers: reader.ignoredUsers.bind(reader),
        threadMessages: reader.threadMessages.bind(reader),
        messages: async (...args: Parameters<typeof reader.messages>) => {
          await killed();
          return reader.messages(...args);
        },
      };
      let downloads = 0;
      const unsteadyMedia: typeof media = {
        download: async (uri, ending) => {
          if (++downloads === 3) await killed();
          return media.download(uri, ending);
        },
      };
      const input = { reader: unsteady, media: unsteadyMedia, roomId, serverName: own.serverName };
      expect(await collect(input)).to.deep.equal(expected);
      expect(kills).to.be.greaterThan(2);
      await steady;
    } finally {
      await own.close();
    }
  });
});
