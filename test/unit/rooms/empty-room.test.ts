import { expect } from "chai";
import { emptyRoom, NotRedacted, peopleIn } from "../../../src/rooms/empty-room.ts";
import { redactedBecause, type ClientEvent } from "../../../src/matrix/event.ts";
import type { JsonObject } from "../../../src/matrix/json.ts";
import { HomeserverError, UnexpectedAnswer } from "../../../src/ports/homeserver/homeserver.ts";
import { MemoryHomeserver } from "../../support/fakes/memory-homeserver/homeserver.ts";
import type { MemoryRoom } from "../../support/fakes/memory-homeserver/room.ts";
import type { MemoryUser } from "../../support/fakes/memory-homeserver/user.ts";
import { membership, stateEvent } from "../../support/room-events.ts";

const SERVICE = "@porter:x";
const ROOM = "!one:x";
/** There is no such room, or none for the one who asks. */
const NO = [new HomeserverError(403, "M_FORBIDDEN", "no"), new HomeserverError(404, "M_NOT_FOUND", "no")];
const LEVELS = { users: { [SERVICE]: 150, "@ann:x": 100, "@mighty:x": 150 }, kick: 50, events: { "m.room.name": 50 } };

describe("emptying a room", () => {
  let homeserver: MemoryHomeserver;
  let room: MemoryRoom;
  let service: MemoryUser;
  let stop: AbortController;
  /** what the service user did, in order */
  let calls: string[];
  beforeEach(() => {
    homeserver = new MemoryHomeserver();
    homeserver.pageSize = 4;
    service = homeserver.as(SERVICE);
    stop = new AbortController();
    calls = [];
    room = homeserver.addRoom(ROOM, [
      stateEvent("m.room.create", "", { room_version: "11" }, SERVICE),
      membership(SERVICE, "join"),
      stateEvent("m.room.power_levels", "", LEVELS, SERVICE),
      stateEvent("m.room.join_rules", "", { join_rule: "public" }, SERVICE),
    ]);
    for (const call of ["sendState", "kick", "redact", "leave", "forget"] as const) {
      const real = service[call].bind(service) as (...args: unknown[]) => Promise<never>;
      Object.assign(service, {
        [call]: (...args: unknown[]) => {
          calls.push([call, ...args.slice(1, call === "redact" ? 1 : 3)].filter((each) => each !== "").join(" "));
          return real(...args);
        },
      });
    }
  });

  const said = (sender: string, type: string, content: JsonObject, more: Partial<ClientEvent> = {}): string =>
    room.add({ type, sender, content, origin_server_ts: 0, ...more });
  const say = (body: string, sender = "@ann:x"): string => said(sender, "m.room.message", { msgtype: "m.text", body });
  const state = (type: string, key: string, content: JsonObject, sender = "@ann:x"): string =>
    said(sender, type, content, { state_key: key });
  const empty = (): Promise<void> => emptyRoom(ROOM, { reader: service, writer: service, signal: stop.signal });
  const errorOf = (act: Promise<unknown>): Promise<unknown> =>
    act.then(
      () => undefined,
      (error: unknown) => error,
    );
  /** ids of the events that the service user has redacted */
  const redacted = (): string[] =>
    room.timeline.filter((event) => redactedBecause(event)?.sender === SERVICE).map(({ event_id }) => event_id);

  it("redacts what anybody said, over all pages, and nothing that holds the room together", async () => {
    const words = Array.from({ length: 9 }, (_, n) => say(`secret ${n}`));
    words.push(
      state("m.room.topic", "", { topic: "secret" }),
      state("m.room.name", "", { name: "secret" }, SERVICE),
      state("m.room.member", "@bob:x", { membership: "leave", reason: "secret" }),
      state(
        "m.room.member",
        "@cy:x",
        { membership: "join", displayname: "Cy", "org.example.status": "secret" },
        "@cy:x",
      ),
      said("@ann:x", "m.room.redaction", { redacts: "$gone", reason: "secret" }),
    );
    const kept = [
      state("m.room.history_visibility", "", { history_visibility: "joined" }),
      state("m.room.guest_access", "", { guest_access: "forbidden" }),
      state("m.room.server_acl", "", { allow: ["*"] }),
      state("io.roomporter.policy", "", { scope_kind: "incognito" }),
      state("m.room.member", "@dan:x", {
        ...{ membership: "leave", displayname: "Dan", avatar_url: "mxc://x/dan", is_direct: true },
        join_authorised_via_users_server: "@ann:x",
      }),
      state("org.example.empty", "", {}),
      state("m.room.tombstone", "", { body: "of an earlier try" }, SERVICE),
      state("m.room.member", "@eve:x", { membership: "leave", reason: "of the service" }, SERVICE),
      said("@ann:x", "m.room.redaction", { redacts: "$gone" }),
    ];
    await empty();
    expect(redacted()).to.have.members(words);
    const left = JSON.stringify(room.timeline.filter(({ event_id }) => !kept.includes(event_id)));
    expect(left).not.to.contain("secret");
  });

  it("takes for people whom a membership names, and nobody else", () => {
    const odd = { ...membership("@odd:x", "join"), state_key: undefined } as unknown as ClientEvent;
    const state = [
      ...[membership("@ann:x", "join"), membership(SERVICE, "join"), membership("@left:x", "leave"), odd],
      ...[membership("@joined:x", "rejoin"), membership("@joins:x", "joins")],
      ...[stateEvent("org.example.seat", "@cy:x", { membership: "join" }), stateEvent("m.room.member", "@no:x", {})],
    ];
    expect(peopleIn(state, SERVICE)).to.deep.equal(["@ann:x"]);
  });

  it("does nothing in a room of whose members the service user was never one", async () => {
    room = homeserver.addRoom(ROOM, [
      stateEvent("m.room.join_rules", "", { join_rule: "public" }),
      membership("@ann:x", "join"),
    ]);
    service.state = async () => room.state();
    await empty();
    expect(calls).to.deep.equal(["forget"]);
  });

  it("goes by the rules of the room, not by state of another key", async () => {
    state("m.room.join_rules", "odd", { join_rule: "invite" });
    await empty();
    expect(calls[0]).to.equal("sendState m.room.join_rules");
  });

  it("redacts nothing twice", async () => {
    const id = say("secret");
    await service.send(ROOM, "m.room.redaction", "by hand", { redacts: id });
    calls.length = 0;
    await empty();
    expect(calls.filter((call) => call.startsWith("redact"))).to.deep.equal([]);
  });

  it("removes everybody who is in, invited or knocking, but for whoever is as mighty", async () => {
    const people = { "@ann:x": "join", "@in:x": "invite", "@kim:x": "knock", "@left:x": "leave", "@out:x": "ban" };
    for (const [user, how] of Object.entries(people)) state("m.room.member", user, { membership: how }, user);
    state("m.room.member", "@mighty:x", { membership: "join" }, "@mighty:x");
    await empty();
    expect(calls.filter((call) => call.startsWith("kick"))).to.deep.equal([
      "kick @ann:x This room was closed.",
      "kick @in:x This room was closed.",
      "kick @kim:x This room was closed.",
      "kick @mighty:x This room was closed.",
    ]);
    expect(room.membership("@ann:x")).to.equal("leave");
    expect(room.membership("@mighty:x")).to.equal("join");
  });

  it("first lets nobody in and nobody speak, and last sets a tombstone, leaves and forgets", async () => {
    say("secret");
    state("m.room.member", "@ann:x", { membership: "join" }, "@ann:x");
    await empty();
    expect(calls).to.deep.equal([
      "sendState m.room.join_rules",
      "sendState m.room.power_levels",
      "kick @ann:x This room was closed.",
      "redact",
      "sendState m.room.tombstone",
      "leave",
      "forget",
    ]);
    const now = (type: string): unknown => room.stateEvent(type, "")?.content;
    expect(now("m.room.join_rules")).to.deep.equal({ join_rule: "invite" });
    expect(now("m.room.power_levels")).to.deep.equal({ ...LEVELS, events_default: 150, invite: 150 });
    expect(now("m.room.tombstone")).to.deep.equal({ body: "This room was closed.", replacement_room: "" });
    expect(room.membership(SERVICE)).to.equal("leave");
  });

  it("gives nobody a level that the service user has not itself", async () => {
    const closed = async (users: JsonObject): Promise<unknown> => {
      room.add({ ...stateEvent("m.room.power_levels", "", { users }, SERVICE) });
      await empty();
      return room.stateEvent("m.room.power_levels", "")?.content["events_default"];
    };
    expect(await closed({ [SERVICE]: 100 })).to.equal(100);
  });

  it("takes a level of people where the service user is a creator, and stands in no list", async () => {
    room.timeline[0] = stateEvent("m.room.create", "", { room_version: "12" }, SERVICE);
    room.add({ ...stateEvent("m.room.power_levels", "", { users: {} }, SERVICE) });
    await empty();
    expect(room.stateEvent("m.room.power_levels", "")?.content).to.deep.equal({
      ...{ users: {}, events_default: 100, invite: 100 },
    });
  });

  it("changes no rules that are as they should be", async () => {
    const some: JsonObject[] = [{ events_default: 150 }, { invite: 150 }, { events_default: 150, invite: 150 }];
    for (const lacking of some) {
      room = homeserver.addRoom(ROOM, room.timeline.slice(0, 2));
      room.add(stateEvent("m.room.power_levels", "", { ...LEVELS, ...lacking }, SERVICE));
      room.add(stateEvent("m.room.join_rules", "", { join_rule: "invite" }, SERVICE));
      calls.length = 0;
      await empty();
      const whole = Object.keys(lacking).length === 2;
      expect(calls.slice(0, 2)).to.deep.equal(
        whole
          ? ["sendState m.room.tombstone", "leave"]
          : ["sendState m.room.power_levels", "sendState m.room.tombstone"],
      );
    }
  });

  it("only forgets a room that the service user has left, or that is gone", async () => {
    for (const how of ["leave", "ban"]) {
      state("m.room.member", SERVICE, { membership: how });
      const { state: shown } = service;
      // homeservers show the state of a room at one's leaving
      service.state = async () => room.state();
      await empty();
      service.state = shown;
      await empty();
    }
    homeserver.rooms.delete(ROOM);
    for (const no of NO) {
      service.state = async () => Promise.reject(no);
      await empty();
    }
    expect(new Set(calls)).to.deep.equal(new Set(["forget"]));
  });

  it("ends where the homeserver fails, to be repeated", async () => {
    const away = new HomeserverError(503, "M_UNKNOWN", "away");
    for (const call of ["state", "kick", "forget"] as const) {
      state("m.room.member", "@ann:x", { membership: "join" }, "@ann:x");
      const real = service[call].bind(service);
      Object.assign(service, { [call]: () => Promise.reject(away) });
      expect(await errorOf(empty()), call).to.equal(away);
      Object.assign(service, { [call]: real });
      if (call !== "forget") expect(room.membership(SERVICE)).to.equal("join");
    }
  });

  it("is done only once nothing is served any more that says something, whatever the homeserver answers", async () => {
    const ids = [say("secret"), say("more of it")];
    homeserver.behaviours.ignoresRedactions = true;
    const error = await errorOf(empty());
    expect(error).to.be.instanceOf(NotRedacted).and.to.include({ events: 2 });
    expect(calls).not.to.include("leave");
    homeserver.behaviours.ignoresRedactions = false;
    await empty();
    expect(redacted()).to.have.members(ids);
    expect(room.membership(SERVICE)).to.equal("leave");
  });

  it("redacts again what a first redaction had no effect on", async () => {
    const ids = [say("secret"), say("more of it")];
    const { redact } = service;
    let told = 0;
    service.redact = (roomId, eventId, txnId) =>
      ++told === 1 ? Promise.resolve("$lost") : redact.call(service, roomId, eventId, txnId);
    await empty();
    expect(redacted()).to.have.members(ids);
  });

  it("is done where a redaction through /send would have no effect", async () => {
    homeserver.behaviours.ignoresSentRedactions = true;
    const id = say("secret");
    await empty();
    expect(redacted()).to.deep.equal([id]);
  });

  it("is not done where the homeserver, or what stands before it, has no such endpoint", async () => {
    for (const call of ["state", "kick", "forget"] as const) {
      const unrecognized = { status: 404, errcode: "M_UNRECOGNIZED" };
      const unexpected = new UnexpectedAnswer(`POST /${call}`, "an endpoint of that address", unrecognized);
      state("m.room.member", "@ann:x", { membership: "join" }, "@ann:x");
      const real = service[call].bind(service);
      Object.assign(service, { [call]: () => Promise.reject(unexpected) });
      expect(await errorOf(empty()), call).to.equal(unexpected);
      Object.assign(service, { [call]: real });
    }
  });

  it("does not mind that there is nothing to forget, and ends with its signal", async () => {
    for (const no of NO) {
      service.forget = () => Promise.reject(no);
      await empty();
      state("m.room.member", SERVICE, { membership: "join" });
    }
    say("secret");
    const reason = new Error("stopped");
    const { messages } = service;
    service.messages = async (...args) => {
      const page = await messages.apply(service, args.slice(0, 2) as [string, string | undefined]);
      stop.abort(reason);
      return page;
    };
    expect(await errorOf(empty())).to.equal(reason);
  });
});
