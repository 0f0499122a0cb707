import { expect } from "chai";
import { WHOLE_ROOM } from "../../../src/exports/options.ts";
import { exportParams, readExportParams } from "../../../src/exports/export-params.ts";
import type { Job } from "../../../src/ports/job-store.ts";

describe("what a queued export knows", () => {
  const since_bundle = { manifest_sha256: "a".repeat(64), event_id: "$e", events: 7, ids_sum: "b".repeat(64) };
  for (const options of [
    WHOLE_ROOM,
    { media: false, viewer: true, since: 1, until: Date.UTC(2026, 0, 2, 3, 4, 5, 678) },
    { ...WHOLE_ROOM, senders: ["@ann:x", "@bob:x"], thread: "$t", since_bundle },
  ])
    it(`is what was asked for: ${JSON.stringify(options)}`, () => {
      const params = exportParams("@ann:x", options);
      const read = readExportParams({ params: JSON.parse(JSON.stringify(params)) as Job["params"] } as Job);
      expect(read).to.deep.equal({ visibleTo: "@ann:x", options });
    });
});
