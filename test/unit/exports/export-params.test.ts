import { expect } from "chai";
import { WHOLE_ROOM } from "../../../src/exports/options.ts";
import { exportParams, readExportParams } from "../../../src/exports/export-params.ts";
import { readGdprParams } from "../../../src/exports/all-rooms/all-rooms-params.ts";
import type { Job } from "../../../src/ports/job-store.ts";

describe("what a queued export knows", () => {
  const since_bundle = { manifest_sha256: "a".repeat(64), event_id: "$e", events: 7, ids_sum: "b".repeat(64) };
  for (const options of [
    WHOLE_ROOM,
    { media: false, viewer: true, without_bot: true, since: 1, until: Date.UTC(2026, 0, 2, 3, 4, 5, 678) },
    { ...WHOLE_ROOM, senders: ["@ann:x", "@bob:x"], thread: "$t", since_bundle },
  ])
    it(`is what was asked for: ${JSON.stringify(options)}`, () => {
      const params = exportParams({ visibleTo: "@ann:x", ignored: ["@eve:x"], options });
      const read = readExportParams({ params: JSON.parse(JSON.stringify(params)) as Job["params"] } as Job);
      expect(read).to.deep.equal({ visibleTo: "@ann:x", ignored: ["@eve:x"], options });
    });

  it("is also up to which message it goes", () => {
    const asked = { visibleTo: "@ann:x", ignored: [], upTo: "$command", options: WHOLE_ROOM };
    expect(readExportParams({ params: exportParams(asked) } as Job)).to.deep.equal(asked);
  });

  const OLD = { media: false, viewer: true, since: null, until: null, senders: null, thread: null, since_bundle: null };
  const read = (params: object, owner = "@ann:x"): ReturnType<typeof readExportParams> =>
    readExportParams({ params, owner } as Job);

  it("is read as an earlier version has stored it, options beside whom the room is shown to", () => {
    const { visibleTo, options } = read({ visible_to: "@bob:x", ...OLD, since: 1, senders: ["@cy:x"] });
    expect(visibleTo).to.equal("@bob:x");
    expect(options).to.deep.equal({ media: false, viewer: true, without_bot: false, since: 1, senders: ["@cy:x"] });
    expect(read({ visible_to: null, ...OLD }).visibleTo, "an admin token's").to.equal(undefined);
  });

  it("has what it does not say as if nobody had asked for it, and never shows more for that", () => {
    expect(read({})).to.deep.equal({ visibleTo: "@ann:x", ignored: [], options: WHOLE_ROOM });
    expect(read({}, "admin:backup").visibleTo).to.equal(undefined);
    expect(read({ visible_to: "@ann:x", options: { media: false, later: 1 }, more: 2 }).options).to.deep.equal({
      ...WHOLE_ROOM,
      media: false,
    });
  });

  it("is of all rooms, or of one user, also as an earlier version has stored it", () => {
    const of = (params: object): unknown => readGdprParams({ params } as Job).userId;
    expect([of({}), of({ user_id: null }), of({ user_id: "@ann:x" })]).to.deep.equal([undefined, undefined, "@ann:x"]);
    expect(() => of({ user_id: "@ann:x", only_since: "2026" })).to.throw();
  });
});
