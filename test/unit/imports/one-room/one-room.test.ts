import { expect } from "chai";
import { diffBundles, diffConversations } from "../../../../src/bundle/diff/diff.ts";
import { joinBundles } from "../../../../src/bundle/joined/join-bundles.ts";
import { fillRoom, makeRoom, openForImport } from "../../../../src/imports/import-room.ts";
import { member, objectMember } from "../../../../src/matrix/json.ts";
import { IMPORTED, IMPORTED_SENDER, NOTICE } from "../../../../src/matrix/names.ts";
import type { ImportJournal } from "../../../../src/ports/import-journal.ts";
import type { RoomWriter } from "../../../../src/ports/homeserver/homeserver.ts";
import { MemoryHomeserver } from "../../../support/fakes/memory-homeserver/homeserver.ts";
import type { MemoryRoom } from "../../../support/fakes/memory-homeserver/room.ts";
import { exportedTo, importedInto, importStores, serviceOn } from "../../../support/generations.ts";
import { Killed, killedAfter } from "../../../support/killed-writer.ts";
import { ALICE, BOB, temporaryDirectory } from "../../bundle/sample.ts";
import { UPGRADED, writeUpgraded } from "../../bundle/upgraded-sample.ts";

const [ONE, TWO, THREE] = UPGRADED;
const SEAMS = [
  "The room was upgraded here from version 10 to version 11.",
  "The room was upgraded here from version 11 to version 12.",
];

