import { expect } from "chai";
import { jobError } from "../../../../src/requests/failures/job-error.ts";
import { REFUSALS } from "../../../../src/policy/refusals.ts";
import { refuse } from "../../../../src/requests/failures/refuse.ts";
import { sentenceOf } from "../../../../src/requests/failures/sentence.ts";

const faults = Array.from({ length: 7 }, (_, n) => ({ code: `c${n}`, message: `Fault ${n}.` }));

describe("an error as a sentence", () => {
  it("is the message, then its reasons, then what to do", () => {
    expect(sentenceOf({ message: "It failed." })).to.equal("It failed.");
    expect(sentenceOf({ message: "It failed.", reasons: faults.slice(0, 2) })).to.equal("It failed: Fault 0. Fault 1.");
    expect(sentenceOf({ message: "It failed." }, { next: "try again" })).to.equal("It failed: try again");
  });

  it("says nothing twice where the message is one of the reasons", () => {
    expect(sentenceOf({ message: "Fault 0.", reasons: faults.slice(0, 2) })).to.equal("Fault 0. Fault 1.");
    const message = REFUSALS.scope_incognito;
    try {
      refuse([{ code: "scope_incognito", message }]);
    } catch (error) {
      expect(jobError(error)).to.deep.equal({ errcode: "IO.ROOMPORTER.REFUSED", error: message, retry: false });
      return;
    }
    expect.fail("a refusal must be thrown");
  });

  it("shows so many reasons as its door has room for, with codes where it wants them", () => {
    const shown = sentenceOf(
      { message: "It failed", reasons: faults },
      { most: 2, codes: true, elsewhere: "--json shows them" },
    );
    expect(shown).to.equal("It failed: Fault 0. [c0] Fault 1. [c1] And 5 more: --json shows them.");
  });
});
