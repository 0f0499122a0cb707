import { expect } from "chai";
import { jobIdOf } from "../../../src/requests/job-id.ts";

describe("a job's id", () => {
  it("is the same for the same named request of the same person, and for no other", () => {
    const id = jobIdOf("@ann:acme.org", "$command");
    expect(id).to.match(/^[0-9a-f]{16}$/);
    expect(jobIdOf("@ann:acme.org", "$command")).to.equal(id);
    expect(jobIdOf("@bob:acme.org", "$command")).to.not.equal(id);
    expect(jobIdOf("@ann:acme.org", "$other")).to.not.equal(id);
  });

  it("is new for every request without a name", () => {
    expect(jobIdOf("@ann:acme.org", undefined)).to.not.equal(jobIdOf("@ann:acme.org", undefined));
  });
});
