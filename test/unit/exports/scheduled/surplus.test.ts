import { expect } from "chai";
import { linkReport } from "../../../../src/exports/scheduled/chain.ts";
import { scheduledExportOf, scheduledJobId } from "../../../../src/exports/scheduled/scheduled-job.ts";
import { surplusOf, type KeptExport } from "../../../../src/exports/scheduled/surplus.ts";
import { scheduleOf } from "../../../support/schedule-of.ts";

describe("bundles of a schedule", () => {
  const night = (day: number, position?: number, room = "0123abcd"): KeptExport => ({
    id: scheduledJobId({ schedule: "nightly", due: Date.UTC(2026, 0, day), room }),
    job: position === undefined ? undefined : { report: { chain: linkReport({ position, bookmark: undefined }) } },
  });
  const surplus = (kept: KeptExport[], keep: number): number[] =>
    surplusOf(kept, { nightly: scheduleOf({ keep }) }).map((id) =>
      new Date(scheduledExportOf(id)?.due ?? 0).getUTCDate(),
    );

  it("are kept as many as it says, of each room", () => {
    const kept = [night(1), night(2), night(3), night(1, undefined, "00000000")];
    expect(surplus(kept, 2)).to.deep.equal([1]);
    expect(surplus(kept, 3)).to.deep.equal([]);
    expect(surplusOf(kept, {})).to.deep.equal([]);
    expect(surplusOf([{ id: "0123456789abcdef", job: undefined }], { nightly: scheduleOf({ keep: 1 }) })).to.deep.equal(
      [],
    );
  });

  it("are kept together with what they go on from", () => {
    const chains = [night(1, 0), night(2, 1), night(3, 2), night(4, 0), night(5, 1)];
    expect(surplus(chains, 3)).to.deep.equal([]);
    expect(surplus([...chains, night(6, 2)], 3)).to.deep.equal([3, 2, 1]);
    expect(surplus(chains, 2)).to.deep.equal([3, 2, 1]);
  });

  it("are told by their names", () => {
    const about = { schedule: "nightly-rooms", due: Date.UTC(2026, 10, 29, 2), room: "0123abcd" };
    expect(scheduledJobId(about)).to.equal("nightly-rooms-20261129T020000Z-0123abcd");
    expect(scheduledExportOf(scheduledJobId(about))).to.deep.equal(about);
    for (const id of ["0123456789abcdef", "nightly-20261329T020000Z-0123abcd", "backup", "nightly-20261129T020000Z-"])
      expect(scheduledExportOf(id), id).to.equal(undefined);
  });
});
