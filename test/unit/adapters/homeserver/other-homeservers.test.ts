import { expect } from "chai";
import { botHomeserver } from "../../../../src/adapters/homeserver/bot/bot-homeserver.ts";
import { HomeserverClient } from "../../../../src/adapters/homeserver/client.ts";
import { HomeserverReader } from "../../../../src/adapters/homeserver/reading/room-reader.ts";
import { HomeserverWriter } from "../../../../src/adapters/homeserver/writing/room-writer.ts";
import { redactedBecause } from "../../../../src/matrix/event.ts";
import { ORIGIN } from "../../../../src/matrix/names.ts";
import { UNKNOWN_CAPABILITIES, type Capabilities } from "../../../../src/ports/homeserver/capabilities.ts";
import { roomWriterContract } from "../../../contracts/room-writer.ts";
import { SILENT } from "../../../support/fakes/logger.ts";
import type { Behaviours } from "../../../support/fakes/memory-homeserver/behaviours.ts";
import { MemoryHomeserver } from "../../../support/fakes/memory-homeserver/homeserver.ts";
import { httpDoor, type HttpDoor } from "../../../support/fakes/memory-homeserver/http-door.ts";
import type { MemoryRoom } from "../../../support/fakes/memory-homeserver/room.ts";
import { VirtualTime } from "../../../support/fakes/virtual-time.ts";

const ANN = "@ann:localhost";
const SERVICE = "@porter:localhost";
const SEND = "PUT /_matrix/client/v3/rooms/{roomId}/send/{eventType}/{txnId}";
const REDACT = "PUT /_matrix/client/v3/rooms/{roomId}/redact/{eventId}/{txnId}";
const STATE = "PUT /_matrix/client/v3/rooms/{roomId}/state/{eventType}/{stateKey}";

