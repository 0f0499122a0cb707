import { newSeed, tell } from "./figures.ts";
import { tortureRound } from "./round.ts";

const SETTINGS = { database: "sqlite", seed: newSeed(), imports: 6, exports: 6, kills: 12 } as const;

describe(`torture on SQLite, one process (SEED=${SETTINGS.seed})`, function () {
  this.timeout(360_000);

  it(`${SETTINGS.imports} imports and ${SETTINGS.exports} exports end right, whatever goes wrong`, async () => {
    tell(await tortureRound(SETTINGS));
  });
});
