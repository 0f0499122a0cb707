import { expect } from "chai";
import { errorFields } from "../../../../src/ports/logger.ts";

describe("an unexpected error in the log", () => {
  it("tells what and where, never what its message quotes", () => {
    const cause = new TypeError("a secret\n    at secret (place:1:2)\nsecret");
    const error = Object.assign(new Error("a secret\n    at secret (place:1:2)", { cause }), { code: "EWHATEVER" });
    const fields = errorFields(error);
    expect(JSON.stringify(fields)).not.to.contain("secret");
    expect(fields).to.include({ error: "Error", code: "EWHATEVER" });
    expect((fields["stack"] as string[])[0]).to.contain("error-fields.test.ts");
    expect(fields["cause"]).to.have.property("error", "TypeError");
    expect(errorFields("a secret")).to.deep.equal({ error: "string" });
  });
});
