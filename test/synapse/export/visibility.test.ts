import { expect } from "chai";
import type { ClientEvent } from "../../../src/matrix/event.ts";
import { visibilityMark, visibleStretches, type VisibilityMark } from "../../../src/policy/visibility.ts";
import type { MatrixClient } from "../../support/matrix-client.ts";
import { sharedSynapse, type SharedSynapse } from "../../support/shared-synapse.ts";
import { registerUser, unique } from "../../support/users.ts";

const VISIBILITIES = ["world_readable", "shared", "invited", "joined"];

/** The ids of those events of a reader's timeline that the user may see, as the policy says. */
async function visibleIn(
  timeline: ClientEvent[],
  reader: MatrixClient,
  roomId: string,
  userId: string,
): Promise<string[]> {
  const state = await reader.state(roomId);
  const content = (type: string, key: string) =>
    state.find((event) => event.type === type && event.state_key === key)?.content;
  const marks: VisibilityMark[] = [];
  /** which of the answers is for which event */
  const places = timeline.map((event) => {
    const mark = visibilityMark(event, userId);
    if (mark) marks.push(mark);
    return mark ? 2 * marks.length - 1 : 2 * marks.length;
  });
  const answers = visibleStretches(marks, {
    fromCreation: timeline.some((event) => event.type === "m.room.create"),
    current: {
      visibility: content("m.room.history_visibility", "")?.["history_visibility"] as string | undefined,
      membership: content("m.room.member", userId)?.["membership"] as string | undefined,
    },
  });
  return timeline.filter((_event, index) => answers[places[index] ?? 0]).map((event) => event.event_id);
}

const ids = (events: ClientEvent[]): string[] => events.map((event) => event.event_id);

describe("history visibility, against what the homeserver serves to the user", () => {
  let synapse: SharedSynapse;
  let ann: MatrixClient;
  let uma: MatrixClient;
  before(async () => {
    synapse = await sharedSynapse();
    ann = await registerUser(synapse.url, unique("ann"));
    uma = await registerUser(synapse.url, unique("uma"));
  });

  async function roomWith(visibility: string): Promise<string> {
    const state = { type: "m.room.history_visibility", state_key: "", content: { history_visibility: visibility } };
    return ann.createRoom({ room_version: "11", initial_state: [state] });
  }

  async function expectSame(roomId: string): Promise<void> {
    const visible = await visibleIn(await ann.timeline(roomId), ann, roomId, uma.userId);
    expect(visible).to.deep.equal(ids(await uma.timeline(roomId)));
  }

  for (const visibility of VISIBILITIES) {
    it(`${visibility}: before the invitation, invited, joined, away, back`, async () => {
      const roomId = await roomWith(visibility);
      await ann.say(roomId, "before the invitation");
      await ann.invite(roomId, uma.userId);
      await ann.say(roomId, "invited");
      await uma.join(roomId);
      await uma.say(roomId, "joined");
      await uma.leave(roomId);
      await ann.say(roomId, "away");
      await ann.invite(roomId, uma.userId);
      await ann.say(roomId, "invited again");
      await uma.join(roomId);
      await ann.say(roomId, "back");
      await expectSame(roomId);
    });

    it(`${visibility}: kicked, banned, unbanned, back`, async () => {
      const roomId = await roomWith(visibility);
      await ann.invite(roomId, uma.userId);
      await uma.join(roomId);
      await ann.kick(roomId, uma.userId);
      await ann.say(roomId, "kicked");
      await ann.ban(roomId, uma.userId);
      await ann.say(roomId, "banned");
      await ann.unban(roomId, uma.userId);
      await ann.say(roomId, "unbanned");
      await ann.invite(roomId, uma.userId);
      await uma.leave(roomId);
      await ann.say(roomId, "declined");
      await ann.invite(roomId, uma.userId);
      await uma.join(roomId);
      await expectSame(roomId);
    });

    it(`${visibility}: left for good`, async () => {
      const roomId = await roomWith(visibility);
      await ann.say(roomId, "before");
      await ann.invite(roomId, uma.userId);
      await uma.join(roomId);
      await ann.say(roomId, "together");
      await uma.leave(roomId);
      await ann.say(roomId, "after");
      await expectSame(roomId);
    });
  }

  it("every change of it, before the user, with the user invited, there, and away", async () => {
    const roomId = await roomWith("joined");
    for (const next of [...VISIBILITIES, ...VISIBILITIES.toReversed()]) {
      await ann.setState(roomId, "m.room.history_visibility", { history_visibility: next });
      await ann.say(roomId, next);
    }
    await ann.invite(roomId, uma.userId);
    for (const next of [...VISIBILITIES, ...VISIBILITIES.toReversed()]) {
      await ann.setState(roomId, "m.room.history_visibility", { history_visibility: next });
      await ann.say(roomId, `${next}, invited`);
    }
    await uma.join(roomId);
    await ann.setState(roomId, "m.room.history_visibility", { history_visibility: "nonsense" });
    await ann.say(roomId, "nonsense");
    await ann.setState(roomId, "m.room.history_visibility", { history_visibility: "joined" });
    await uma.leave(roomId);
    await ann.say(roomId, "away");
    await ann.invite(roomId, uma.userId);
    await uma.join(roomId);
    await expectSame(roomId);
  });

  for (const seed of [1, 2]) {
    it(`a wild history (${seed})`, async () => {
      const roomId = await roomWith("shared");
      let random = seed;
      const pick = <T>(list: readonly T[]): T => {
        random = (random * 48271) % 2147483647;
        return list[random % list.length] as T;
      };
      const acts = {
        say: () => ann.say(roomId, "something"),
        open: () => ann.setState(roomId, "m.room.history_visibility", { history_visibility: pick(VISIBILITIES) }),
        invite: () => ann.invite(roomId, uma.userId),
        join: () => uma.join(roomId),
        leave: () => uma.leave(roomId),
        ban: () => ann.ban(roomId, uma.userId),
        unban: () => ann.unban(roomId, uma.userId),
      };
      const order = [
        "say",
        "open",
        "invite",
        "join",
        "leave",
        "say",
        "open",
        "invite",
        "join",
        "ban",
        "unban",
      ] as const;
      // what is impossible at that moment is refused, and changes nothing
      for (let step = 0; step < 60; step++) await acts[pick(order)]().catch(() => undefined);
      await acts.unban().catch(() => undefined);
      await acts.invite().catch(() => undefined);
      await acts.join();
      await expectSame(roomId);
    });
  }

  for (const visibility of VISIBILITIES) {
    it(`${visibility}: read by somebody who came late, it is what both may see`, async () => {
      const sam = await registerUser(synapse.url, unique("sam"));
      const roomId = await roomWith(visibility);
      await ann.say(roomId, "nobody there");
      await ann.invite(roomId, uma.userId);
      await ann.say(roomId, "invited");
      await uma.join(roomId);
      await ann.say(roomId, "before the reader");
      await ann.invite(roomId, sam.userId);
      await sam.join(roomId);
      await ann.say(roomId, "all there");
      await uma.leave(roomId);
      await ann.say(roomId, "away");
      await ann.invite(roomId, uma.userId);
      await uma.join(roomId);
      await ann.say(roomId, "back");
      const read = await sam.timeline(roomId);
      const seen = new Set(ids(await uma.timeline(roomId)));
      const both = ids(read).filter((id) => seen.has(id));
      expect(await visibleIn(read, sam, roomId, uma.userId)).to.deep.equal(both);
    });
  }
});