describe("rooms that took the place of one another, imported as one", () => {
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
  let files: string[];
  before(async () => {
    directory = await temporaryDirectory();
    files = await writeUpgraded(directory.path);
  });
  after(() => directory.remove());

  async function imported(
    homeserver: MemoryHomeserver,
    { journal, writer = homeserver.as(serviceOn(homeserver)) }: { journal?: ImportJournal; writer?: RoomWriter } = {},
  ): Promise<{ room: MemoryRoom; roomId: string; journal: ImportJournal }> {
    const stores = await importStores();
    const notes = journal ?? stores.journal;
    const bundles = await Promise.all(files.map((file) => openForImport(file, false)));
    const bundle = joinBundles(bundles);
    try {
      const input = {
        ...{ jobId: "import", bundleSha256: "", signedBy: undefined, importingUser: "@ivan:two.test" },
        ...({ parent: null, roomVersion: "11", labelStyle: "introduce", joins: [ONE, TWO] } as const),
        ...{ writer, media: homeserver, journal: notes, policies: stores.policies },
        ...{ signal: new AbortController().signal, clock: { now: () => Date.UTC(2026, 0, 1) } },
      };
      const roomId = await makeRoom(input, bundle);
      await fillRoom(input, bundle, roomId, () => undefined);
      const room = homeserver.rooms.get(roomId);
      if (!room) throw new Error("there is no room");
      return { room, roomId, journal: notes };
    } finally {
      await bundle.close();
    }
  }
  const seamsOf = ({ timeline }: MemoryRoom): unknown[] =>
    timeline.filter(({ content }) => member(content, NOTICE)).map(({ content }) => content["body"]);

  for (const atOnce of [undefined, 100])
    it(`stand in one order, with a notice where one went on in the next, and equal the rooms that they were, ${atOnce === undefined ? "one by one" : "in batches"}`, async () => {
      const homeserver = new MemoryHomeserver("two.test");
      homeserver.atOnce = atOnce;
      const { room, roomId, journal } = await imported(homeserver);
      const shown = room.timeline.flatMap(({ type, content, origin_server_ts: ts }) =>
        type === "m.room.message" ? [[String(content["body"]), ts] as const] : [],
      );
      const at = (body: string): number => shown.findIndex(([said]) => said === body);
      const order = [
        "the first in " + ONE,
        "after all",
        SEAMS[0],
        "the first in " + TWO,
        SEAMS[1],
        "the first in " + THREE,
      ];
      const places = order.map((body) => at(body ?? ""));
      expect(places)
        .to.deep.equal(places.toSorted((a, b) => a - b))
        .and.not.to.include(-1);
      // dated as the old room's tombstone
      expect(shown[at(SEAMS[0] ?? "")]?.[1]).to.equal(1_700_000_000_000 + 110_000);
      const stateOf = (type: string): unknown[] =>
        room.timeline.filter((event) => event.type === type).map(({ content }) => content[type.slice(7)]);
      expect([stateOf("m.room.name"), stateOf("m.room.topic")]).to.deep.equal([["Tea"], ["green", "black"]]);
      expect(stateOf("m.room.tombstone")).to.deep.equal([]);
      // each with the name that they had in that room, as far as its bundle knows
      const namesOf = (user: string): unknown[] => [
        ...new Set(
          room.timeline.flatMap(({ type, content }) => {
            const author = type === "m.reaction" ? objectMember(content, IMPORTED_SENDER) : undefined;
            return author?.["user_id"] === user ? [author["display_name"]] : [];
          }),
        ),
      ];
      expect([namesOf(ALICE), namesOf(BOB)]).to.deep.equal([
        ["Alice 0", "Alice 1", "Alice 2"],
        ["Bob 0", null, "Bob 2"],
      ]);
      const mark = room.state().find(({ type }) => type === IMPORTED)?.content;
      expect(mark?.["source_predecessors"]).to.deep.equal([ONE, TWO]);
      expect((await journal.ledger()).map(({ code }) => code)).to.deep.equal(["rooms_joined", "rooms_joined"]);

      const again = await exportedTo(directory.path, homeserver, roomId, serviceOn(homeserver));
      expect((await diffConversations(files, [again])).differences).to.deep.equal([]);
      expect((await diffConversations([again], files)).differences).to.deep.equal([]);
      const swapped = [files[1], files[0], files[2]] as string[];
      expect((await diffConversations(swapped, [again])).differences.map(({ kind }) => kind)).to.include("order");
    });

  it("keep the notices when they are imported once more", async () => {
    const homeserver = new MemoryHomeserver("two.test");
    const { roomId } = await imported(homeserver);
    let from = await exportedTo(directory.path, homeserver, roomId, serviceOn(homeserver));
    for (const server of ["three.test", "four.test"]) {
      const next = new MemoryHomeserver(server);
      const nextId = await importedInto(next, from);
      const room = next.rooms.get(nextId);
      expect(room && seamsOf(room)).to.deep.equal(SEAMS);
      const again = await exportedTo(directory.path, next, nextId, serviceOn(next));
      expect((await diffBundles(from, again)).differences).to.deep.equal([]);
      expect((await diffConversations(files, [again])).differences).to.deep.equal([]);
      from = again;
    }
  });

  for (const [lane, atOnce] of [
    ["one by one", undefined],
    ["in batches", 7],
  ] as const)
    it(`have every event and every notice once, wherever the import was killed: ${lane}`, async function () {
      this.timeout(60_000);
      const start = (): MemoryHomeserver => {
        const homeserver = new MemoryHomeserver("two.test");
        homeserver.behaviours.forgetsTransactions = true;
        homeserver.atOnce = atOnce;
        return homeserver;
      };
      let calls = 0;
      const whole = start();
      const wanted = await imported(whole, {
        writer: killedAfter(Infinity, whole.as(serviceOn(whole)), () => calls++),
      });
      for (let kill = 1; kill < calls; kill++) {
        const homeserver = start();
        const { journal } = await importStores();
        const life = { over: false };
        const writer = killedAfter(kill, homeserver.as(serviceOn(homeserver)), (left) => (life.over = left <= 0));
        const died: unknown = await imported(homeserver, { journal: mortal(journal, life), writer }).catch(
          (error: unknown) => error,
        );
        expect(died).to.be.instanceOf(Killed);
        const { room } = await imported(homeserver, { journal });
        const words = `killed after call ${String(kill)}`;
        expect(seamsOf(room), words).to.deep.equal(SEAMS);
        expect(
          room.timeline.map(({ type }) => type),
          words,
        ).to.deep.equal(wanted.room.timeline.map(({ type }) => type));
        expect(
          (await journal.ledger()).map(({ code }) => code),
          words,
        ).to.deep.equal(["rooms_joined", "rooms_joined"]);
      }
    });
});

/** A journal into which nothing is written any more once the life of its process is over. */
function mortal(journal: ImportJournal, life: { over: boolean }): ImportJournal {
  return new Proxy(journal, {
    get(target, name) {
      const bound = (Reflect.get(target, name) as (...args: unknown[]) => Promise<unknown>).bind(target);
      return (...args: unknown[]) => (life.over ? Promise.reject(new Killed()) : bound(...args));
    },
  });
}
