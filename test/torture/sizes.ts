import type { RoundSettings } from "./round.ts";

type Sizes = Record<RoundSettings["database"], Omit<RoundSettings, "seed">>;

/** Of one round: two minutes or so on a machine that has nothing else to do. */
export const SIZES = {
  sqlite: { database: "sqlite", imports: 8, exports: 8, kills: 24 },
  postgres: { database: "postgres", imports: 16, exports: 16, kills: 40 },
} as const satisfies Sizes;

/** Of one in the test command, which has little time. */
export const SHORT = {
  sqlite: { database: "sqlite", imports: 2, exports: 2, kills: 6 },
  postgres: { database: "postgres", imports: 4, exports: 4, kills: 10 },
} as const satisfies Sizes;
