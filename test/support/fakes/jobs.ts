import type { AuditEntry } from "../../../src/ports/audit-log.ts";
import { LeaseLost, TooManyJobs, type Job, type JobStore, type Lease } from "../../../src/ports/job-store.ts";
import { StoreAway } from "../../../src/ports/store-away.ts";
import type { Logger } from "../../../src/ports/logger.ts";
import type { ClientEvent } from "../../../src/matrix/event.ts";
import type { JsonObject } from "../../../src/matrix/json.ts";
import { HomeserverError, type RoomReader } from "../../../src/ports/homeserver/homeserver.ts";

export const SILENT: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** A job store that forgets everything with the process. Leases go by `time`, in milliseconds; `away`: every call fails. */
export interface MemoryJobStore extends JobStore {
  /** what was to be recorded */
  audited: AuditEntry[];
  all: Map<string, Job>;
  time: number;
  away: boolean;
}

export function memoryJobStore(): MemoryJobStore {
  const all = new Map<string, Job>();
  const leases = new Map<string, number>();
  let count = 0;
  const change = (id: string, changes: Partial<Job>): Job | undefined => {
    const job = all.get(id);
    if (!job) return undefined;
    const changed = { ...job, ...changes };
    all.set(id, changed);
    return changed;
  };
  const mine = ({ id, fence }: Lease, changes: Partial<Job>): Job => {
    const job = all.get(id);
    const changed = job?.fence === fence && job.state === "running" ? change(id, changes) : undefined;
    if (!changed) throw new LeaseLost(id);
    return changed;
  };
  const isFree = ({ id, state }: Job): boolean =>
    state === "queued" || (state === "running" && (leases.get(id) ?? 0) < store.time);
  const audited: AuditEntry[] = [];
  const tell = (...entries: (AuditEntry | undefined)[]): void =>
    void audited.push(...entries.filter((entry) => entry !== undefined));
  const store: MemoryJobStore = {
    audited,
    all,
    time: 0,
    away: false,
    async create({ id = `job${++count}`, kind, owner, params, room_id }, atMost = Infinity, audit) {
      if ((await store.unfinished(owner)) >= atMost) throw new TooManyJobs();
      const job: Job = {
        id,
        kind,
        state: "queued",
        owner,
        params,
        progress: { done: 0, total: null, unit: "events" },
        room_id,
        report: null,
        error: null,
        created_at: ++count,
        finished_at: null,
        cancel_requested: false,
        keep: false,
        held: null,
        fence: 0,
        lost_runs: 0,
      };
      all.set(id, job);
      tell(audit);
      return job;
    },
    get: async (id) => all.get(id),
    list: async (owner, limit) => [...all.values()].filter((job) => !owner || job.owner === owner).slice(0, limit),
    importing: async () => [...all.values()].some(({ kind, state }) => kind === "import" && state === "running"),
    unfinished: async (owner) =>
      [...all.values()].filter((job) => job.owner === owner && ["queued", "running"].includes(job.state)).length,
    async claim(_worker, leaseMs) {
      const job = [...all.values()].find(isFree);
      if (!job) return undefined;
      leases.set(job.id, store.time + leaseMs);
      const lost_runs = job.lost_runs + (job.state === "running" ? 1 : 0);
      return change(job.id, { state: "running", fence: job.fence + 1, lost_runs });
    },
    async requeueRunning() {
      const running = [...all.values()].filter(({ state }) => state === "running");
      for (const { id } of running) change(id, { state: "queued" });
      return running.length;
    },
    async heartbeat(lease, leaseMs, progress) {
      const { cancel_requested, keep } = mine(lease, { progress });
      leases.set(lease.id, store.time + leaseMs);
      return { cancel_requested, keep };
    },
    handBack: async (lease, progress) => void mine(lease, { state: "queued", progress }),
    async finish(lease, state, { progress, report = null, error = null, keep = false }, audit) {
      const ended = mine(lease, {
        state,
        progress,
        report,
        error,
        keep,
        held: keep || state === "failed" ? "kept" : "due",
        finished_at: store.time,
      });
      tell(audit);
      return ended;
    },
    async requestCancel(id, keep, audit) {
      const job = all.get(id);
      if (job && isFree(job)) {
        change(id, { state: "cancelled", keep, held: keep ? "kept" : "due" });
        tell(audit?.wish, audit?.end);
      } else if (job?.state === "running") {
        change(id, { cancel_requested: true, keep });
        tell(audit?.wish);
      }
      return all.get(id);
    },
    async retry(id, _atMost, audit) {
      const again = { state: "queued", held: null, cancel_requested: false, keep: false, lost_runs: 0 } as const;
      tell(audit);
      return all.get(id)?.held === "kept" ? change(id, again) : undefined;
    },
    expire: async () => undefined,
    unreleased: async () => [...all.values()].filter(({ held }) => held === "due"),
    released: async (id) => void change(id, { held: null }),
  };
  return new Proxy(store, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== "function") return member;
      return (...args: unknown[]) =>
        store.away ? Promise.reject(new StoreAway("test")) : (Reflect.apply(member, target, args) as unknown);
    },
  });
}

/** A room's state, read by somebody who may see it. */
export function fakeReader(userId: string, rooms: Record<string, ClientEvent[]>): RoomReader {
  const stateOf = (roomId: string): ClientEvent[] => {
    const state = rooms[roomId];
    const own = state?.find((event) => event.type === "m.room.member" && event.state_key === userId);
    if (!state || !own) throw new HomeserverError(403, "M_FORBIDDEN", "not in room");
    return state;
  };
  return {
    userId,
    messages: async () => ({ chunk: [] }),
    state: async (roomId) => stateOf(roomId),
    stateEvent: async (roomId, type, key) =>
      stateOf(roomId).find((event) => event.type === type && event.state_key === key),
    ignoredUsers: async () => [],
    threadMessages: async () => [],
  };
}

let events = 0;

export function stateEvent(type: string, key: string, content: JsonObject, sender = "@ann:x"): ClientEvent {
  return { event_id: `$${++events}`, type, state_key: key, sender, origin_server_ts: 0, content };
}

export function membership(userId: string, value: string): ClientEvent {
  return stateEvent("m.room.member", userId, { membership: value });
}
