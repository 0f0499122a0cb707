import { mkdtempSync, rmSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { JsonObject } from "../../src/matrix/json.ts";
import { openCollection } from "../../src/collections/open-collection.ts";
import { runProgram } from "../support/command-line.ts";
import { answerWith, forwardingServer } from "../support/forwarding-server.ts";
import type { MatrixClient } from "../support/matrix-client.ts";
import { freePort } from "../support/process.ts";
import { writeRegistration } from "../support/registration.ts";
import { expectSameCollection } from "../support/same-collection.ts";
import { seededRandom } from "../support/seeded-random.ts";
import { startService, type Service } from "../support/service.ts";
import { startSynapse, type Synapse } from "../support/synapse.ts";
import { registerUser } from "../support/users.ts";
import { Api } from "../synapse/http/api.ts";
import { addChild, makeSpace, withService } from "../synapse/spaces/space-tree.ts";

/** Of the large space: its rooms, those that may not travel among them, and the kills on the way out and in. */
const ROOMS = 40;
const REFUSED = 4;
const KILLS = { export: 3, import: 7 };
/** A homeserver at the other end of a network answers so much later, in milliseconds. */
const NETWORK_MS = 25;

/** A homeserver with its service, and somebody there. */
interface Side {
  synapse: Synapse;
  service: Service;
  user: MatrixClient;
}

/**
 * A space of three sub-spaces and forty rooms (some refused, some upgraded twice, with links among them) goes out of one homeserver
 * and into another, twice: once undisturbed, which shows how good the estimate of a dry run was, and once killed with -9 again and
 * again on both ways. What comes out of the second homeserver is what went out of the first.
 * @throws Error where anything is lost, doubled or different
 */
export async function moveSpace(seed: number): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), "roomporter-space-"));
  const random = seededRandom(seed);
  const sides: Side[] = [];
  try {
    const source = await side(dir, "ann");
    sides.push(source);
    const target = await side(dir, "ben");
    sides.push(target);
    const space = await seed40(source);
    say(`3 sub-spaces and ${String(ROOMS)} rooms are there`);
    await compareSpeeds(source, space);

    const collection = join(dir, "out.zip");
    await exportKilled(source, space, collection, random);
    const out = await openCollection(collection);
    const { counts } = out.index;
    await out.close();
    say(`exported, with ${String(KILLS.export)} kills: ${JSON.stringify(counts)}`);

    const dry = JSON.parse(
      await cli(target, ["--json", "space", "import", "-f", collection, "--dry-run"]),
    ) as JsonObject;
    const began = performance.now();
    await cli(target, ["--json", "space", "import", "-f", collection]);
    const took = (performance.now() - began) / 1000;
    const ratio = Number(dry["seconds"]) / took;
    say(
      `a dry run said ${String(dry["seconds"])} s, it took ${took.toFixed(1)} s: ${ratio.toFixed(2)} (must: 0.7 to 1.3)`,
    );

    const rooms = await importKilled(target, collection, random);
    for (const { room_id: roomId } of rooms) await target.user.join(roomId);
    const again = join(dir, "again.zip");
    await cli(target, ["space", "export", rooms[0]?.room_id ?? "", "-o", again]);
    await expectSameCollection(collection, again);
    say(
      `imported, with ${String(KILLS.import)} kills: ${String(rooms.length)} rooms, all of them as they were, and their tree`,
    );
  } finally {
    for (const { synapse, service } of sides) {
      await service.close();
      await synapse.close();
    }
    rmSync(dir, { recursive: true, force: true });
  }
}

async function side(dir: string, name: string): Promise<Side> {
  const url = `http://127.0.0.1:${String(await freePort())}`;
  const registration = writeRegistration(join(dir, `${name}.yaml`), { id: "porter", url });
  const synapse = await startSynapse({ registrations: [registration.file] });
  const config = { limits: { rooms_per_hour: 10_000 } };
  const service = await startService({ synapse, registration, config });
  return { synapse, service, user: await registerUser(synapse.url, name) };
}

async function cli(of: Pick<Side, "service" | "user">, args: string[]): Promise<string> {
  const env = { ROOMPORTER_URL: of.service.url, ROOMPORTER_TOKEN: of.user.token };
  const { code, stdout, stderr } = await runProgram(args, { env });
  if (code !== 0) throw new Error(`${args.join(" ")}: ${stderr}`);
  return stdout.toString();
}

