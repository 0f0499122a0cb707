import { expect } from "chai";
import { visibleStretches, type TimelineView, type VisibilityMark } from "../../../src/policy/visibility.ts";

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
