// npm run bench: the report of docs/performance.md. npm run bench -- NAME…: some of its subjects alone; --plot FILE.svg: a picture, too.
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import type { Bench, OfflineBench, Row } from "./bench.ts";
import { bundleBench } from "./bundles.ts";
import { decryptBench } from "./decrypt.ts";
import { exportBench } from "./exports.ts";
import { DATABASES, startGround } from "./ground.ts";
import { importBench } from "./imports.ts";
import { laneBench } from "./lane.ts";
import { longExportBench } from "./long-exports.ts";
import { plot } from "./plot.ts";
import { isKept, report } from "./report.ts";

const ONLINE: Bench[] = [importBench];
const OFFLINE: OfflineBench[] = [exportBench, laneBench, longExportBench, bundleBench, decryptBench];

for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(130));
const { positionals: wanted, values } = parseArgs({ allowPositionals: true, options: { plot: { type: "string" } } });
const known = [...ONLINE, ...OFFLINE].map(({ name }) => name);
const unknown = wanted.filter((name) => !known.includes(name));
if (unknown.length > 0) throw new Error(`no such bench: ${unknown.join(", ")}. Known: ${known.join(", ")}`);
const isWanted = ({ name }: { name: string }): boolean => wanted.length === 0 || wanted.includes(name);

const rows: Row[] = [];
const take = (added: Row[]): void => {
  rows.push(...added);
  console.log(report(added));
};
if (ONLINE.some(isWanted))
  for (const database of DATABASES) {
    const ground = await startGround(database);
    try {
      for (const bench of ONLINE.filter(isWanted)) {
        console.log(`\n${bench.name} on ${database} …`);
        take(await bench.measure(ground));
      }
    } finally {
      await ground.close();
    }
  }
for (const bench of OFFLINE.filter(isWanted)) {
  console.log(`\n${bench.name} …`);
  take(await bench.measure());
}
console.log(`\n${report(rows)}\n`);
if (values.plot !== undefined) writeFileSync(values.plot, plot(rows));
const missed = rows.filter((row) => !isKept(row)).length;
console.log(missed === 0 ? "Every bound is kept." : `${missed} of ${rows.length} bounds are missed.`);
