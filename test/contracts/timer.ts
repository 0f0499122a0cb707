import { expect } from "chai";
import type { Timer } from "../../src/ports/timer.ts";

/** What every Timer does. */
export function timerContract(make: () => Timer): void {
  const errorOf = (act: Promise<unknown>): Promise<unknown> =>
    act.then(
      () => undefined,
      (error: unknown) => error,
    );

  it("sleeps at least as long as was asked, by its own clock", async () => {
    const timer = make();
    for (const milliseconds of [0, 1, 5]) {
      const before = timer.monotonic();
      await timer.sleep(milliseconds);
      // timers of the system go by whole milliseconds
      expect(timer.monotonic() - before).to.be.at.least(milliseconds - 1);
    }
  });

  it("lets others go on meanwhile", async () => {
    const order: string[] = [];
    const sleeping = make()
      .sleep(0)
      .then(() => order.push("slept"));
    await Promise.resolve().then(() => order.push("went on"));
    await sleeping;
    expect(order).to.deep.equal(["went on", "slept"]);
  });

  it("ends with the signal's reason, before it slept and while it sleeps", async () => {
    const reason = new Error("enough");
    const timer = make();
    expect(await errorOf(timer.sleep(60_000, AbortSignal.abort(reason)))).to.equal(reason);
    const controller = new AbortController();
    const sleeping = errorOf(timer.sleep(60_000, controller.signal));
    controller.abort(reason);
    expect(await sleeping).to.equal(reason);
  });
}