describe("homeservers that do something otherwise, through the adapter", () => {
  let homeserver: MemoryHomeserver;
  let door: HttpDoor;
  let writer: HomeserverWriter;
  let client: HomeserverClient;
  let room: MemoryRoom;
  const enter = async (behaviours: Partial<Behaviours>): Promise<void> => {
    homeserver = new MemoryHomeserver("localhost");
    Object.assign(homeserver.behaviours, behaviours);
    door = await httpDoor(homeserver);
    const timer = new VirtualTime();
    client = new HomeserverClient({ url: door.url, accessToken: "as", userId: SERVICE, logger: SILENT, timer });
    writer = new HomeserverWriter(client, SERVICE);
  };
  const enterRoom = async (behaviours: Partial<Behaviours>): Promise<void> => {
    await enter(behaviours);
    const roomId = await writer.createRoom({ room_version: "11" });
    room = homeserver.rooms.get(roomId) as MemoryRoom;
  };
  const leave = (): Promise<void> => door.close();

  const others: [string, Partial<Behaviours>][] = [
    ["that does nothing otherwise", {}],
    ["that tells no ids of state events", { stateWithoutEventId: true }],
    ["that has no devices of application services", { unrecognized: ["PUT /_matrix/client/v3/devices/{deviceId}"] }],
  ];
  for (const [name, behaviours] of others)
    describe(name, () => {
      after(leave);
      roomWriterContract(async () => {
        await enter(behaviours);
        return { writer, userId: ANN, join: (roomId) => homeserver.as(ANN).join(roomId) };
      });
    });

  describe("that forgets transaction ids, and whose answers are lost", () => {
    /** each call is done, and every other answer lost */
    const loseEveryOther = (...endpoints: string[]): void => {
      let calls = 0;
      door.loses = (endpoint) => endpoints.includes(endpoint) && ++calls % 2 === 1;
    };
    beforeEach(() => enterRoom({ forgetsTransactions: true }));
    afterEach(leave);

    it("has everything once, in order", async () => {
      loseEveryOther(SEND, STATE);
      const ids: string[] = [];
      for (let n = 0; n < 12; n++) {
        const content = { msgtype: "m.text", body: "the same words", [ORIGIN]: { event_id: `$old${n}` } };
        ids.push(await writer.send(room.id, "m.room.message", `t${n}`, content, n));
        ids.push(await writer.sendState(room.id, "m.room.topic", "", { topic: `topic ${n}` }, n));
      }
      const there = room.timeline.filter(({ type }) => ["m.room.message", "m.room.topic"].includes(type));
      expect(there.map(({ event_id }) => event_id)).to.deep.equal(ids);
    });

    it("has what the bot says as often as it says it", async () => {
      loseEveryOther(SEND);
      const bot = botHomeserver(client, writer);
      for (const txn of ["answer 1", "answer 2"]) await bot.say(room.id, txn, { msgtype: "m.notice", body: "Done." });
      expect(room.timeline.filter(({ type }) => type === "m.room.message")).to.have.length(2);
    });

    it("has each redaction once, also a second one of the same event", async () => {
      const content = { msgtype: "m.text", body: "secret" };
      const [one, two] = [await writer.send(room.id, "m.room.message", "1", content, 1), "2"];
      const other = await writer.send(room.id, "m.room.message", two, content, 2);
      loseEveryOther(SEND, REDACT);
      const redaction = (n: number) => ({ content: { redacts: one, [ORIGIN]: { event_id: `$r${n}` } }, ts: n });
      const first = await writer.redactDated(room.id, one, "r1", redaction(1));
      const second = await writer.redactDated(room.id, one, "r2", redaction(2));
      expect([first.effect, second.effect]).to.deep.equal(["dated", "dated"]);
      const third = await writer.redact(room.id, other, "r3");
      const there = room.timeline.filter(({ type }) => type === "m.room.redaction").map(({ event_id }) => event_id);
      expect(there).to.deep.equal([first.eventId, second.eventId, third]);
    });

    it("does not take what was said before for what is said now", async () => {
      const rules = { join_rule: "invite" };
      await writer.sendState(room.id, "m.room.join_rules", "", rules);
      room.add({
        type: "m.room.join_rules",
        sender: ANN,
        origin_server_ts: 0,
        content: { join_rule: "public" },
        state_key: "",
      });
      let lost = false;
      door.loses = (endpoint) => {
        if (lost || endpoint !== STATE) return false;
        lost = true;
        // it never came to it
        room.timeline.pop();
        return true;
      };
      await writer.sendState(room.id, "m.room.join_rules", "", rules);
      expect(room.stateEvent("m.room.join_rules", "")?.content).to.deep.equal(rules);
    });
  });

  describe("that answers 200 to a redaction through /send, and does nothing", () => {
    beforeEach(() => enterRoom({ ignoresSentRedactions: true }));
    afterEach(leave);
    const say = (body: string): Promise<string> =>
      writer.send(room.id, "m.room.message", body, { msgtype: "m.text", body, [ORIGIN]: { event_id: body } }, 1);

    it("is found out, and asked in the other way from then on", async () => {
      const kept: string[] = [];
      const takeBack = async (words: string): Promise<void> => {
        const said = await say(words);
        const content = { redacts: said, reason: "spam" };
        const keep = async (): Promise<void> => void kept.push(words);
        const { eventId, effect } = await writer.redactDated(room.id, said, `r ${words}`, { content, ts: 2, keep });
        expect(effect).to.equal("undated");
        const event = room.timeline.find(({ event_id }) => event_id === said);
        const because = event && redactedBecause(event);
        expect(because?.event_id).to.equal(eventId);
        expect(because?.content["reason"]).to.equal("spam");
      };
      await takeBack("one");
      await takeBack("two");
      expect(kept).to.deep.equal(["one", "two"]);
      const redactions = room.timeline.filter(({ type }) => type === "m.room.redaction");
      expect(redactions).to.have.length(2);
      // two messages, and one redaction in vain
      expect(door.calls.filter((call) => call === SEND)).to.have.length(3);
    });

    it("is not asked in the one way where it is known to do nothing", async () => {
      const known = async (): Promise<Capabilities> => ({ ...UNKNOWN_CAPABILITIES, redaction: "undated" });
      writer = new HomeserverWriter(client, SERVICE, { dated: undefined, known });
      const said = await say("one");
      const redaction = { content: { redacts: said }, ts: 2, keep: async () => undefined };
      expect((await writer.redactDated(room.id, said, "r", redaction)).effect).to.equal("undated");
      expect(door.calls.filter((call) => call === SEND)).to.have.length(1);
    });

    it("is not asked again where the event was taken back before", async () => {
      const said = await say("one");
      const redaction = { content: { redacts: said }, ts: 2, keep: async () => undefined };
      const first = await writer.redactDated(room.id, said, "r", redaction);
      const again = await new HomeserverWriter(client, SERVICE).redactDated(room.id, said, "r", redaction);
      expect(again).to.deep.equal(first);
    });

    it("takes back nothing where what it cannot date is not kept", async () => {
      const said = await say("one");
      const { effect } = await writer.redactDated(room.id, said, "r", { content: { redacts: said }, ts: 2 });
      expect(effect).to.equal("none");
      expect(homeserver.as(SERVICE).event(room.id, said)?.content["body"]).to.equal("one");
    });

    it("is not believed where the other way has no effect either", async () => {
      homeserver.behaviours.ignoresRedactions = true;
      const said = await say("one");
      const redaction = { content: { redacts: said }, ts: 2, keep: async () => undefined };
      expect(await writer.redactDated(room.id, said, "r", redaction)).to.deep.equal({
        eventId: undefined,
        effect: "none",
      });
    });
  });

  it("that says of hidden state that there is none: nothing is there, and nothing is open", async () => {
    await enterRoom({ hidesWhatIsForbidden: true });
    const stranger = new HomeserverReader(
      new HomeserverClient({ url: door.url, accessToken: ANN, logger: SILENT }),
      ANN,
    );
    expect(await stranger.stateEvent(room.id, "m.room.create", "")).to.equal(undefined);
    await leave();
  });
});
