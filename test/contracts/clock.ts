import { expect } from "chai";
import type { Clock } from "../../src/ports/clock.ts";

/** What every Clock does. */
export function clockContract(make: () => Clock): void {
  it("says milliseconds since the epoch, as a whole number that a date can be made of", () => {
    const clock = make();
    const [first, second] = [clock.now(), clock.now()];
    expect(Number.isSafeInteger(first)).to.equal(true);
    expect(second).to.be.at.least(first);
    expect(new Date(first).getUTCFullYear()).to.be.within(2026, 2100);
  });
}
