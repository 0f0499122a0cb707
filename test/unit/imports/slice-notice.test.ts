import { expect } from "chai";
import { diffBundles } from "../../../src/bundle/diff/diff.ts";
import { member, stringMember } from "../../../src/matrix/json.ts";
import { MemoryHomeserver } from "../../support/fakes/memory-homeserver/homeserver.ts";
import { exportedTo, importedInto, serviceOn } from "../../support/generations.ts";
import { sampleRoom, temporaryDirectory, writeSample, type SampleRoom } from "../bundle/sample.ts";

const NOTICE = "io.roomporter.notice";

describe("the notice of an import of a part", () => {
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
  before(async () => (directory = await temporaryDirectory()));
  after(() => directory.remove());

  /** The notices of each room, over three imports of imports. */
  async function generations(head: SampleRoom["head"]): Promise<{ words: unknown[][]; kinds: string[][] }> {
    const first = await writeSample({ ...sampleRoom(), ...(head && { head }) }, directory.path, "first.zip");
    const words: unknown[][] = [];
    const kinds: string[][] = [];
    let from = first;
    for (const server of ["two.test", "three.test", "four.test"]) {
      const homeserver = new MemoryHomeserver(server);
      const roomId = await importedInto(homeserver, from);
      const timeline = homeserver.rooms.get(roomId)?.timeline ?? [];
      words.push(timeline.filter(({ content }) => member(content, NOTICE)).map(({ content }) => content["body"]));
      const next = await exportedTo(directory.path, homeserver, roomId, serviceOn(homeserver));
      for (const before of new Set([first, from]))
        kinds.push(
          (await diffBundles(before, next)).differences.map((difference) => stringMember(difference, "kind") ?? ""),
        );
      from = next;
    }
    return { words, kinds };
  }

  it("stands once in every room that is made of it, and no bundle differs from the others", async () => {
    const { words, kinds } = await generations((head) => {
      head.coverage = {
        complete: false,
        limits: [{ kind: "date_range", since: 1_700_000_000_000 }, { kind: "media" }],
      };
    });
    const said =
      "This room holds a part of the conversation it was imported from: only what was sent from 2023-11-14T22:13:20.000Z; without files.";
    expect(words).to.deep.equal([[said], [said], [said]]);
    expect(kinds.flat()).to.deep.equal([]);
  });

  for (const [room, head] of [
    ["is whole", undefined],
    [
      "lacks files of encrypted messages alone",
      (head: Parameters<NonNullable<SampleRoom["head"]>>[0]) => {
        head.coverage = { complete: false, limits: [], without_encrypted_files: true };
      },
    ],
  ] as const)
    it(`is in no room that ${room}`, async () => {
      const { words, kinds } = await generations(head);
      expect(words.flat()).to.deep.equal([]);
      expect(kinds.flat()).to.deep.equal([]);
    });
});
