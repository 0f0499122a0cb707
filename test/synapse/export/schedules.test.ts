import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { diffBundles } from "../../../src/bundle/diff/diff.ts";
import { openArchive } from "../../../src/bundle/open-bundle.ts";
import { verifyBundle } from "../../../src/bundle/verify/verify.ts";
import { roomMark } from "../../../src/exports/scheduled/scheduled-job.ts";
import { runProgram } from "../../support/command-line.ts";
import { fillRoom, type FullRoom } from "../../support/full-room.ts";
import { startService, type Service } from "../../support/service.ts";
import { sharedSynapse } from "../../support/shared-synapse.ts";
import { until } from "../../support/until.ts";

const HOUR = 3600_000;
const SHIFTED_CLOCK = fileURLToPath(new URL("../../support/shifted-clock.ts", import.meta.url));

describe("rooms that are exported by a schedule", () => {
  let service: Service;
  let room: FullRoom;
  let folder: string;
  let archive: string;
  let spaceId: string;
  /** half past an hour, by the service's clock */
  const begun = Math.floor(Date.now() / HOUR) * HOUR + HOUR / 2;
  before(async () => {
    const synapse = await sharedSynapse();
    room = await fillRoom(synapse, "12");
    folder = await mkdtemp(join(tmpdir(), "roomporter-schedules-"));
    archive = join(folder, "archive");
    await setClock(0);
    spaceId = await room.ann.createRoom({ creation_content: { type: "m.space" }, name: "All" });
    await room.ann.setState(spaceId, "m.space.child", { via: [synapse.serverName] }, room.roomId);
    const registration = synapse.takeRegistration();
    const config = {
      schedules: {
        hourly: {
          cron: "0 * * * *",
          rooms: [room.roomId],
          as: room.ann.userId,
          to: archive,
          mode: "increments",
          keep: 2,
        },
        spaces: { cron: "0 * * * *", spaces: [spaceId], as: room.ann.userId },
        // nobody of the service is there
        elsewhere: { cron: "0 * * * *", rooms: ["!none:acme.test"] },
      },
    };
    const env = { NODE_OPTIONS: `--import=${SHIFTED_CLOCK}`, SHIFTED_CLOCK: join(folder, "clock") };
    service = await startService({ synapse, registration, config, env });
    // its first exports were asked for at the start, and failed
    await until(async () => (await jobs()).every(({ state }) => state === "failed"));
    await room.ann.invite(room.roomId, service.userId);
    await room.ann.invite(spaceId, service.userId);
    await until(async () => (await isInside(room.roomId)) && (await isInside(spaceId)));
  });
  after(async () => {
    await service.close();
    await rm(folder, { recursive: true });
  });

  const setClock = (hours: number): Promise<void> =>
    writeFile(join(folder, "clock"), String(begun + hours * HOUR - Date.now()));
  const asked = async (path: string): Promise<Response> =>
    fetch(`${service.url}${path}`, { headers: { authorization: `Bearer ${service.adminToken}` } });
  const bundles = async (): Promise<string[]> => (await readdir(archive)).sort();
  const nameAt = (hours: number): string => {
    const time = new Date(Math.floor(begun / HOUR) * HOUR + hours * HOUR).toISOString();
    return `hourly-${time.replace(/[-:]|\.\d+/g, "")}-${roomMark(room.roomId)}.zip`;
  };
  /** The service is there again after so many hours. */
  async function later(hours: number): Promise<void> {
    await service.kill();
    await setClock(hours);
    await service.start();
    const id = nameAt(hours).slice(0, -4);
    await until(async () => (await jobs()).some(({ job_id, state }) => job_id === id && state === "succeeded"));
  }
  async function positionOf(hours: number): Promise<unknown> {
    const response = await asked(`/v1/jobs/${nameAt(hours).replace(".zip", "")}`);
    const { report } = (await response.json()) as { report: { chain: { position: unknown } } };
    return report.chain.position;
  }

  interface ShownJob {
    job_id: string;
    state: string;
    requester: string;
    report: { chain: { position: number; base?: string } };
  }
  const jobs = async (): Promise<ShownJob[]> => {
    const { jobs: all } = (await (await asked("/v1/jobs")).json()) as { jobs: ShownJob[] };
    return all.filter(({ requester }) => requester === "schedule:hourly");
  };
  const isInside = async (roomId: string): Promise<boolean> =>
    (await room.ann.state(roomId)).some(
      ({ type, state_key, content }) =>
        type === "m.room.member" && state_key === service.userId && content["membership"] === "join",
    );
  const whole = async (name: string): Promise<string> => {
    const file = join(folder, name);
    const { code, stderr } = await runProgram(["room", "export", room.roomId, "-o", file], {
      env: { ROOMPORTER_URL: service.url, ROOMPORTER_TOKEN: room.ann.token },
    });
    expect(code, stderr).to.equal(0);
    return file;
  };

  it("go on from each other, and together are what one export of today is", async () => {
    await later(1);
    await room.ann.edit(room.roomId, room.events.plain, "said otherwise");
    await room.bob.redact(room.roomId, room.events.image, "never mind");
    await room.ann.say(room.roomId, "within the second hour");
    await later(2);
    expect(await bundles()).to.deep.equal([nameAt(1), nameAt(2)]);
    expect([await positionOf(1), await positionOf(2)]).to.deep.equal([0, 1]);
    const files = [nameAt(1), nameAt(2)].map((name) => join(archive, name));
    for (const file of files) expect((await verifyBundle(file)).faults).to.deep.equal([]);
    const merged = join(folder, "merged.zip");
    expect((await runProgram(["bundle", "merge", ...files, "-o", merged])).code).to.equal(0);
    expect(await diffBundles(merged, await whole("whole.zip"))).to.deep.include({ equivalent: true, differences: [] });
    const increment = await openArchive(files[1] ?? "");
    expect(increment.head.counts.events).to.be.within(3, 6);
    expect(increment.head.exported_by).to.equal(room.ann.userId);
    await increment.close();
  });

  it("are kept in the number that the schedule says, with what they go on from, and nothing else is touched", async () => {
    await writeFile(join(archive, "holiday.zip"), "not ours");
    await writeFile(join(archive, "holiday.zip.part"), "not ours");
    const others = ["holiday.zip", "holiday.zip.part"];
    await later(3);
    expect(await positionOf(3)).to.equal(0);
    // the sweep at the next start
    await later(4);
    expect(await positionOf(4)).to.equal(1);
    await service.kill();
    await service.start();
    await until(async () => (await bundles()).length === 4);
    expect(await bundles()).to.have.members([...others, nameAt(3), nameAt(4)]);
    expect(await readFile(join(archive, "holiday.zip"), "utf8")).to.equal("not ours");
  });

  it("are asked for once, and given to admins over HTTP; the audit log names the schedule", async () => {
    const all = await jobs();
    expect(all.map(({ job_id: id }) => id)).to.have.members([0, 1, 2, 3, 4].map((hours) => nameAt(hours).slice(0, -4)));
    const id = nameAt(4).slice(0, -4);
    expect((await asked(`/v1/jobs/${id}/bundle`)).status).to.equal(200);
    const asAnn = await fetch(`${service.url}/v1/jobs/${id}`, {
      headers: { authorization: `Bearer ${room.ann.token}` },
    });
    expect(asAnn.status).to.equal(404);
    const { rows: entries } = (await (await asked(`/v1/audit?actor=schedule:hourly`)).json()) as {
      rows: { outcome: string; on_behalf_of: string; door: string }[];
    };
    expect(entries.map(({ outcome }) => outcome)).to.include.members(["granted", "done", "refused"]);
    expect(new Set(entries.map(({ on_behalf_of: user }) => user))).to.deep.equal(new Set([room.ann.userId]));
  });

  it("are exported as spaces where they are named so", async () => {
    const { jobs: all } = (await (await asked("/v1/jobs?kind=space_export")).json()) as { jobs: ShownJob[] };
    const newest = all.find(({ state }) => state === "succeeded");
    expect(newest).to.deep.include({ requester: "schedule:spaces" });
    const zip = join(folder, "space.zip");
    await writeFile(zip, Buffer.from(await (await asked(`/v1/jobs/${newest?.job_id}/bundle`)).arrayBuffer()));
    const { code, stdout } = await runProgram(["bundle", "show", zip, "--json"]);
    expect([code, stdout]).to.satisfy(([ended, text]: [number, string]) => ended === 0 && text.includes(room.roomId));
  });

  it("are called overdue by /ready and the metrics, and the service works all the same", async () => {
    expect(await (await asked("/ready")).json()).to.deep.equal({ ready: true, missing: [], warnings: [] });
    await setClock(8);
    await until(async () => /elsewhere \(1 of 1 rooms\)/.test(await (await asked("/ready")).text()));
    const { status } = await asked("/ready");
    expect(status).to.equal(200);
    const page = await (await asked("/metrics")).text();
    expect(page).to.include('roomporter_schedule_overdue{schedule="elsewhere"} 1\n');
  });
});
