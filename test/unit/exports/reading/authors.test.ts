import { expect } from "chai";
import type { JsonObject } from "../../../../src/matrix/json.ts";
import { collect } from "./collected.ts";
import { ANN, BOB, PretendRoom, SERVICE } from "../../../support/fakes/pretend-room.ts";

const collectFrom = (room: PretendRoom, more: object = {}) => collect({ reader: room, media: room, ...more });
const CLEO = { user_id: "@cleo:old", display_name: "Cleo", avatar_url: "mxc://here/cleo" };
const ORIGIN = { event_id: "$first", room_id: "!old:old", restore: { set: {}, drop: [] } };

/** A room that an import of this service made. */
function importedRoom(): PretendRoom {
  const room = new PretendRoom(SERVICE);
  room.set("io.roomporter.imported", { source: {} }, { sender: SERVICE });
  room.file("mxc://here/cleo", "cleo");
  return room;
}

const imported = (more: JsonObject = {}): JsonObject => ({
  _imported_sender: CLEO,
  "io.roomporter.origin": ORIGIN,
  ...more,
});

describe("authors in an export", () => {
  it("of senders of other servers, beside the content and among the senders", async () => {
    const room = new PretendRoom();
    room.member("@dan:there", "join", { displayname: "Dan", avatar_url: "mxc://there/dan" });
    room.say("hello", { sender: "@dan:there" });
    room.say("hello", { sender: "@eve:there" });
    const { events, head } = await collectFrom(room);
    const dan = { user_id: "@dan:there", display_name: "Dan", avatar: "mxc://there/dan" };
    const eve = { user_id: "@eve:there", display_name: null, avatar: null };
    expect(events.at(-2)?._imported_sender).to.deep.equal(dan);
    expect(events.at(-1)?._imported_sender).to.deep.equal(eve);
    expect(head.senders.get("@dan:there")).to.deep.equal({
      display_name: "Dan",
      avatar: { uri: "mxc://there/dan", sha256: null },
      foreign: true,
      _imported_sender: dan,
    });
    expect(head.senders.get(ANN)).to.deep.equal({ display_name: "Ann", avatar: null, foreign: false });
  });

  it("that the service itself brought here", async () => {
    const room = importedRoom();
    room.say("hello", { sender: SERVICE }, imported());
    room.say("hello", { sender: SERVICE }, imported({ _imported_sender: { ...CLEO, display_name: "Cleopatra" } }));
    const { events, head } = await collectFrom(room);
    expect(events.at(-2)?._imported_sender).to.deep.equal({
      user_id: "@cleo:old",
      display_name: "Cleo",
      avatar: "mxc://here/cleo",
    });
    expect(head.senders.get("@cleo:old")).to.deep.include({ display_name: "Cleopatra", foreign: true });
    expect(head.senders.get("@cleo:old")?._imported_sender).to.include({ display_name: "Cleopatra" });
    expect(head.senders.get("@cleo:old")?.avatar?.sha256).to.be.a("string");
    expect(head.senders.get(SERVICE)).to.include({ foreign: false, display_name: "Imported history" });
    expect(events[0]).not.to.have.property("_imported_sender");
  });

  it("of what was taken back, from the redaction that the service sent", async () => {
    const room = importedRoom();
    const target = {
      event_id: "$x",
      type: "m.room.message",
      sender: "@cleo:old",
      origin_server_ts: 1,
      _imported_sender: CLEO,
    };
    const because = (sender: string): JsonObject => ({
      event_id: "$r",
      type: "m.room.redaction",
      sender,
      origin_server_ts: 1,
      content: {
        redacts: "$x",
        _imported_sender: CLEO,
        "io.roomporter.origin": { event_id: "$r0", room_id: "!old:old", target },
      },
    });
    room.event("m.room.message", {}, { sender: SERVICE, unsigned: { redacted_because: because(SERVICE) } });
    room.event("m.room.message", {}, { sender: SERVICE, unsigned: { redacted_because: because(BOB) } });
    const { events } = await collectFrom(room);
    expect(events.at(-2)?._imported_sender).to.deep.equal({
      user_id: "@cleo:old",
      display_name: "Cleo",
      avatar: "mxc://here/cleo",
    });
    expect(events.at(-1)).not.to.have.property("_imported_sender");
  });

  const forgeries: [string, () => PretendRoom][] = [
    [
      "a member in an imported room",
      () => {
        const room = importedRoom();
        room.say("I am Cleo", { sender: ANN }, imported());
        return room;
      },
    ],
    [
      "the service user in a room that only says it was imported",
      () => {
        const room = new PretendRoom();
        room.set("io.roomporter.imported", {});
        room.say("I am Cleo", { sender: SERVICE }, imported());
        return room;
      },
    ],
    [
      "the service user in a room that somebody else made",
      () => {
        const room = new PretendRoom();
        room.set("io.roomporter.imported", {}, { sender: SERVICE });
        room.say("I am Cleo", { sender: SERVICE }, imported());
        return room;
      },
    ],
    [
      "the service user without an origin",
      () => {
        const room = importedRoom();
        room.say("I am Cleo", { sender: SERVICE }, { _imported_sender: CLEO });
        return room;
      },
    ],
    [
      "the service user with an origin that leads nowhere",
      () => {
        const room = importedRoom();
        const origin = { ...ORIGIN, restore: { set: {}, drop: ["/nothing"] } };
        room.say("I am Cleo", { sender: SERVICE }, imported({ "io.roomporter.origin": origin }));
        return room;
      },
    ],
    [
      "the service user with an author who is nobody",
      () => {
        const room = importedRoom();
        room.say("I am Cleo", { sender: SERVICE }, imported({ _imported_sender: { user_id: "Cleo" } }));
        return room;
      },
    ],
  ];
  for (const [name, make] of forgeries)
    it(`not of what is forged: ${name}`, async () => {
      const { events, head } = await collectFrom(make());
      expect(events.at(-1)).not.to.have.property("_imported_sender");
      expect(head.senders.has("@cleo:old")).to.equal(false);
    });

  it("files of imported events: what was uploaded here, not the addresses of the source", async () => {
    const room = importedRoom();
    for (const name of ["new", "cut", "wrapped", "state"]) room.file(`mxc://here/${name}`, name);
    const origin: JsonObject = { ...ORIGIN, restore: { set: { "/url": "mxc://old/new" }, drop: [] } };
    room.say("a.png", { sender: SERVICE }, imported({ url: "mxc://here/new", "io.roomporter.origin": origin }));
    const cut = {
      ...ORIGIN,
      content_uri: "mxc://here/cut",
      sha256: "0".repeat(64),
      media: { "mxc://old/state": "mxc://here/state" },
    };
    room.say("too long", { sender: SERVICE }, imported({ "io.roomporter.origin": cut }));
    const { restore: _none, ...ofWrapper } = ORIGIN;
    const wrapper = {
      type: "m.room.member",
      state_key: "@cleo:old",
      content: { avatar_url: "mxc://old/wrapped" },
      media: { "mxc://old/wrapped": "mxc://here/wrapped" },
      "io.roomporter.origin": ofWrapper,
    };
    room.event("io.roomporter.event", imported(wrapper), { sender: SERVICE });
    const { head } = await collectFrom(room);
    const uris = [...head.media.values()].flatMap((entry) => entry.uris);
    expect(uris.toSorted()).to.deep.equal(
      ["cleo", "cut", "new", "state", "wrapped"].map((name) => `mxc://here/${name}`),
    );
    expect(head.ledger).to.deep.equal([]);
  });
});
