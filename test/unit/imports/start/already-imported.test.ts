import { execFile } from "node:child_process";
import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { startImport, type StartImport } from "../../../../src/imports/start-import.ts";
import { importedRoomPolicy } from "../../../../src/imports/replay/make-room.ts";
import { UNKNOWN_CAPABILITIES } from "../../../../src/ports/homeserver/capabilities.ts";
import type { Job } from "../../../../src/ports/job-store.ts";
import { RequestError } from "../../../../src/requests/failures/failure.ts";
import { hourlyLimits } from "../../../../src/requests/limits/hourly.ts";
import { TurnsByOwner } from "../../../../src/requests/limits/turns-by-owner.ts";
import { operateWith } from "../../../../src/requests/operation.ts";
import type { Requester } from "../../../../src/requests/requester.ts";
import { MemoryHomeserver } from "../../../support/fakes/memory-homeserver/homeserver.ts";
import { memoryStores, type MemoryStores } from "../../../support/fakes/memory-stores.ts";
import { membership } from "../../../support/room-events.ts";
import { variedConversation } from "../../../support/varied-conversation.ts";

const SERVICE = "@service:x";
const NEW = "!new:x";
const by = (userId: string): Requester => ({ userId, adminToken: false, door: "http" });

describe("an import of a bundle that was imported before", () => {
  let folder: string;
  let talk: { file: string; remove: () => Promise<void> };
  let other: typeof talk;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "already-"));
    talk = await variedConversation(2, "talk").write();
    other = await variedConversation(3, "other").write();
  });
  after(async () => {
    await rm(folder, { recursive: true });
    await talk.remove();
    await other.remove();
  });

  let stores: MemoryStores;
  let homeserver: MemoryHomeserver;
  let start: StartImport;
  let storing: () => Promise<void>;
  let verifying: TurnsByOwner;
  beforeEach(() => {
    storing = async () => undefined;
    verifying = new TurnsByOwner(1);
    stores = memoryStores();
    homeserver = new MemoryHomeserver();
    for (const user of ["@ann:x", "@bob:x"]) homeserver.as(user);
    homeserver.addRoom(NEW, [membership(SERVICE, "join"), membership("@ann:x", "invite")]);
    start = startImport({
      operate: operateWith(() => "user", stores.audit),
      control: { get: (id) => stores.jobs.get(id), queue: (...of) => stores.jobs.create(...of) },
      jobAccess: { atMost: () => 10 },
      store: stores.jobs,
      policies: stores.policies,
      userStorage: { put: () => storing(), requireRoom: async () => undefined },
      bundles: { remove: async () => undefined },
      homeserver: homeserver.access(SERVICE),
      capabilities: async () => UNKNOWN_CAPABILITIES,
      serverName: "x",
      workspaces: {},
      access: { hides: async () => false },
      hourly: hourlyLimits({ rooms_per_hour: 20, invitations_per_hour: 10 }),
      verifying,
      authorMap: {},
      knownKeys: async () => [],
    });
  });

  const asked = async (
    of: { file?: string; user?: string; as?: string; again?: boolean; into?: string; requestId?: string } = {},
  ): Promise<Job | RequestError> => {
    const { file = talk.file, user = "@ann:x", ...options } = of;
    const copy = join(folder, `copy-${Math.random()}`);
    await copyFile(file, copy);
    const who = user.startsWith("admin:") ? { ...by(user), adminToken: true } : by(user);
    return await start(copy, who, options).catch((error: unknown) => {
      if (error instanceof RequestError) return error;
      throw error;
    });
  };
  const refused = (answer: Job | RequestError): object => {
    if (!(answer instanceof RequestError)) throw new Error(`it was queued as ${answer.id}`);
    return { kind: answer.kind, errcode: answer.errcode, message: answer.message, more: answer.more };
  };
  const queued = (answer: Job | RequestError): Job => {
    if (answer instanceof RequestError) throw answer;
    return answer;
  };
  /** The import of `talk`, ended so. */
  const ended = async (state: "succeeded" | "failed" | "cancelled", keep = false): Promise<Job> => {
    const { id } = queued(await asked());
    const lease = await stores.jobs.claim("w", 60_000);
    if (lease?.id !== id) throw new Error("it was not claimed");
    const journal = stores.journal(lease);
    await journal.beginRoom();
    await journal.setRoom(NEW);
    return await stores.jobs.finish(lease, state, { progress: lease.progress, keep, report: {} });
  };

  it("is refused, and says where it is, unless it is asked for again", async () => {
    const { id } = await ended("succeeded");
    expect(refused(await asked())).to.deep.equal({
      kind: "conflict",
      errcode: "IO.ROOMPORTER.ALREADY_IMPORTED",
      message: `You have imported this bundle already: it is in ${NEW} (https://matrix.to/#/!new:x), by import ${id}`,
      more: { job_id: id, room_id: NEW },
    });
    expect(queued(await asked({ again: true })).id).to.not.equal(id);
    queued(await asked({ file: other.file }));
  });

  it("counts for a room that it is to go into only where it is there", async () => {
    await ended("succeeded");
    expect(refused(await asked({ into: NEW }))).to.have.property("errcode", "IO.ROOMPORTER.ALREADY_IMPORTED");
    // the next rule's answer
    expect(refused(await asked({ into: "!elsewhere:x" }))).to.have.property("errcode", "M_NOT_FOUND");
  });

  it("is no import of somebody else, nor for somebody else", async () => {
    await ended("succeeded");
    queued(await asked({ user: "@bob:x" }));
    queued(await asked({ user: "admin:ops", as: "@ann:x" }));
    expect(refused(await asked({ user: "admin:ops", as: "@ann:x" }))).to.have.nested.property("more.room_id", null);
    queued(await asked({ user: "admin:ops", as: "@bob:x" }));
  });

  it("is known by its manifest, whoever has packed it anew", async () => {
    await ended("succeeded");
    const repacked = join(folder, "repacked.zip");
    const script =
      "import sys,zipfile\nold=zipfile.ZipFile(sys.argv[1])\nnew=zipfile.ZipFile(sys.argv[2],'w',zipfile.ZIP_STORED)\n[new.writestr(n,old.read(n)) for n in old.namelist()]\nnew.close()";
    await promisify(execFile)("python3", ["-c", script, talk.file, repacked]);
    const answer = await asked({ file: repacked });
    expect(refused(answer)).to.have.property("errcode", "IO.ROOMPORTER.ALREADY_IMPORTED");
  });

  it("is one while the first waits or runs, also where both are asked for at once", async () => {
    // the first is queued once the others are verified, and have had time to go on
    let verified = 0;
    const run = verifying.run.bind(verifying);
    verifying.run = async (...of) => await run(...of).finally(() => verified++);
    storing = async () => {
      for (let turns = 0; verified < 3 || turns < 100; turns++) await new Promise((go) => setImmediate(go));
    };
    const answers = await Promise.all([asked(), asked(), asked()]);
    const [first, ...others] = answers.filter((answer) => !(answer instanceof RequestError)).map(queued);
    expect(others).to.deep.equal([]);
    const said = `You have imported this bundle already: import ${first?.id ?? ""} is `;
    expect(refused(await asked())).to.deep.include({
      message: `${said}queued`,
      more: { job_id: first?.id, room_id: null },
    });
    await stores.jobs.claim("w", 60_000);
    expect(refused(await asked())).to.have.property("message", `${said}running`);
  });

  it("gives the job of the same request", async () => {
    const { id } = queued(await asked({ requestId: "$event" }));
    expect(queued(await asked({ requestId: "$event" })).id).to.equal(id);
  });

  it("is none after one that has failed or was cancelled for good; one that can be resumed says so", async () => {
    await ended("failed");
    await ended("cancelled");
    const { id } = await ended("cancelled", true);
    expect(refused(await asked())).to.have.property(
      "message",
      `You have imported this bundle already: import ${id} was cancelled so that it can be resumed`,
    );
  });

  for (const [what, left] of [
    ["they have left", async () => homeserver.rooms.get(NEW)?.add(membership("@ann:x", "leave"))],
    ["the service user was removed from", async () => homeserver.rooms.get(NEW)?.add(membership(SERVICE, "leave"))],
    [
      "was closed",
      async () => {
        const policy = importedRoomPolicy(null);
        await stores.policies.begin({ id: "r", origin: "imported", room_id: NEW, owner: "@ann:x", policy });
        await stores.policies.beginClosing(NEW, { action: "room_close", outcome: "granted", door: "http", actor: "a" });
      },
    ],
  ] as const)
    it(`is none where its room is one that ${what}`, async () => {
      await ended("succeeded");
      await left();
      queued(await asked());
    });
});
