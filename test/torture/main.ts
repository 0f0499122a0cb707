// npm run torture -- --minutes N [--seed S] [--database sqlite|postgres]: round after round until the time is over.
// npm run torture -- --space [--seed S]: a large space, out of one homeserver and into another.
// npm run torture -- --encrypted: a room of 500 encrypted events, out with the keys of a client, and in again.
import { randomInt } from "node:crypto";
import { parseArgs } from "node:util";
import { findPostgres } from "../../scripts/postgres.js";
import { sum, tell } from "./figures.ts";
import { moveEncrypted } from "./encrypted.ts";
import { tortureRound, type RoundFigures, type RoundSettings } from "./round.ts";
import { SIZES } from "./sizes.ts";
import { moveSpace } from "./space.ts";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "10" },
    seed: { type: "string" },
    database: { type: "string" },
    space: { type: "boolean", default: false },
    encrypted: { type: "boolean", default: false },
  },
});
const minutes = Number(values.minutes);
const first = values.seed === undefined ? randomInt(1_000_000) : Number(values.seed);
const wanted = values.database;
if (
  !(minutes > 0) ||
  !Number.isInteger(first) ||
  (wanted !== undefined && wanted !== "sqlite" && wanted !== "postgres")
)
  throw new Error(
    "usage: npm run torture -- [--minutes N] [--seed NUMBER] [--database sqlite|postgres] | --space | --encrypted",
  );

if (values.space) {
  console.log(`a large space, seed ${first}`);
  await moveSpace(first);
  process.exit(0);
}

if (values.encrypted) {
  await moveEncrypted();
  process.exit(0);
}

const both = findPostgres() === undefined ? (["sqlite"] as const) : (["sqlite", "postgres"] as const);
if (both.length === 1) console.log("NOT RUN: rounds on PostgreSQL: this machine has none");
const databases: readonly RoundSettings["database"][] = wanted === undefined ? both : [wanted];

const until = Date.now() + minutes * 60_000;
const rounds: RoundFigures[] = [];
for (let i = 0; Date.now() < until; i++) {
  const size = SIZES[databases[i % databases.length] ?? "sqlite"];
  const seed = first + i;
  console.log(`round ${i + 1}: ${size.database}, seed ${seed}, ${new Date().toISOString()}`);
  try {
    const figures = await tortureRound({ ...size, seed });
    rounds.push(figures);
    tell(figures);
  } catch (error) {
    console.error(error);
    console.error(
      `round ${i + 1} FAILED. Again: npm run torture -- --minutes 1 --seed ${seed} --database ${size.database}`,
    );
    process.exit(1);
  }
}
const total = sum(rounds);
console.log(
  `${rounds.length} rounds, first seed ${first}: 0 lost, 0 doubled, 0 reordered, nothing left over; ${total.retried} retried`,
);
tell(total);
process.exit(0);
