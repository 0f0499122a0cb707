import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { stringMember, type JsonObject } from "../../src/matrix/json.ts";
import type { Conversation, WrittenBundle } from "../support/conversation.ts";
import { expectReplayed } from "../support/expect-replayed.ts";
import { ImportedRoom, postImport } from "../support/imported-room.ts";
import { MatrixClient } from "../support/matrix-client.ts";
import type { Service } from "../support/service.ts";
import type { Synapse } from "../support/synapse.ts";
import { registerUser } from "../support/users.ts";
import { variedConversation } from "../support/varied-conversation.ts";
import { expectExported, seedRoom, type SeededRoom } from "./seeded-room.ts";

/** Who asks for jobs: fair order and limits are by user. */
const USERS = 5;
/** Once nothing is killed any more, a door answers again within, in milliseconds. */
const DOOR_MS = 60_000;

/** What came of all jobs. */
export interface Checked {
  jobs: number;
  /** events of imported and exported rooms that were compared one by one */
  events: number;
  /** jobs that failed, said that a retry helps, and succeeded so */
  retried: number;
  /** ids of the jobs whose bundles are to be there */
  kept: string[];
}

interface Import {
  user: MatrixClient;
  talk: Conversation;
  bundle: WrittenBundle;
}

/** Imports and exports of different rooms, started while things break, and held against what they had to give. */
export class Workload {
  readonly #service: Service;
  readonly #imports: Import[];
  readonly #exports: SeededRoom[];
  readonly #users: MatrixClient[];
  #retried = 0;

  private constructor(service: Service, users: MatrixClient[], imports: Import[], exports: SeededRoom[]) {
    this.#service = service;
    this.#users = users;
    this.#imports = imports;
    this.#exports = exports;
  }

  /** Writes the bundles and fills the rooms. */
  static async prepare(
    synapse: Synapse,
    service: Service,
    counts: { imports: number; exports: number },
  ): Promise<Workload> {
    const names = Array.from({ length: USERS }, (_, i) => `user${i}`);
    const users = await Promise.all(names.map((name) => registerUser(synapse.url, name)));
    const userOf = (i: number): MatrixClient => users[i % USERS] as MatrixClient;
    const imports: Import[] = [];
    for (let i = 0; i < counts.imports; i++) {
      const talk = variedConversation(2 + (i % 3), `import ${i}`);
      imports.push({ user: userOf(i), talk, bundle: await talk.write() });
    }
    const serviceUser = new MatrixClient(synapse.url, service.asToken, service.userId);
    const exports: SeededRoom[] = [];
    while (exports.length < counts.exports) {
      const i = exports.length;
      const some = [i, i + 1, i + 2, i + 3].filter((number) => number < counts.exports);
      exports.push(...(await Promise.all(some.map((n) => seedRoom(userOf(n), serviceUser, `export ${n}`)))));
    }
    return new Workload(service, users, imports, exports);
  }

  /**
   * Asks for every job, each at its moment.
   * @param moments milliseconds from now
   * @param killing resolves once nothing is killed any more
   */
  async start(moments: readonly number[], killing: Promise<unknown>): Promise<void> {
    let deadline = Infinity;
    const over = (): void => void (deadline = Date.now() + DOOR_MS);
    killing.then(over, over);
    const asks = [
      ...this.#imports.map(
        ({ user, bundle }) =>
          async () =>
            (await postImport(this.#service, user.token, bundle.file)).status,
      ),
      ...this.#exports.map(({ roomId, host }) => async () => {
        const path = `/v1/rooms/${encodeURIComponent(roomId)}/exports`;
        return (await this.#fetch(host, path, "POST")).status;
      }),
    ];
    const later = async (ask: () => Promise<number>, moment = 0): Promise<void> => {
      await sleep(moment);
      await accepted(ask, () => deadline);
    };
    await Promise.all(asks.map((ask, i) => later(ask, moments[i])));
  }

