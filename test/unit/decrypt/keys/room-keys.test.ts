import { expect } from "chai";
import { RoomKeys } from "../../../../src/decrypt/keys/room-keys.ts";
import type { JsonValue } from "../../../../src/matrix/json.ts";
import { MegolmSession } from "../../../support/megolm/megolm-session.ts";

const ROOM = "!room:example.org";

function keysOf(...sessions: JsonValue[]): RoomKeys {
  const keys = new RoomKeys();
  for (const session of sessions) keys.addParsed(session);
  return keys;
}

describe("room keys", () => {
  it("keep of one session the export that opens most, whichever comes last", () => {
    const session = new MegolmSession(ROOM);
    const first = session.exported();
    session.encrypt("m.room.message", { body: "one" });
    const second = session.exported();
    for (const order of [
      [first, second],
      [second, first],
    ]) {
      const keys = keysOf(...order);
      expect(keys.get(ROOM, session.id)).to.include({ firstIndex: 0, sessionKey: first.session_key });
      expect(keys.counts).to.deep.equal({ sessions: 1, rooms: 1, malformed: 0, unknownAlgorithm: 0 });
      const others = new RoomKeys();
      for (const one of order.toReversed()) others.addAll(keysOf(one));
      expect(others.get(ROOM, session.id)).to.include({ firstIndex: 0 });
    }
  });

  it("tell rooms apart that use the same session", () => {
    const session = new MegolmSession(ROOM).exported();
    const keys = keysOf(session, { ...session, room_id: "!other:example.org" });
    expect(keys.counts).to.include({ sessions: 2, rooms: 2 });
  });

  it("know the three names of the flag for shared history", () => {
    for (const name of ["shared_history", "m.shared_history", "org.matrix.msc3061.shared_history"]) {
      const session = new MegolmSession(ROOM).exported();
      for (const value of [true, false, "true"])
        expect(keysOf({ ...session, [name]: value }).get(ROOM, session.session_id)?.sharedHistory).to.equal(
          value === true,
        );
    }
  });

  it("take padded base64, and sessions that name no device key", () => {
    const { sender_claimed_keys, forwarding_curve25519_key_chain, ...session } = new MegolmSession(ROOM).exported();
    expect([sender_claimed_keys, forwarding_curve25519_key_chain]).to.have.length(2);
    const padded = {
      ...session,
      session_id: `${session.session_id}=`,
      sender_key: `${String(session["sender_key"])}=`,
    };
    for (const one of [session, padded, { ...session, sender_claimed_keys: { ed25519: 7 } }])
      expect(keysOf(one).get(ROOM, session.session_id)).to.include({ firstIndex: 0 });
  });

  it("leave out and count what is no use", () => {
    const session = new MegolmSession(ROOM).exported();
    const wrongVersion = Buffer.from(session.session_key, "base64");
    wrongVersion[0] = 2;
    const malformed: JsonValue[] = [
      null,
      7,
      [],
      {},
      "session",
      { ...session, algorithm: 1 },
      { ...session, room_id: null },
      { ...session, room_id: "room" },
      { ...session, sender_key: "AAAA" },
      { ...session, session_key: session.session_key.slice(4) },
      { ...session, session_key: `${session.session_key}!` },
      { ...session, session_key: wrongVersion.toString("base64") },
      // with the id of another session, it would take that one's place
      { ...session, session_id: new MegolmSession(ROOM).id },
    ];
    const keys = keysOf(...malformed, session, { ...session, algorithm: "m.megolm.v2.aes-sha2" });
    expect(keys.counts).to.deep.equal({ sessions: 1, rooms: 1, malformed: malformed.length, unknownAlgorithm: 1 });
  });
});
