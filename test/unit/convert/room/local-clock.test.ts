import { expect } from "chai";
import { Ledger } from "../../../../src/convert/room/ledger.ts";
import { LocalClock } from "../../../../src/convert/room/local-clock.ts";

describe("a clock in a time zone", () => {
  function read(zone: string, ...times: string[]): { times: (string | undefined)[]; codes: string[] } {
    const ledger = new Ledger();
    const clock = new LocalClock(zone, ledger);
    const found = times.map((text) => {
      const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = text.split(/\D/).map(Number);
      const time = clock.read({ year, month, day, hour, minute, second });
      return time === undefined ? undefined : new Date(time).toISOString().slice(0, 19);
    });
    return { times: found, codes: ledger.entries.map(({ code }) => code) };
  }

  it("gives times in UTC, in summer and in winter", () => {
    expect(read("Europe/Berlin", "2026-07-01 12:00:00", "2026-12-01 12:00:00")).to.deep.equal({
      times: ["2026-07-01T10:00:00", "2026-12-01T11:00:00"],
      codes: ["time_zone_given"],
    });
    expect(read("Asia/Kathmandu", "2026-07-01 12:00:00").times).to.deep.equal(["2026-07-01T06:15:00"]);
  });

  it("tells an hour that was shown twice apart by the order of the times, and says so", () => {
    const shown = ["02:30:00", "02:59:59", "02:00:01", "02:30:00", "02:29:59", "03:00:00"].map(
      (time) => `2026-10-25 ${time}`,
    );
    expect(read("Europe/Berlin", ...shown)).to.deep.equal({
      times: ["00:30:00", "00:59:59", "01:00:01", "01:30:00", "01:29:59", "02:00:00"].map(
        (time) => `2026-10-25T${time}`,
      ),
      codes: ["time_repeated", "time_zone_given"],
    });
  });

  it("takes an hour that was never shown as an hour later, and says so", () => {
    expect(read("Europe/Berlin", "2026-03-29 02:30:00")).to.deep.equal({
      times: ["2026-03-29T01:30:00"],
      codes: ["time_skipped", "time_zone_given"],
    });
  });

  it("knows no day that there is not", () => {
    expect(read("UTC", "2026-02-30 10:00:00", "2026-02-28 24:10:00").times).to.deep.equal([undefined, undefined]);
  });
});
