import { describeOnPostgres } from "../support/shared-postgres.ts";
import { tell } from "./figures.ts";
import { tortureRound, type RoundSettings } from "./round.ts";
import { SHORT } from "./sizes.ts";

/** The same kills and troubles in every run, as far as the machine is as fast; `npm run torture` draws others. */
const SEED = Number(process.env["SEED"] ?? 414);

function endsRight(size: Omit<RoundSettings, "seed">): void {
  const { imports, exports } = size;
  it(`${imports} imports and ${exports} exports end right, whatever breaks`, async function () {
    this.timeout(600_000);
    tell(await tortureRound({ ...size, seed: SEED }));
  });
}

describe(`torture on SQLite, one process (SEED=${SEED})`, () => endsRight(SHORT.sqlite));
describeOnPostgres(`torture on PostgreSQL, 3 workers (SEED=${SEED})`, () => endsRight(SHORT.postgres));
