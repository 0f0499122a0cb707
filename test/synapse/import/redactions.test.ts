import { expect } from "chai";
import { redactedBecause } from "../../../src/matrix/event.ts";
import type { ClientEvent } from "../../../src/matrix/event.ts";
import { objectMember } from "../../../src/matrix/json.ts";
import { ALICE, BOB, Conversation, EVE } from "../../support/conversation.ts";
import { originOf, type ImportedRoom } from "../../support/imported-room.ts";
import { imported } from "./importing.ts";

describe("redactions of an imported conversation", () => {
  const talk = new Conversation();
  const ids: Record<string, string> = {};
  let room: ImportedRoom;

  before(async () => {
    ids["message"] = talk.say(ALICE, "I regret this");
    ids["reaction"] = talk.react(BOB, ids["message"], "👍");
    ids["topic"] = talk.state(BOB, "m.room.topic", { topic: "rude" });
    ids["unseen"] = talk.say(EVE, "its redaction is not in the bundle");
    ids["standing"] = talk.say(EVE, "somebody without power tried to redact this");
    ids["redaction"] = talk.redact(ALICE, ids["message"], "spam & <i>lies</i>");
    talk.redact(BOB, ids["reaction"], "");
    talk.redact(ALICE, ids["topic"], "rude");
    ids["unseenRedaction"] = talk.redact(ALICE, ids["unseen"], "away", false);
    ids["doubly"] = talk.say(EVE, "its redaction was redacted");
    ids["doublyRedaction"] = talk.redact(EVE, ids["doubly"], "first");
    ids["last"] = talk.redact(ALICE, ids["doublyRedaction"], "second");
    ids["old"] = talk.say(EVE, "redacted in an old room version");
    ids["oldRedaction"] = talk.redact(ALICE, ids["old"], "old", true, "beside the content");
    ids["powerless"] = talk.send(BOB, "m.room.redaction", { redacts: ids["standing"] });
    ids["aimless"] = talk.send(BOB, "m.room.redaction", { redacts: "$unknown" });
    room = await imported(talk);
  });

  /** The redacted event that stands for a source event, found by the redaction that names it. */
  const gone = (name: string): { event: ClientEvent; redaction: ClientEvent } => {
    const redaction = room.timeline.find(
      (event) => objectMember(originOf(event), "target")?.["event_id"] === ids[name],
    );
    const event = room.timeline.find((candidate) => candidate.event_id === redaction?.content["redacts"]);
    if (!redaction || !event) throw new Error(`no redaction of ${name}`);
    return { event, redaction };
  };

  it("leave a placeholder in its place, with its time, redacted with date and reason", () => {
    const { event, redaction } = gone("message");
    const source = talk.event(ids["message"] ?? "");
    expect(event.origin_server_ts).to.equal(source.origin_server_ts);
    expect(event.type).to.equal("m.room.message");
    expect(event.content).to.deep.equal({});
    const because = redactedBecause(event);
    expect(because?.event_id).to.equal(redaction.event_id);
    expect(because?.origin_server_ts).to.equal(talk.event(ids["redaction"] ?? "").origin_server_ts);
    expect(because?.content["reason"]).to.equal("spam & <i>lies</i>");
    expect(room.timeline.indexOf(event)).to.be.lessThan(room.timeline.indexOf(redaction));
  });

  it("name what they took back", () => {
    const { redaction } = gone("message");
    expect(objectMember(originOf(redaction), "target")).to.deep.include({
      event_id: ids["message"],
      type: "m.room.message",
      sender: ALICE,
      origin_server_ts: talk.event(ids["message"] ?? "").origin_server_ts,
      _imported_sender: { user_id: ALICE, display_name: "Alice" },
    });
    expect(room.original(redaction)).to.deep.equal(talk.event(ids["redaction"] ?? "").content);
    expect(redaction.content["_imported_sender"]).to.deep.include({ user_id: ALICE });
  });

  it("take back reactions, and state without its acting again", async () => {
    expect(gone("reaction").event.type).to.equal("m.reaction");
    expect(gone("topic").event.type).to.equal("io.roomporter.event");
    expect(room.timeline.map((event) => event.type)).not.to.include("m.room.topic");
  });

  it("happen at once where the redaction itself is not in the bundle", () => {
    const { event, redaction } = gone("unseen");
    expect(room.timeline.indexOf(redaction)).to.equal(room.timeline.indexOf(event) + 1);
    expect(redactedBecause(event)?.content["reason"]).to.equal("away");
    expect(originOf(redaction)).to.include({ event_id: ids["unseenRedaction"] });
  });

  it("keep their effect, and say what they took back, where they were taken back themselves", () => {
    const { event, redaction } = gone("doubly");
    expect(room.timeline.indexOf(redaction)).to.equal(room.timeline.indexOf(event) + 1);
    expect(objectMember(originOf(redaction), "target")).to.include({ event_id: ids["doubly"], sender: EVE });
    expect(redactedBecause(redaction)).to.equal(undefined);
    expect(redactedBecause(gone("doublyRedaction").event)?.content["reason"]).to.equal("second");
  });

  it("take effect where the target stands beside the content", () => {
    expect(gone("old").redaction.content["reason"]).to.equal("old");
    expect(room.original(gone("old").redaction)).to.deep.equal({ reason: "old" });
    expect(originOf(gone("old").redaction)).to.include({ event_id: ids["oldRedaction"] });
  });

  it("do not take effect where they had none", () => {
    expect(room.event(ids["standing"] ?? "").content["body"]).to.be.a("string");
    for (const name of ["powerless", "aimless"])
      expect(room.event(ids[name] ?? "").type).to.equal("io.roomporter.event");
  });
});
