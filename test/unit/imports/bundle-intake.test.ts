import { expect } from "chai";
import { requireGoodBundle } from "../../../src/imports/bundle-intake.ts";
import { RequestError } from "../../../src/requests/failures/failure.ts";
import { temporaryDirectory } from "../bundle/sample.ts";
import { writeSampleCollection } from "../collections/sample-collection.ts";

describe("a bundle that came for an import", () => {
  it("is refused as a collection where it is one, with what to do", async () => {
    const directory = await temporaryDirectory();
    try {
      const file = await writeSampleCollection(directory.path, "rooms.zip");
      const error = await requireGoodBundle(file, async () => []).catch((reason: unknown) => reason);
      if (!(error instanceof RequestError)) throw error;
      expect(error).to.include({ kind: "invalid", errcode: "IO.ROOMPORTER.BAD_BUNDLE" });
      expect(error.message).to.contain("collection of rooms").and.to.contain("roomporter space import");
      expect(error.reasons.map(({ code }) => code)).to.include("entry_name");
    } finally {
      await directory.remove();
    }
  });
});