/** Gives the space's id. */
async function seed40({ user, service }: Side): Promise<string> {
  const top = await makeSpace(user, "Company");
  const [north, south] = [await makeSpace(user, "North"), await makeSpace(user, "South")];
  const deep = await makeSpace(user, "Deep south");
  await addChild(user, top, north, { order: "a", suggested: true });
  await addChild(user, top, south, { order: "b" });
  await addChild(user, south, deep);
  const spaces = [top, north, south, deep];
  const rooms: string[] = [];
  let last: { roomId: string; eventId: string } | undefined;
  while (rooms.length < ROOMS) {
    const number = rooms.length;
    let name = `Room ${String(number)}`;
    let roomId = await user.createRoom({ name, ...(number === 10 || number === 20 ? { room_version: "10" } : {}) });
    const talk = async (): Promise<void> => {
      const first = await user.say(roomId, `${name}: good morning`);
      await user.react(roomId, first, "👍");
      if (last)
        await user.say(roomId, `see https://matrix.to/#/${last.roomId}/${last.eventId}?via=localhost`, {
          "m.relates_to": { "m.in_reply_to": { event_id: first } },
        });
      await user.edit(roomId, first, `${name}: good morning, everybody`);
      if (number % 8 === 0) {
        const url = await user.upload(Buffer.from(`the file of ${name}`), "text/plain", "notes.txt");
        await user.send(roomId, "m.room.message", { msgtype: "m.file", body: "notes.txt", url });
      }
      last = { roomId, eventId: first };
    };
    const take = async (): Promise<void> => {
      rooms.push(roomId);
      const parent = spaces[number % spaces.length] ?? top;
      await addChild(user, parent, roomId, number % 5 === 0 ? { suggested: true } : {});
    };
    await talk();
    await take();
    if (number === 10 || number === 20)
      for (const version of ["11", "12"]) {
        const path = `/_matrix/client/v3/rooms/${encodeURIComponent(roomId)}/upgrade`;
        const { replacement_room } = await user.request("POST", path, { json: { new_version: version } });
        roomId = String(replacement_room);
        name = `Room ${String(number)} in version ${version}`;
        await user.setState(roomId, "m.room.name", { name });
        await talk();
        await take();
      }
    if (number > 0 && number % Math.floor(ROOMS / REFUSED) === 5)
      await user.setState(roomId, "m.bridge", { protocol: { id: "irc" } }, "irc");
  }
  await withService(user, service, [...spaces, ...rooms]);
  return top;
}

/** One room after another against several side by side, over a network, by turns. */
async function compareSpeeds({ synapse, service, user }: Side, space: string): Promise<void> {
  const network = await forwardingServer(synapse.url, async ({ response, forward }) => {
    await sleep(NETWORK_MS);
    answerWith(response, await forward());
  });
  const before = await readFile(service.configFile, "utf8");
  const config = JSON.parse(before) as { homeserver: JsonObject; limits: JsonObject };
  config.homeserver["url"] = network.url;
  const { limits } = config;
  const seconds = { alone: 0, together: 0 };
  for (const how of ["alone", "together", "together", "alone"] as const) {
    config.limits = { ...limits, ...(how === "alone" ? { rooms_at_once: 1 } : {}) };
    await writeFile(service.configFile, JSON.stringify(config));
    await restart(service);
    const api = new Api(service, user.token);
    const began = performance.now();
    const job = await api.ended(await startExport(api, space));
    if (job["state"] !== "succeeded") throw new Error(JSON.stringify(job["error"]));
    seconds[how] += (performance.now() - began) / 1000;
  }
  await writeFile(service.configFile, before);
  await restart(service);
  await network.close();
  const { alone, together } = seconds;
  say(
    `over a network of ${String(NETWORK_MS)} ms: one after another ${alone.toFixed(1)} s, side by side ${together.toFixed(1)} s: ` +
      `${(together / alone).toFixed(2)} (must: 0.5)`,
  );
}

async function restart(service: Service): Promise<void> {
  await service.stop();
  await service.start();
}

/** Gives the job's id. */
async function startExport(api: Api, space: string): Promise<string> {
  const { status, body } = await api.json(`/v1/spaces/${encodeURIComponent(space)}/exports`, "POST");
  if (status !== 202) throw new Error(JSON.stringify(body));
  return String(body["job_id"]);
}

async function exportKilled(of: Side, space: string, file: string, random: () => number): Promise<void> {
  const api = new Api(of.service, of.user.token);
  const jobId = await startExport(api, space);
  await killOnTheWay(api, jobId, KILLS.export, random, () => of.service);
  await requireSucceeded(api, jobId);
  const bundle = await api.fetch(`/v1/jobs/${jobId}/bundle`);
  await writeFile(file, Buffer.from(await bundle.arrayBuffer()));
}

/** Gives the new rooms, the space first. */
async function importKilled(of: Side, file: string, random: () => number): Promise<{ room_id: string }[]> {
  const api = new Api(of.service, of.user.token);
  const form = new FormData();
  form.append("bundle", new Blob([await readFile(file)]), "space.zip");
  form.append("again", "true");
  const answer = await api.fetch("/v1/spaces/import", { method: "POST", body: form });
  const { job_id: jobId } = (await answer.json()) as { job_id: string };
  await killOnTheWay(api, jobId, KILLS.import, random, () => (random() < 0.3 ? of.synapse : of.service));
  const { rooms } = (await requireSucceeded(api, jobId))["report"] as { rooms: { room_id: string }[] };
  return rooms;
}

/** Kills so many times, spread over what the job does, and starts again what was killed. */
async function killOnTheWay(
  api: Api,
  jobId: string,
  kills: number,
  random: () => number,
  victim: () => Pick<Service, "kill" | "start">,
): Promise<void> {
  for (let kill = 0; kill < kills; kill++) {
    const part = (kill + random()) / kills;
    for (;;) {
      const { state, progress } = (await api.json(`/v1/jobs/${jobId}`)).body as {
        state: string;
        progress: { done: number; total: number | null };
      };
      if (state !== "queued" && state !== "running") throw new Error(`${state} after ${String(kill)} kills`);
      if (progress.total !== null && progress.done >= part * progress.total) break;
      await sleep(10);
    }
    const killed = victim();
    await killed.kill();
    await killed.start();
  }
}

async function requireSucceeded(api: Api, jobId: string): Promise<JsonObject> {
  const job = await api.ended(jobId);
  if (job["state"] !== "succeeded") throw new Error(JSON.stringify(job["error"]));
  return job;
}

function say(text: string): void {
  process.stdout.write(`      ${text}\n`);
}
