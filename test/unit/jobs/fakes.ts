import type { Job, JobStore } from "../../../src/ports/job-store.ts";
import type { Logger } from "../../../src/ports/logger.ts";
import type { ClientEvent } from "../../../src/matrix/event.ts";
import type { JsonObject } from "../../../src/matrix/json.ts";
import { HomeserverError, type RoomReader } from "../../../src/ports/homeserver.ts";

export const SILENT: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** A job store that forgets everything with the process. */
export function memoryJobStore(): JobStore & { all: Map<string, Job> } {
  const all = new Map<string, Job>();
  let count = 0;
  const change = (id: string, changes: Partial<Job>): void => {
    const job = all.get(id);
    if (job) all.set(id, { ...job, ...changes });
  };
  return {
    all,
    async create({ id = `job${++count}`, kind, owner, params, room_id }) {
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
      };
      all.set(id, job);
      return job;
    },
    get: async (id) => all.get(id),
    list: async (owner, limit) => [...all.values()].filter((job) => !owner || job.owner === owner).slice(0, limit),
    async claim() {
      const job = [...all.values()].find(({ state }) => state === "queued");
      if (job) change(job.id, { state: "running" });
      return job && all.get(job.id);
    },
    async requeueRunning() {
      const running = [...all.values()].filter(({ state }) => state === "running");
      for (const { id } of running) change(id, { state: "queued" });
      return running.length;
    },
    progress: async (id, progress) => change(id, { progress }),
    setRoom: async (id, room_id) => change(id, { room_id }),
    finish: async (id, state, { report = null, error = null }) =>
      change(id, { state, report, error, finished_at: ++count }),
    requestCancel: async (id) => change(id, { cancel_requested: true }),
  };
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
  };
}

let events = 0;

export function stateEvent(type: string, key: string, content: JsonObject, sender = "@ann:x"): ClientEvent {
  return { event_id: `$${++events}`, type, state_key: key, sender, origin_server_ts: 0, content };
}

export function membership(userId: string, value: string): ClientEvent {
  return stateEvent("m.room.member", userId, { membership: value });
}
