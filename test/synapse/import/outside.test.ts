import { expect } from "chai";
import type { ClientEvent } from "../../../src/matrix/event.ts";
import { objectMember, type JsonObject } from "../../../src/matrix/json.ts";
import { ALICE, Conversation, EVE } from "../../support/conversation.ts";
import { ImportedRoom } from "../../support/imported-room.ts";
import { sharedService } from "../../support/shared-service.ts";
import { newUser } from "./importing.ts";

describe("a bundle whose events lead to another room of the homeserver", () => {
  const talk = new Conversation();
  const ids: Record<string, string> = {};
  let secret: string;
  let room: ImportedRoom;

  before(async () => {
    const ivan = await newUser("ivan");
    secret = await ivan.say(await ivan.createRoom(), "a secret of another room");
    const reply: JsonObject = { "m.in_reply_to": { event_id: secret } };
    const relates = (relation: JsonObject): JsonObject => ({ "m.relates_to": relation });
    const hello = (ids["hello"] = talk.say(ALICE, "hello"));
    ids["reply"] = talk.say(EVE, "as you said", relates(reply));
    ids["thread"] = talk.say(EVE, "in a thread", relates({ rel_type: "m.thread", event_id: hello, ...reply }));
    ids["threadThere"] = talk.say(EVE, "in that thread", relates({ rel_type: "m.thread", event_id: secret }));
    ids["untyped"] = talk.say(EVE, "see there", relates({ event_id: secret }));
    ids["reaction"] = talk.react(EVE, secret, "👍");
    ids["edit"] = talk.say(EVE, "* x", {
      "m.new_content": { msgtype: "m.text", body: "x", ...relates(reply) },
      ...relates({ rel_type: "m.replace", event_id: secret }),
    });
    ids["sticker"] = talk.send(EVE, "m.sticker", { body: "s", url: "no file", info: {}, ...relates(reply) });
    ids["custom"] = talk.send(EVE, "org.example.x", relates({ rel_type: "org.example.of", event_id: secret }));
    ids["redaction"] = talk.send(EVE, "m.room.redaction", { redacts: secret });
    ids["topic"] = talk.state(ALICE, "m.room.topic", {
      topic: "t",
      ...relates({ rel_type: "m.reference", event_id: secret }),
    });
    ids["pins"] = talk.state(ALICE, "m.room.pinned_events", { pinned: [secret, hello, 7] });
    ids["whole"] = talk.say(ALICE, "hi", relates({ "m.in_reply_to": { event_id: hello } }));
    room = await ImportedRoom.of(await sharedService(), ivan, talk);
  });

  const at = (name: string): ClientEvent => room.event(ids[name] ?? "");

  it("leads nowhere: what clients follow names no event from outside", () => {
    for (const name of Object.keys(ids)) {
      const { content } = at(name);
      if (at(name).type === "io.roomporter.event") continue;
      const followed = { ...content, "io.roomporter.origin": null };
      expect(JSON.stringify(followed), name).not.to.contain(secret);
    }
  });

  it("keeps what stays: the thread of an answer that is lost, the pins of this room, answers within it", () => {
    const hello = at("hello").event_id;
    expect(objectMember(at("thread").content, "m.relates_to")).to.deep.equal({ rel_type: "m.thread", event_id: hello });
    expect(at("pins").content["pinned"]).to.deep.equal([hello]);
    expect(objectMember(at("whole").content, "m.relates_to")).to.deep.equal({ "m.in_reply_to": { event_id: hello } });
  });

  it("loses nothing: the originals are given back, and the report names each", () => {
    for (const name of Object.keys(ids)) {
      if (at(name).type === "io.roomporter.event") continue;
      expect(room.original(at(name)), name).to.deep.equal(talk.event(ids[name] ?? "").content);
    }
    for (const name of ["reply", "thread", "threadThere", "untyped", "reaction", "edit", "sticker", "custom", "topic"])
      expect(room.codesOf(ids[name] ?? ""), name).to.include("relation_dropped");
    expect(room.codesOf(ids["pins"] ?? "")).to.deep.equal(["pin_dropped"]);
    expect(room.codesOf(ids["whole"] ?? "")).to.deep.equal([]);
  });
});
