import { expect } from "chai";
import { NotRedacted } from "../../../src/rooms/empty-room.ts";
import { NotPurged, RoomClosing } from "../../../src/rooms/room-closing.ts";
import { readPolicy } from "../../../src/policy/room-policy.ts";
import { HomeserverError } from "../../../src/ports/homeserver/homeserver.ts";
import type { RoomRemoval } from "../../../src/ports/homeserver/room-removal.ts";
import type { ExistingRoom } from "../../../src/ports/policy-store.ts";
import { keptLog, SILENT } from "../../support/fakes/logger.ts";
import { MemoryHomeserver } from "../../support/fakes/memory-homeserver/homeserver.ts";
import { memoryStores } from "../../support/fakes/memory-stores.ts";
import { turns, until } from "../../support/until.ts";
import { membership, stateEvent } from "../../support/room-events.ts";

const SERVICE = "@porter:x";
const room: ExistingRoom = {
  ...{ id: "one", origin: "created", room_id: "!one:x", owner: "@ann:x", policy: readPolicy({}), created_at: 1 },
  ...{ closing_at: 2, closed_at: null },
};

describe("closing a room", () => {
  /** What is told in the end, and what was done in the room. @param refusal with which the homeserver answers a deletion */
  async function close(
    refusal: HomeserverError | undefined,
    { closed = room, purgeIncognito = false, deletes = true } = {},
  ): Promise<{ told: unknown; done: string[]; error: unknown }> {
    const homeserver = new MemoryHomeserver();
    const { timeline } = homeserver.addRoom("!one:x", [
      stateEvent("m.room.create", "", { room_version: "12" }, SERVICE),
      membership(SERVICE, "join"),
      membership("@ann:x", "join"),
      { ...stateEvent("m.room.topic", "", { topic: "secret" }), state_key: "" },
      { event_id: "$said", type: "m.room.message", sender: "@ann:x", origin_server_ts: 0, content: { body: "secret" } },
    ]);
    const before = timeline.length;
    const { policies, audit } = memoryStores();
    await policies.begin(closed);
    const closing = new RoomClosing({
      discard: async () => undefined,
      policies,
      homeserver: homeserver.access(SERVICE),
      removal: deletes
        ? {
            async remove(roomId, signal) {
              if (refusal) throw refusal;
              await homeserver.remove(roomId, signal);
            },
          }
        : undefined,
      purgeIncognito,
      logger: SILENT,
      signal: new AbortController().signal,
    });
    const error: unknown = await closing.finish(closed).catch((reason: unknown) => reason);
    const [row] = await audit.list({ action: "room_close" }, { limit: 1, newestFirst: true });
    const done = timeline.slice(before).map(({ type, state_key, content }) => {
      if (type !== "m.room.member") return type;
      return state_key === SERVICE ? "leave" : `${String(content["membership"])} ${state_key ?? ""}`;
    });
    expect(JSON.stringify(timeline).includes("secret"), "what was said").to.equal(done.length === 0);
    return { told: row?.details, done, error: error instanceof Error ? error : undefined };
  }

  it("leaves it to the homeserver to delete the room where the service may ask for that", async () => {
    expect(await close(undefined)).to.deep.equal({ told: ["purged"], done: [], error: undefined });
  });

  for (const [status, errcode] of [
    [401, "M_UNKNOWN_TOKEN"],
    [403, "M_FORBIDDEN"],
    [404, "M_UNRECOGNIZED"],
  ] as const)
    it(`redacts, and says so, where the homeserver answers ${status} ${errcode} to that`, async () => {
      const { told, done } = await close(new HomeserverError(status, errcode, "no"));
      expect(told).to.deep.equal(["redacted"]);
      expect(done).to.include.members(["leave @ann:x", "m.room.tombstone", "leave"]);
    });

  it("waits where the homeserver is away", async () => {
    const { error } = await close(new HomeserverError(503, "M_UNKNOWN", "away"));
    expect(error).to.include({ status: 503 });
  });

  describe("that the homeserver has to delete", () => {
    const incognito = { ...room, policy: { ...room.policy, scope_kind: "incognito" as const } };
    const purging = { closed: incognito, purgeIncognito: true };

    it("is closed where the homeserver deletes it", async () => {
      expect(await close(undefined, purging)).to.deep.equal({ told: ["purged"], done: [], error: undefined });
    });

    it("is emptied, and not closed, where it does not", async () => {
      for (const more of [{ deletes: true }, { deletes: false }]) {
        const { told, done, error } = await close(new HomeserverError(403, "M_FORBIDDEN", "no"), {
          ...purging,
          ...more,
        });
        expect(error).to.be.instanceOf(NotPurged);
        expect(told, "nothing is told as done").to.equal(undefined);
        expect(done).to.include.members(["leave @ann:x", "m.room.tombstone", "leave"]);
      }
    });

    it("may be redacted where it is not incognito", async () => {
      const { told, error } = await close(undefined, { purgeIncognito: true, deletes: false });
      expect([told, error]).to.deep.equal([["redacted"], undefined]);
    });
  });

  describe("step by step", () => {
    const SPACE = "!space:x";
    const inSpace = { ...room, policy: { ...room.policy, parent: SPACE } };

    /** A closing of a room in a space, and what belongs to it. @param joined the service user is in the space */
    async function begun({ joined = true, removal = undefined as RoomRemoval | undefined } = {}) {
      const homeserver = new MemoryHomeserver();
      homeserver.addRoom("!one:x", [
        stateEvent("m.room.create", "", { room_version: "12" }, SERVICE),
        membership(SERVICE, "join"),
      ]);
      const space = homeserver.addRoom(SPACE, [
        stateEvent("m.room.create", "", { room_version: "12" }, SERVICE),
        membership(SERVICE, joined ? "join" : "leave"),
        stateEvent("m.space.child", "!one:x", { via: ["x"] }, SERVICE),
      ]);
      const { policies, audit } = memoryStores();
      await policies.begin(inSpace);
      const { logger, lines } = keptLog();
      const stop = new AbortController();
      const parts = { policies, homeserver: homeserver.access(SERVICE), removal, purgeIncognito: false };
      const closing = new RoomClosing({ ...parts, discard: async () => undefined, logger, signal: stop.signal });
      const rows = async () => await audit.list({}, { limit: 10, newestFirst: false });
      return { homeserver, space, policies, closing, lines, stop, rows };
    }

    it("notes who wants it, and for whom it closes by itself", async () => {
      const { closing, policies, rows } = await begun();
      await closing.begin(inSpace, { door: "http", actor: "@ann:x" });
      expect((await policies.get("!one:x"))?.closing_at).to.be.a("number");
      const { closing: other, rows: otherRows } = await begun();
      await other.begin(inSpace, { door: "service", actor: "service" }, "auto_close");
      const what = { action: "room_close", outcome: "granted", room_id: "!one:x" };
      const [asked] = await rows();
      expect(asked).to.deep.include({ ...what, door: "http", actor: "@ann:x" });
      expect(asked).not.to.have.any.keys("target", "details");
      const [byItself] = await otherRows();
      expect(byItself).to.deep.include({ ...what, door: "service", target: "@ann:x", details: ["auto_close"] });
    });

    it("takes the room out of its space", async () => {
      const { closing, space, rows } = await begun();
      expect(await closing.finish(inSpace)).to.equal("redacted");
      expect(space.stateEvent("m.space.child", "!one:x")?.content).to.deep.equal({});
      expect((await rows()).at(-1)).to.deep.include({ outcome: "done", details: ["redacted"] });
    });

    it("does not say that what was said is redacted while the homeserver still shows it", async () => {
      const { closing, homeserver, rows, policies } = await begun();
      const words = homeserver.rooms.get("!one:x")?.add({
        ...{ type: "m.room.message", sender: "@ann:x", origin_server_ts: 0, content: { body: "secret" } },
      });
      homeserver.behaviours.ignoresRedactions = true;
      const error: unknown = await closing.finish(inSpace).catch((reason: unknown) => reason);
      expect(error).to.be.instanceOf(NotRedacted);
      expect(await rows(), "nothing is told as done").to.deep.equal([]);
      expect((await policies.get("!one:x"))?.closed_at).to.equal(null);
      homeserver.behaviours.ignoresRedactions = false;
      expect(await closing.finish(inSpace)).to.equal("redacted");
      expect(
        homeserver.rooms.get("!one:x")?.timeline.find(({ event_id }) => event_id === words)?.content,
      ).to.deep.equal({});
    });

    it("closes a room also where it has to stay listed in its space", async () => {
      const { closing, lines, policies } = await begun({ joined: false });
      await closing.finish(inSpace);
      expect(lines.map(({ level, fields }) => [level, fields["room_id"]])).to.deep.equal([["info", "!one:x"]]);
      expect((await policies.get("!one:x"))?.closed_at).to.be.a("number");
    });

    it("waits where the homeserver is away, for the space too, and says so", async () => {
      const { closing, homeserver, lines, policies } = await begun();
      const away = new HomeserverError(503, "M_UNKNOWN", "away");
      const service = homeserver.as(SERVICE);
      const { sendState } = service;
      service.sendState = () => Promise.reject(away);
      const error: unknown = await closing.finish(inSpace).catch((reason: unknown) => reason);
      expect(error).to.equal(away);
      expect(lines).to.deep.equal([]);
      closing.goOn(inSpace);
      await closing.stop();
      await until(() => lines.length === 1);
      expect([lines[0]?.level, lines[0]?.fields["room_id"]]).to.deep.equal(["error", "!one:x"]);
      service.sendState = sendState;
      await closing.finish(inSpace);
      expect((await policies.get("!one:x"))?.closed_at).to.be.a("number");
    });

    it("asks nothing more of a room that the homeserver has deleted, nor of a space that it was not in", async () => {
      const { closing, homeserver, lines } = await begun({ removal: { remove: async () => undefined } });
      const asked: string[] = [];
      for (const call of ["state", "forget", "sendState"] as const)
        Object.assign(homeserver.as(SERVICE), {
          [call]: async () => {
            asked.push(call);
            throw new HomeserverError(404, "M_NOT_FOUND", "gone");
          },
        });
      expect(await closing.finish(room)).to.equal("purged");
      expect([asked, lines]).to.deep.equal([[], []]);
    });

    it("says what the homeserver answered where it does not delete the room", async () => {
      const refused = { remove: () => Promise.reject(new HomeserverError(401, "M_UNKNOWN_TOKEN", "no")) };
      const { closing, lines } = await begun({ removal: refused });
      await closing.finish(room);
      const said = { room_id: "!one:x", status: 401, errcode: "M_UNKNOWN_TOKEN" };
      expect(lines.map(({ level, fields }) => [level, fields])).to.deep.equal([["error", said]]);
    });

    it("is waited for by a service that stops", async () => {
      const { closing, homeserver, policies } = await begun();
      const service = homeserver.as(SERVICE);
      const leave = service.leave.bind(service);
      let goOn: () => void = () => undefined;
      const held = new Promise<void>((resolve) => (goOn = resolve));
      let leaving = false;
      service.leave = async (roomId) => {
        leaving = true;
        await held;
        await leave(roomId);
      };
      closing.goOn(inSpace);
      await until(() => leaving);
      let stopped = false;
      const stopping = closing.stop().then(() => (stopped = true));
      await turns();
      expect(stopped).to.equal(false);
      goOn();
      await stopping;
      expect((await policies.get("!one:x"))?.closed_at).to.be.a("number");
    });

    it("says nothing where the service stops meanwhile", async () => {
      const { closing, stop, lines } = await begun();
      stop.abort();
      closing.goOn(inSpace);
      await closing.stop();
      await turns();
      expect(lines).to.deep.equal([]);
    });

    it("is done once, however many ask for it at the same time", async () => {
      const { closing, homeserver } = await begun();
      let left = 0;
      const service = homeserver.as(SERVICE);
      const leave = service.leave.bind(service);
      service.leave = async (roomId) => {
        left++;
        await leave(roomId);
      };
      const first = closing.finish(inSpace);
      expect(closing.finish(inSpace)).to.equal(first);
      await first;
      expect(left).to.equal(1);
      expect(closing.finish(inSpace), "afterwards it is another one").not.to.equal(first);
      await closing.stop();
    });
  });
});
