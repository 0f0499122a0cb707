import { expect } from "chai";
import type { ClientEvent } from "../../../src/matrix/event.ts";
import type { JsonObject } from "../../../src/matrix/json.ts";
import {
  visibilityMark,
  visibleStretches,
  type TimelineView,
  type VisibilityMark,
} from "../../../src/policy/visibility.ts";

const member = (now: string, before?: string): VisibilityMark => ({ kind: "membership", now, before });
const history = (now: string, before?: string): VisibilityMark => ({ kind: "visibility", now, before });

/** `.` for what is hidden, `x` for what is visible: stretch, mark, stretch, … */
function picture(marks: VisibilityMark[], view: Partial<TimelineView["current"]> & { cut?: boolean } = {}): string {
  const last = (kind: string): string | undefined => marks.findLast((mark) => mark.kind === kind)?.now;
  const { visibility = last("visibility"), membership = last("membership"), cut = false } = view;
  const answers = visibleStretches(marks, { fromCreation: !cut, current: { visibility, membership } });
  return answers.map((answer) => (answer ? "x" : ".")).join("");
}

describe("who may see which part of a timeline", () => {
  it("shared: those who are in the room see it all", () => {
    expect(picture([history("shared"), member("invite"), member("join", "invite")])).to.equal("xxxxxxx");
  });

  it("nothing set is shared, and so is nonsense", () => {
    expect(picture([member("join")])).to.equal("xxx");
    expect(picture([history("everybody"), member("join")])).to.equal("xxxxx");
  });

  it("joined: from joining on", () => {
    expect(picture([history("joined"), member("invite"), member("join", "invite")])).to.equal("xx...xx");
  });

  it("invited: from the invitation on", () => {
    expect(picture([history("invited"), member("invite"), member("join", "invite")])).to.equal("xx.xxxx");
  });

  it("joined, with a leave in between: the leave is seen, not what follows it", () => {
    const marks = [
      history("joined"),
      member("join"),
      member("leave", "join"),
      member("invite", "leave"),
      member("join", "invite"),
    ];
    expect(picture(marks)).to.equal("xx.xxx...xx");
  });

  it("joined, banned and back: the ban is seen", () => {
    const marks = [
      history("joined"),
      member("join"),
      member("ban", "join"),
      member("leave", "ban"),
      member("join", "leave"),
    ];
    expect(picture(marks)).to.equal("xx.xxx...xx");
  });

  it("a change of the visibility is seen by those who see what is before it or after it", () => {
    const marks = [history("shared"), history("joined", "shared"), history("shared", "joined"), member("join")];
    expect(picture(marks)).to.equal("xxxx.xxxx");
  });

  it("world readable: everybody sees it, whoever they are", () => {
    const marks = [history("world_readable"), history("joined", "world_readable")];
    expect(picture(marks, { membership: undefined })).to.equal(".xxx.");
  });

  it("shared is nothing for who never was in the room", () => {
    expect(picture([history("shared")], { membership: undefined })).to.equal("...");
  });

  it("who has left sees nothing of what came after", () => {
    expect(picture([history("shared"), member("join"), member("leave", "join")])).to.equal("xxxxxx.");
  });

  describe("where the reader's timeline does not begin with the room", () => {
    it("what the first change replaced held before it", () => {
      expect(picture([history("joined", "shared"), member("join", "leave")], { cut: true })).to.equal("xx.xx");
      expect(picture([history("shared", "joined"), member("join", "leave")], { cut: true })).to.equal(".xxxx");
      expect(picture([history("joined", "joined"), member("join", "join")], { cut: true })).to.equal("xxxxx");
    });

    it("without a change what holds now has always held", () => {
      expect(picture([], { cut: true, visibility: "joined", membership: "join" })).to.equal("x");
      expect(picture([], { cut: true, visibility: "joined", membership: "invite" })).to.equal(".");
    });

    it("what nobody tells is taken for hidden", () => {
      expect(picture([history("shared"), member("join")], { cut: true })).to.equal(".xxxx");
    });
  });

  it("between marks that contradict each other the stricter holds", () => {
    // the user left somewhere between the two, out of the reader's sight
    expect(picture([history("joined"), member("join"), member("join", "leave")])).to.equal("xx.x.xx");
    expect(picture([member("join"), history("joined"), member("join", "leave")])).to.equal("xxxx.xx");
  });
});

