import { expect } from "chai";
import { spaceImportFromOptions, spaceImportOptions } from "../../../../src/imports/space/options.ts";
import { RequestError } from "../../../../src/requests/failures/failure.ts";
import { parseOptions } from "../../../../src/requests/options/parse-options.ts";

describe("options of the import of a collection", () => {
  it("are none that are about a single room", () => {
    for (const options of [spaceImportOptions, spaceImportFromOptions])
      for (const [name, value] of Object.entries({ encrypted: true, invite_authors: true, into: "!a:x" }))
        expect(() => parseOptions(options, { [name]: value }), name)
          .to.throw(RequestError)
          .with.property("message")
          .that.contains(name);
  });
});
