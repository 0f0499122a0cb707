// npm run bench -- --against FOLDER: this checkout and another one (with its node_modules) by turns, on one homeserver.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { sampleConversation } from "../demo/sample.ts";
import { postImport } from "../test/support/imported-room.ts";
import type { MatrixClient } from "../test/support/matrix-client.ts";
import { freePort } from "../test/support/process.ts";
import { writeRegistration } from "../test/support/registration.ts";
import { PROGRAM, startService, type Service } from "../test/support/service.ts";
import { writeClock } from "../test/support/shared-synapse.ts";
import { startSynapse } from "../test/support/synapse.ts";
import { registerUser } from "../test/support/users.ts";
import { meter } from "./process-usage.ts";

const TO_EXPORT = 2000;
const TO_IMPORT = 200;
const EXPORTS = 9;
const IMPORTS = 4;

interface Sample {
  seconds: number;
  /** milliseconds */
  cpu: number;
  /** megabytes */
  peak: number;
}

const other = process.argv[process.argv.indexOf("--against") + 1];
if (other === undefined) throw new Error("--against takes the folder of another checkout");
const dir = mkdtempSync(join(tmpdir(), "roomporter-against-"));
const clock = writeClock(join(dir, "clock.yaml"));
const registrations = await Promise.all(
  ["this", "other"].map(async (id) =>
    writeRegistration(join(dir, `${id}.yaml`), { id, url: `http://127.0.0.1:${await freePort()}` }),
  ),
);
const synapse = await startSynapse({ registrations: [clock, ...registrations].map(({ file }) => file) });
const programs = { this: PROGRAM, other: join(resolve(other), "bin", "roomporter.js") };
const services: [keyof typeof programs, Service][] = [];
try {
  for (const [index, name] of (["this", "other"] as const).entries()) {
    const registration = registrations[index];
    if (!registration) throw new Error("no registration");
    services.push([name, await startService({ synapse, registration, program: [process.execPath, programs[name]] })]);
  }
  await compare();
} finally {
  for (const [, service] of services) await service.close();
  await synapse.close();
  rmSync(dir, { recursive: true, force: true });
}

async function compare(): Promise<void> {
  const user = await registerUser(synapse.url, "ann");
  const large = await fill(user, TO_EXPORT);
  const exported = await byTurns(EXPORTS, (service) => exportRoom(service, user, large));
  report(`export of ${TO_EXPORT} messages`, exported);
  const small = await fill(user, TO_IMPORT);
  const [, first] = services[0] ?? [];
  if (!first) throw new Error("no service");
  const bundle = join(dir, "room.zip");
  writeFileSync(bundle, await exportRoom(first, user, small));
  const imported = await byTurns(IMPORTS, async (service) => {
    const { status } = await postImport(service, user.token, bundle, { wait: 300 });
    if (status !== 201) throw new Error(`import → ${status}`);
  });
  report(`import of ${TO_IMPORT} messages`, imported);
}

/** The first turn of each is not counted: it warms up. Who goes first changes, so that neither always follows the other's work. */
async function byTurns(rounds: number, act: (service: Service) => Promise<unknown>): Promise<Record<string, Sample[]>> {
  const samples: Record<string, Sample[]> = { this: [], other: [] };
  for (let round = 0; round <= rounds; round++)
    for (const [name, service] of round % 2 === 0 ? services : services.toReversed()) {
      const used = meter(service.pid);
      const begun = performance.now();
      await act(service);
      const seconds = (performance.now() - begun) / 1000;
      if (round > 0) samples[name]?.push({ seconds, ...used() });
    }
  return samples;
}

/** Time and CPU of the median turn, memory of the worst. */
function report(what: string, samples: Record<string, Sample[]>): void {
  const [ours, theirs] = ["this", "other"].map((name) => ({
    seconds: median(samples[name]?.map(({ seconds }) => seconds) ?? []),
    cpu: median(samples[name]?.map(({ cpu }) => cpu) ?? []),
    peak: Math.max(...(samples[name] ?? []).map(({ peak }) => peak)),
  }));
  if (!ours || !theirs) return;
  const line = ({ seconds, cpu, peak }: Sample): string =>
    `${seconds.toFixed(3)} s, CPU ${cpu.toFixed(0)} ms, peak ${peak.toFixed(0)} MB`;
  const ratio = `time ${(ours.seconds / theirs.seconds).toFixed(2)}, CPU ${(ours.cpu / theirs.cpu).toFixed(2)}`;
  console.log(`${what}: this ${line(ours)}; other ${line(theirs)}; this by other: ${ratio}`);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;
}

async function fill(user: MatrixClient, messages: number): Promise<string> {
  const roomId = await user.createRoom({ preset: "private_chat", name: "Bench" });
  const lines = sampleConversation();
  const dated = user.through(clock.asToken);
  const talk = async (from: number): Promise<void> => {
    for (let i = from; i < messages; i += 4) {
      const line = lines[i % lines.length];
      if (line) await dated.say(roomId, line.body, {}, line.ts + i * 1000);
    }
  };
  await Promise.all([0, 1, 2, 3].map(talk));
  return roomId;
}

async function exportRoom(service: Service, user: MatrixClient, roomId: string): Promise<Buffer> {
  const path = `${service.url}/v1/rooms/${encodeURIComponent(roomId)}/export`;
  const response = await fetch(path, { headers: { authorization: `Bearer ${user.token}` } });
  if (!response.ok) throw new Error(`export → ${response.status} ${await response.text()}`);
  return Buffer.from(await response.arrayBuffer());
}