describe("what of a timeline decides who may see it", () => {
  const event = (type: string, key: string | undefined, content: JsonObject, before?: JsonObject): ClientEvent => ({
    ...{ event_id: "$e", type, sender: "@ann:x", origin_server_ts: 0, content },
    ...(key !== undefined && { state_key: key }),
    ...(before && { unsigned: { prev_content: before } }),
  });

  it("is the history visibility, with what it was before", () => {
    const change = event(
      "m.room.history_visibility",
      "",
      { history_visibility: "joined" },
      { history_visibility: "shared" },
    );
    expect(visibilityMark(change, "@bob:x")).to.deep.equal({ kind: "visibility", now: "joined", before: "shared" });
    const first = event("m.room.history_visibility", "", { history_visibility: "joined" });
    expect(visibilityMark(first, "@bob:x")).to.deep.equal({ kind: "visibility", now: "joined", before: undefined });
    for (const key of ["x", undefined])
      expect(visibilityMark(event("m.room.history_visibility", key, {}), "@bob:x")).to.equal(undefined);
  });

  it("is the reader's own membership, and nobody else's", () => {
    const joined = event("m.room.member", "@bob:x", { membership: "join" }, { membership: "invite" });
    expect(visibilityMark(joined, "@bob:x")).to.deep.equal({ kind: "membership", now: "join", before: "invite" });
    expect(visibilityMark(joined, "@ann:x")).to.equal(undefined);
  });

  it("is nothing else", () => {
    for (const other of [
      event("m.room.topic", "", {}),
      event("m.room.topic", "@bob:x", {}),
      event("m.room.message", undefined, {}),
    ])
      expect(visibilityMark(other, "@bob:x")).to.equal(undefined);
  });
});

describe("who may see which part of a timeline, at its edges", () => {
  it("who declines an invitation sees that go, and nothing else of a room for members", () => {
    expect(picture([history("joined"), member("invite"), member("leave", "invite")])).to.equal("xx...x.");
    expect(picture([history("joined"), member("knock"), member("leave", "knock")])).to.equal("xx.....");
    expect(picture([history("joined"), member("invite"), member("ban", "invite")])).to.equal(".......");
  });

  it("who has left sees nothing of what is opened later", () => {
    const marks = [history("shared"), member("join"), member("leave", "join"), history("world_readable", "shared")];
    expect(picture(marks)).to.equal("xxxxxx...");
  });

  it("between changes of the visibility that contradict each other the stricter holds, whichever says it", () => {
    const nobody = { membership: undefined };
    expect(picture([history("world_readable"), history("shared", "joined")], nobody)).to.equal(".x...");
    expect(picture([history("joined"), history("shared", "world_readable")], nobody)).to.equal("...x.");
    expect(picture([history("world_readable")], { ...nobody, visibility: "joined" })).to.equal(".x.");
    expect(picture([history("world_readable"), member("invite")], { visibility: "joined" })).to.equal(".x.x.");
  });

  it("a change that does not say what was there before contradicts nothing", () => {
    expect(picture([history("world_readable"), history("joined")], { membership: undefined })).to.equal(".xxx.");
  });

  it("a change between two visibilities that are closed to the reader is closed, too, for who comes later", () => {
    expect(picture([history("joined", "invited"), member("join")], { cut: true })).to.equal("...xx");
  });

  it("without a mark of one kind what holds now has always held", () => {
    expect(picture([history("joined", "joined")], { membership: "join" })).to.equal("xxx");
    expect(picture([member("join", "join")], { visibility: "joined", cut: true })).to.equal("xxx");
  });

  it("between marks that contradict each other the reader was as far away as either says", () => {
    const marks = [history("joined"), member("join"), member("leave", "join"), member("leave", "join")];
    expect(picture(marks)).to.equal("xx.xxx.x.");
  });

  it("a membership that makes no sense is none: an invitation taken back by it is seen to go", () => {
    expect(picture([history("joined"), member("invite"), member("odd", "invite")])).to.equal(".....x.");
  });
});
