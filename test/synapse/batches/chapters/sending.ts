import { expect } from "chai";
import { unique } from "../../../support/users.ts";
import { reaction, text, type ModuleWorld } from "../world.ts";

/** What becomes of a call's events. */
export function sending(world: () => ModuleWorld): void {
  it("sends all, dated, in order, with relations to earlier ones, and repeats nothing", async () => {
    const { service, room } = world();
    const events = [
      text("$batch:0"),
      text("reply", { "m.relates_to": { "m.in_reply_to": { event_id: "$batch:0" } } }),
      reaction("$batch:1"),
      text("* edited", {
        "m.new_content": { msgtype: "m.text", body: "edited" },
        "m.relates_to": { rel_type: "m.replace", event_id: "$batch:0" },
      }),
    ];
    const txn = unique("all");
    const { body } = await world().batch(events, { txn });
    expect((await world().batch(events, { txn })).body).to.deep.equal({ ...body, replayed: 4 });
    const ids = body["event_ids"] as string[];
    const sent = (await service.timeline(room)).filter(({ event_id }) => ids.includes(event_id));
    expect(sent.map(({ event_id }) => event_id)).to.deep.equal(ids);
    expect(sent.map(({ origin_server_ts }) => origin_server_ts).slice(0, 2)).to.deep.equal([
      1_600_000_000_000, 1_600_000_000_000,
    ]);
    expect(sent[0]?.content["body"]).to.equal("$batch:0");
    expect(sent[1]?.content["m.relates_to"]).to.deep.equal({ "m.in_reply_to": { event_id: ids[0] } });
    expect(sent[2]?.content["m.relates_to"]).to.have.property("event_id", ids[1]);
    const replaced = await service.event(room, String(ids[0]));
    expect(replaced.unsigned).to.have.property("m.relations").that.has.property("m.replace");
    const changed = await world().batch([text("other")], { txn });
    expect([changed.status, changed.body["errcode"]]).to.deep.equal([400, "M_INVALID_PARAM"]);
  });

  it("sends what is called for at the same time once, and in one line", async () => {
    const room = await world().newRoom();
    const events = (name: string) => Array.from({ length: 120 }, (_, i) => text(`${name} ${i}`));
    const txn = unique("same");
    const [one, again, other] = await Promise.all([
      world().sent(events("one"), { txn, room }),
      world().sent(events("one"), { txn, room }),
      world().sent(events("other"), { room }),
    ]);
    expect(again).to.deep.equal(one);
    const timeline = (await world().timelineIds(room)).filter((id) => [...one, ...other].includes(id));
    expect([
      [...one, ...other],
      [...other, ...one],
    ]).to.deep.include(timeline);
  });

  it("takes what earlier calls have sent back, as single sends do", async () => {
    const { service, room } = world();
    const [target] = await world().sent([text("to be taken back")]);
    const redaction = { type: "m.room.redaction", content: { redacts: String(target), reason: "why" } };
    const [because] = await world().sent([{ ...redaction, origin_server_ts: 5 }]);
    const gone = await service.event(room, String(target));
    expect(gone.content).to.deep.equal({});
    expect(gone.unsigned).to.have.nested.property("redacted_because.event_id", because);
    expect(gone.unsigned).to.have.nested.property("redacted_because.origin_server_ts", 5);
  });
}
