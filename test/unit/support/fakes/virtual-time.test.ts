import { expect } from "chai";
import { timerContract } from "../../../contracts/timer.ts";
import { VirtualTime } from "../../../support/fakes/virtual-time.ts";

describe("virtual time", () => {
  timerContract(() => new VirtualTime());

  it("remembers what was slept, without waiting for it", async () => {
    const time = new VirtualTime();
    await time.sleep(3_600_000);
    await time.sleep(5);
    expect([time.slept, time.monotonic()]).to.deep.equal([[3_600_000, 5], 3_600_005]);
  });
});
