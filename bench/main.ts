import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sampleConversation } from "../demo/sample.ts";
import { ORIGIN } from "../src/matrix/names.ts";
import { postImport } from "../test/support/imported-room.ts";
import { MatrixClient } from "../test/support/matrix-client.ts";
import { freePort } from "../test/support/process.ts";
import { writeRegistration } from "../test/support/registration.ts";
import { startService } from "../test/support/service.ts";
import { writeClock } from "../test/support/shared-synapse.ts";
import { startSynapse } from "../test/support/synapse.ts";
import { registerUser } from "../test/support/users.ts";
import { bareExport, bareImport } from "./bare-loops.ts";
import { checkLargeBundle, type BundleCheck } from "./check-bundle.ts";
import { exportMadeUpRoom, type LongExport } from "./long-export.ts";
import { meter } from "./process-usage.ts";
import { cpuOfEvent, goalReport, report, type Goal, type Measurement } from "./report.ts";

/** Messages of the room that is exported, and of the one that is imported: an import takes some 30 ms a message. */
const TO_EXPORT = 2000;
const TO_IMPORT = 400;
const EXPORT_ROUNDS = 5;
const IMPORT_ROUNDS = 2;
/** Events of made-up rooms: how much more the long one needs than the short one. */
const SHORT = 2000;
const LONG = 200_000;
const LONG_ROUNDS = 2;

for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(130));
const dir = mkdtempSync(join(tmpdir(), "roomporter-bench-"));
const clock = writeClock(join(dir, "clock.yaml"));
const url = `http://127.0.0.1:${await freePort()}`;
const registration = writeRegistration(join(dir, "registration.yaml"), { id: "roomporter", url });
const synapse = await startSynapse({ registrations: [registration.file, clock.file] });
const service = await startService({ synapse, registration });
try {
  await main();
} finally {
  await service.close();
  await synapse.close();
  rmSync(dir, { recursive: true, force: true });
}

async function main(): Promise<void> {
  const people = await Promise.all(["ann", "ben", "cat", "dan"].map((name) => registerUser(synapse.url, name)));
  const [ann] = people;
  if (ann === undefined) throw new Error("nobody is there");

  console.log(`Filling a room with ${TO_EXPORT} messages …`);
  const large = await fill(people, TO_EXPORT);
  console.log(`Exporting it, ${EXPORT_ROUNDS} times, by turns with the bare loop …`);
  const exports = await measureExport(ann, large);

  console.log(`Filling a room with ${TO_IMPORT} messages …`);
  const small = await fill(people, TO_IMPORT);
  console.log(`Importing it, ${IMPORT_ROUNDS} times, by turns with the bare loop …`);
  const imports = await measureImport(ann, small);

  console.log(`Exporting made-up rooms of ${SHORT} and of ${LONG} events, ${LONG_ROUNDS} times …`);
  const short: LongExport[] = [];
  const long: LongExport[] = [];
  for (let round = 0; round < LONG_ROUNDS; round++) {
    short.push(await exportMadeUpRoom(SHORT));
    long.push(await exportMadeUpRoom(LONG));
  }

  console.log(`Checking a bundle of ${LONG} events and 1 GB of media …`);
  const checked = await checkLargeBundle(LONG, 1e9);

  const comparisons = [
    { name: "export", target: 0.9, ...exports },
    { name: "import", target: 0.95, ...imports },
  ];
  console.log(`\n${report(comparisons)}\n`);
  console.log(`${goalReport([...goals(short, long, imports.product), ...checkGoals(checked)])}\n`);
  console.log(
    "bare export: every page of /messages at limit 1000; bare import: PUT …/send?ts= with the contents that the import wrote",
  );
}

function goals(short: LongExport[], long: LongExport[], imported: Measurement): Goal[] {
  const peak = (exports: LongExport[]): number => Math.max(...exports.map(({ usage }) => usage.peak));
  const cpu = Math.max(...long.map(({ usage, events }) => usage.cpu / events));
  return [
    { name: `CPU of an exported event, of ${LONG}`, value: cpu, most: 0.15, unit: "ms", digits: 3 },
    {
      name: `memory of exporting ${LONG} above that of ${SHORT}`,
      value: peak(long) - peak(short),
      most: 30,
      unit: "MB",
      digits: 0,
    },
    {
      name: "CPU of an imported event, journal and all",
      value: cpuOfEvent(imported),
      most: 2,
      unit: "ms",
      digits: 2,
    },
  ];
}

