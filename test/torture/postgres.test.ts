import { describeOnPostgres } from "../support/shared-postgres.ts";
import { newSeed, tell } from "./figures.ts";
import { tortureRound } from "./round.ts";

const SETTINGS = { database: "postgres", seed: newSeed(), imports: 12, exports: 12, kills: 20 } as const;

describeOnPostgres(`torture on PostgreSQL, three workers (SEED=${SETTINGS.seed})`, function () {
  this.timeout(600_000);

  it(`${SETTINGS.imports} imports and ${SETTINGS.exports} exports end right, whatever goes wrong`, async () => {
    tell(await tortureRound(SETTINGS));
  });
});
