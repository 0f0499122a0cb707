import { expect } from "chai";
import { clockOf, instantOf, isOfCalendar } from "../../../../src/render/words/when.ts";

const DAY_MS = 86_400_000;
const [FIRST, LAST] = [Date.parse("0000-01-01T00:00:00Z"), Date.parse("9999-12-31T23:59:59.999Z")];

describe("the words for a time", () => {
  const edges = [
    FIRST,
    LAST,
    0,
    -1,
    1,
    999,
    1000,
    DAY_MS - 1,
    DAY_MS,
    -DAY_MS,
    -DAY_MS - 1,
    951_782_400_000,
    1.5,
    -1.5,
  ];
  const others = Array.from(
    { length: 2000 },
    (_, at) => FIRST + Math.floor(((LAST - FIRST) / 2000) * at) + at * 1_234_567,
  );

  it("are those of the calendar, before 1970 and between milliseconds, too", () => {
    for (const ts of [...edges, ...others].filter(isOfCalendar)) {
      const instant = new Date(ts).toISOString();
      expect(instantOf(ts), String(ts)).to.equal(instant);
      if (Number.isInteger(ts)) expect(clockOf(ts), String(ts)).to.equal(instant.slice(11, 16));
    }
  });

  it("say a time beyond it as it is", () => {
    for (const ts of [FIRST - 1, LAST + 1, 2 ** 60, NaN])
      expect([instantOf(ts), clockOf(ts)]).to.deep.equal([`${ts} ms`, "--:--"]);
  });
});
