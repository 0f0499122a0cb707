import { expect } from "chai";
import { lastDue, nextDue, wrongTimes } from "../../../../src/exports/scheduled/schedule.ts";

const at = (text: string): number => Date.parse(text);

describe("the times of a schedule", () => {
  const nightly = { cron: "0 3 * * *", time_zone: "Europe/Berlin" };

  it("are those of its time zone, also where the clock changes", () => {
    const due = (now: string): [string, string] =>
      [lastDue(nightly, at(now)), nextDue(nightly, at(now))].map((time) => new Date(time ?? 0).toISOString()) as [
        string,
        string,
      ];
    expect(due("2026-11-29T09:00:00Z")).to.deep.equal(["2026-11-29T02:00:00.000Z", "2026-11-30T02:00:00.000Z"]);
    expect(due("2026-07-01T00:59:59Z")).to.deep.equal(["2026-06-30T01:00:00.000Z", "2026-07-01T01:00:00.000Z"]);
  });

  it("count from their very second on", () => {
    const hourly = { cron: "0 * * * *", time_zone: "UTC" };
    for (const [now, due] of [
      ["2026-11-29T08:59:59.999Z", "2026-11-29T08:00:00Z"],
      ["2026-11-29T09:00:00.000Z", "2026-11-29T09:00:00Z"],
      ["2026-11-29T09:00:00.999Z", "2026-11-29T09:00:00Z"],
    ] as const)
      expect(lastDue(hourly, at(now)), now).to.equal(at(due));
  });

  it("are refused where they are none", () => {
    const now = at("2026-11-29T09:00:00Z");
    const wrong = (cron: string, time_zone = "UTC"): string | undefined => wrongTimes({ cron, time_zone }, now)?.key;
    for (const cron of ["", "0 3 * *", "0 3 * * 9", "* * * * * *", "@daily", "0 0 30 2 *", "2026-12-01T00:00:00"])
      expect(wrong(cron), cron).to.equal("cron");
    expect(wrong("0 3 * * *", "Europe/Berlim")).to.equal("time_zone");
    expect([wrong("0 3 * * *"), wrong("*/15 8-18 * * MON-FRI", "Asia/Kathmandu")]).to.deep.equal([
      undefined,
      undefined,
    ]);
  });
});
