import { expect } from "chai";
import { exportParams, readExportParams } from "../../../src/exports/params.ts";
import type { Job } from "../../../src/ports/job-store.ts";

describe("what a queued export knows", () => {
  for (const options of [{ media: true }, { media: false, viewer: true, since: 1, until: 2 }])
    it(`is what was asked for: ${JSON.stringify(options)}`, () => {
      const params = exportParams("@ann:x", options);
      const read = readExportParams({ params: JSON.parse(JSON.stringify(params)) as Job["params"] } as Job);
      expect(read).to.deep.equal({ visibleTo: "@ann:x", options });
    });
});
