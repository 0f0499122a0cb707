import { expect } from "chai";
import { PNG, START, writeZip } from "../../../../support/foreign-exports/files.ts";
import { elementEvents } from "../../../../support/foreign-exports/element.ts";
import { temporaryDirectory } from "../../../bundle/sample.ts";
import { converted, outline } from "../../converted.ts";

describe("an export of Element", () => {
  it("keeps its events, in its order, with ids, edits and redactions", async () => {
    const { head, events, ledger } = await converted("element");
    expect(head.source).to.deep.equal({ server_name: "acme.test", room_id: "!tea:acme.test" });
    expect(head.room).to.include({ name: "Tea", topic: "All about tea", creator: null });
    const names = head.state.filter(({ type }) => type !== "m.room.member").map(({ content }) => content);
    expect(names).to.deep.equal([{ name: "Tea" }, { topic: "All about tea" }]);
    expect(head.exported_by).to.equal("@ann:acme.test");
    expect(outline(events, START)).to.deep.equal([
      "m.room.member 0",
      "m.room.message 1",
      "m.room.message 3",
      "m.room.message 2",
      "m.room.message 4",
      "m.room.message 5",
    ]);
    expect(events.map(({ event_id: id }) => id)).to.include.members(["$question", "$edit", "$answer"]);
    expect(events[1]?.unsigned).to.equal(undefined);
    expect(events[2]?.content["m.relates_to"]).to.deep.equal({ rel_type: "m.replace", event_id: "$question" });
    expect(events[5]?.unsigned).to.have.nested.property("redacted_because.content.reason", "typo");
    expect(ledger).to.deep.equal({
      reactions_unavailable: 1,
      edits_unavailable: 1,
      media_decrypted: 1,
      media_not_in_export: 1,
    });
  });

  it("names people as the last membership did, and marks those of other servers", async () => {
    const { head } = await converted("element");
    expect(head.senders.get("@ann:acme.test")).to.deep.include({ display_name: "Ann", foreign: false });
    expect(head.senders.get("@bob:far.test")).to.deep.include({ foreign: true });
  });

  it("finds a file by its message and names it where the room did, decrypted as the export has it", async () => {
    const { event, media } = await converted("element");
    const { content } = event("cup.png");
    expect(content).to.include({ url: "mxc://far.test/cup" }).and.not.have.property("file");
    expect(media.get("mxc://far.test/cup")).to.deep.equal(PNG);
  });

  it("tells files of one name apart by size and time, and takes none where it cannot", async () => {
    const directory = await temporaryDirectory();
    try {
      const picture = (id: string, time: number, size: number): object => ({
        type: "m.room.message",
        sender: "@ann:acme.test",
        event_id: id,
        room_id: "!tea:acme.test",
        origin_server_ts: time,
        content: { msgtype: "m.image", body: "a.png", url: `mxc://acme.test/${id.slice(1)}`, info: { size } },
      });
      const messages = [
        picture("$one", START, PNG.length),
        picture("$two", START + 1000, 3),
        picture("$three", START + 2000, 3),
        picture("$four", START + 61_000, 4),
      ];
      const input = writeZip(directory.path, "e.zip", {
        "export.json": { room_name: "Tea", exported_by: "Ann", messages },
        "images/a-11-14-2023 at 10-13-20 PM.png": PNG,
        "images/a-11-14-2023 at 10-13-21 PM.png": "two",
        "images/a-11-14-2023 at 10-13-22 PM.png": "six",
        "images/a-11-14-2023 at 10-14-21 PM.png": "four",
        "images/a-11-14-2023 at 11-14-21 PM.png": "vier",
      });
      const { media, head } = await converted("element", { input });
      const text = (id: string): string | undefined => media.get(`mxc://acme.test/${id}`)?.toString();
      expect(media.get("mxc://acme.test/one")).to.deep.equal(PNG);
      expect([text("two"), text("three"), text("four")]).to.deep.equal(["two", "six", undefined]);
      expect(head.ledger.find(({ code }) => code === "media_ambiguous")).to.include({ event_id: "$four" });
    } finally {
      await directory.remove();
    }
  });

  it("leaves out of an event the redaction that took back another one", async () => {
    const directory = await temporaryDirectory();
    try {
      const [, question] = elementEvents;
      const because = { event_id: "$r", sender: "@eve:acme.test", type: "m.room.redaction", origin_server_ts: 1 };
      const messages = ["$a", "$b", 7].map((redacts, index) => ({
        ...question,
        event_id: ["$a", "$c", "$d"][index],
        content: {},
        unsigned: { redacted_because: { ...because, content: { redacts } } },
      }));
      const input = writeZip(directory.path, "e.zip", { "export.json": { room_name: "Tea", messages } });
      const { events, ledger } = await converted("element", { input });
      expect(events.map(({ unsigned }) => unsigned !== undefined)).to.deep.equal([true, false, true]);
      expect(ledger).to.include({ field_malformed: 1 });
    } finally {
      await directory.remove();
    }
  });

  it("leaves out what is no event, and believes nobody who says that an import brought it", async () => {
    const directory = await temporaryDirectory();
    try {
      const [, question] = elementEvents;
      const forged = {
        ...question,
        event_id: "$forged",
        unsigned: {},
        _imported_sender: { user_id: "@eve:acme.test", display_name: "Eve", avatar: null },
      };
      const messages = [forged, { ...question, event_id: 7 }, null, { ...question, origin_server_ts: 1.5 }];
      const input = writeZip(directory.path, "e.zip", { "export.json": { room_name: "Tea", messages } });
      const { events, head } = await converted("element", { input });
      expect(events).to.have.length(1);
      expect(events[0]).to.not.have.property("_imported_sender");
      expect(head.ledger.find(({ code }) => code === "message_malformed")?.message).to.contain("Number: 3.");
    } finally {
      await directory.remove();
    }
  });
});