function checkGoals({ verifySeconds, unzipSeconds, smallPeak, peak }: BundleCheck): Goal[] {
  const memory: Goal = {
    name: "memory of checking 1 GB above that of 10 MB",
    value: peak - smallPeak,
    most: 100,
    unit: "MB",
    digits: 0,
  };
  if (unzipSeconds === undefined) {
    console.log("NOT MEASURED: bundle verify against unzip -t, for there is no unzip on this machine");
    return [memory];
  }
  const ratio = verifySeconds / unzipSeconds;
  return [{ name: "bundle verify by the time of unzip -t", value: ratio, most: 1.5, unit: "times", digits: 2 }, memory];
}

/** A room with the sample's texts, over and over, by several people. */
async function fill(people: MatrixClient[], messages: number): Promise<string> {
  const [host, ...guests] = people;
  if (host === undefined) throw new Error("nobody is there");
  const roomId = await host.createRoom({ preset: "public_chat", name: "Bench" });
  for (const guest of guests) await guest.join(roomId);
  const lines = sampleConversation();
  const talk = async (who: MatrixClient, first: number): Promise<void> => {
    const dated = who.through(clock.asToken);
    for (let i = first; i < messages; i += people.length) {
      const line = lines[i % lines.length];
      if (line !== undefined) await dated.say(roomId, line.body, {}, line.ts + i * 1000);
    }
  };
  await Promise.all(people.map(talk));
  return roomId;
}

async function exportRoom(user: MatrixClient, roomId: string): Promise<Buffer> {
  const path = `${service.url}/v1/rooms/${encodeURIComponent(roomId)}/export`;
  const response = await fetch(path, { headers: { authorization: `Bearer ${user.token}` } });
  if (!response.ok) throw new Error(`export → ${response.status} ${await response.text()}`);
  return Buffer.from(await response.arrayBuffer());
}

async function measureExport(user: MatrixClient, roomId: string): Promise<{ bare: Measurement; product: Measurement }> {
  const events = await bareExport(synapse.url, user.token, roomId);
  await exportRoom(user, roomId); // both are warm now
  const bare: Measurement = { events, seconds: [], usage: [] };
  const product: Measurement = { events, seconds: [], usage: [] };
  for (let round = 0; round < EXPORT_ROUNDS; round++) {
    bare.seconds.push(await timed(() => bareExport(synapse.url, user.token, roomId)));
    const used = meter(service.pid);
    product.seconds.push(await timed(() => exportRoom(user, roomId)));
    product.usage.push(used());
  }
  return { bare, product };
}

async function measureImport(user: MatrixClient, roomId: string): Promise<{ bare: Measurement; product: Measurement }> {
  const bundle = join(dir, "room.zip");
  writeFileSync(bundle, await exportRoom(user, roomId));
  const importOnce = async (): Promise<string> => {
    const { status, body } = await postImport(service, user.token, bundle, { wait: 300 });
    if (status !== 201 || typeof body["room_id"] !== "string") throw new Error(`import → ${status}`);
    return body["room_id"];
  };
  const porter = new MatrixClient(synapse.url, service.asToken, service.userId);
  const imported = await importOnce();
  await user.join(imported);
  const written = (await user.timeline(imported)).filter(
    (event) => ORIGIN in event.content && event.state_key === undefined,
  );
  const bare: Measurement = { events: written.length, seconds: [], usage: [] };
  const product: Measurement = { events: written.length, seconds: [], usage: [] };
  for (let round = 0; round < IMPORT_ROUNDS; round++) {
    const empty = await porter.createRoom({ room_version: "12" });
    bare.seconds.push(await timed(() => bareImport(synapse.url, service.asToken, empty, written)));
    const used = meter(service.pid);
    product.seconds.push(await timed(importOnce));
    product.usage.push(used());
  }
  return { bare, product };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}
