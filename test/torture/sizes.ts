import type { RoundSettings } from "./round.ts";

/** Of one round: two minutes or so on a machine that has nothing else to do. */
export const SIZES = {
  sqlite: { database: "sqlite", imports: 8, exports: 8, kills: 24 },
  postgres: { database: "postgres", imports: 16, exports: 16, kills: 40 },
} as const satisfies Record<RoundSettings["database"], Omit<RoundSettings, "seed">>;