  /**
   * Waits until every job that the service knows has succeeded. One that failed for want of disk space or of an answer is retried, as
   * its owner would.
   * @throws Error where they have not in time
   */
  async ended(milliseconds: number): Promise<void> {
    const deadline = Date.now() + milliseconds;
    for (;;) {
      const jobs = (
        await Promise.all(this.#users.map(async (user) => (await this.#jobs(user)).map((job) => ({ user, job }))))
      ).flat();
      const open = jobs.filter(({ job }) => job["state"] !== "succeeded");
      if (open.length === 0) return;
      if (Date.now() > deadline)
        throw new Error(`jobs that have not ended right: ${JSON.stringify(open.map(({ job }) => job))}`);
      for (const { user, job } of open) if (job["state"] === "failed") await this.#retry(user, job);
      await sleep(500);
    }
  }

  /** Event by event, over the client-server API: nothing lost, doubled or out of order. */
  async check(): Promise<Checked> {
    const done = new Set<string>();
    const checked: Checked = { jobs: 0, events: 0, retried: this.#retried, kept: [] };
    for (const user of this.#users)
      for (const { job_id } of await this.#jobs(user)) {
        const job = (await (await this.#fetch(user, `/v1/jobs/${String(job_id)}`)).json()) as JsonObject;
        const imported = job["kind"] === "import";
        const { what, events } = imported ? await this.#checkImport(user, job) : await this.#checkExport(user, job);
        done.add(what);
        checked.jobs += 1;
        checked.events += events;
        if (!imported) checked.kept.push(String(job_id));
      }
    const asked = [...this.#imports.map(({ bundle }) => bundle.sha256), ...this.#exports.map(({ roomId }) => roomId)];
    const lost = asked.filter((what) => !done.has(what));
    if (lost.length > 0) throw new Error(`${lost.length} jobs were accepted and are not known any more`);
    return checked;
  }

  async remove(): Promise<void> {
    await Promise.all(this.#imports.map(({ bundle }) => bundle.remove()));
  }

  async #checkImport(user: MatrixClient, job: JsonObject): Promise<{ what: string; events: number }> {
    const room = await ImportedRoom.joined(user, job);
    const sha256 = stringMember(room.report, "bundle_sha256") ?? "";
    const found = this.#imports.find(({ bundle }) => bundle.sha256 === sha256);
    if (!found) throw new Error(`an import of a bundle that nobody sent: ${JSON.stringify(job)}`);
    try {
      expectReplayed(found.talk, room);
    } catch (error) {
      throw new Error(`import job ${String(job["job_id"])}, room ${room.roomId}`, { cause: error });
    }
    return { what: sha256, events: found.talk.events.length };
  }

  async #checkExport(user: MatrixClient, job: JsonObject): Promise<{ what: string; events: number }> {
    const room = this.#exports.find(({ roomId }) => roomId === job["room_id"]);
    if (!room) throw new Error(`an export of a room that nobody named: ${JSON.stringify(job)}`);
    const dir = mkdtempSync(join(tmpdir(), "roomporter-torture-"));
    let events: number;
    try {
      const file = join(dir, "bundle.zip");
      const response = await this.#fetch(user, `/v1/jobs/${String(job["job_id"])}/bundle`);
      writeFileSync(file, Buffer.from(await response.arrayBuffer()));
      events = await expectExported(room, file);
    } catch (error) {
      throw new Error(`export job ${String(job["job_id"])}, room ${room.roomId}`, { cause: error });
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
    return { what: room.roomId, events };
  }

  /** @throws Error where the job says that a retry does not help */
  async #retry(user: MatrixClient, { job_id, error }: JsonObject): Promise<void> {
    const { status } = await this.#fetch(user, `/v1/jobs/${String(job_id)}/retry`, "POST");
    if (status !== 202) throw new Error(`job ${String(job_id)} failed for good: ${JSON.stringify(error)}`);
    this.#retried += 1;
  }

  /** @throws Error where the door does not answer within a minute: what was down comes back one after the other */
  async #jobs(user: MatrixClient): Promise<JsonObject[]> {
    const deadline = Date.now() + DOOR_MS;
    for (;;) {
      const response = await this.#fetch(user, "/v1/jobs");
      const body = (await response.json()) as { jobs: JsonObject[] };
      if (response.ok) return body.jobs;
      if (response.status < 500 || Date.now() > deadline)
        throw new Error(`the jobs cannot be listed: ${response.status} ${JSON.stringify(body)}`);
      await sleep(500);
    }
  }

  #fetch(user: MatrixClient, path: string, method = "GET"): Promise<Response> {
    return fetch(this.#service.url + path, { method, headers: { authorization: `Bearer ${user.token}` } });
  }
}

/** Asks until it is accepted: the door, or the homeserver behind it, may be dead just now, and a lost answer proves nothing. */
async function accepted(ask: () => Promise<number>, deadline: () => number): Promise<void> {
  for (;;) {
    const status = await ask().catch(() => 0);
    if (status === 202) return;
    const mayPass = status === 0 || status === 429 || status >= 500;
    if (!mayPass || Date.now() > deadline()) throw new Error(`a job was not accepted: ${status}`);
    await sleep(300);
  }
}
