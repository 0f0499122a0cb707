import { Readable } from "node:stream";
import type { BotParts } from "../../../src/bot/bot.ts";
import { readAudit } from "../../../src/audit/read-audit.ts";
import { RequestError } from "../../../src/requests/failures/failure.ts";
import type { Exports } from "../../../src/exports/exports.ts";
import type { Imports } from "../../../src/imports/imports.ts";
import type { Jobs } from "../../../src/jobs/jobs.ts";
import type { Permission } from "../../../src/requests/access.ts";
import { operateWith } from "../../../src/requests/operation.ts";
import type { Requester } from "../../../src/requests/requester.ts";
import type { Rooms } from "../../../src/rooms/rooms.ts";
import type { ClientEvent } from "../../../src/matrix/event.ts";
import type { JsonObject } from "../../../src/matrix/json.ts";
import type { BotHomeserver } from "../../../src/ports/homeserver/bot-homeserver.ts";
import type { BotMemory } from "../../../src/ports/bot-memory.ts";
import { HomeserverError } from "../../../src/ports/homeserver/homeserver.ts";
import type { InboxEvent } from "../../../src/ports/inbox.ts";
import type { Job } from "../../../src/ports/job-store.ts";
import { memoryStores, toldAuditLog, type ToldAuditLog } from "./memory-stores.ts";
import { CREATION } from "../../../src/matrix/names.ts";
import { VirtualTime } from "./virtual-time.ts";
import { AMPLE } from "./ample-space.ts";

export const SELF = "@roomporter:acme.org";
export const ANN = "@ann:acme.org";
export const ROOM = "!room:acme.org";
/** when the room was made */
export const CREATED = 1_700_000_000_000;

/** A message as the homeserver pushes it. */
export function message(body: string, content: JsonObject = {}, event: Partial<InboxEvent> = {}): InboxEvent {
  return {
    event_id: "$command",
    room_id: ROOM,
    type: "m.room.message",
    sender: ANN,
    origin_server_ts: CREATED + 1000,
    content: { msgtype: "m.text", body, ...content },
    ...event,
  };
}

export function reply(to: string): JsonObject {
  return { "m.relates_to": { "m.in_reply_to": { event_id: to } } };
}

export function job(change: Partial<Job> = {}): Job {
  return {
    id: "j1",
    kind: "export",
    state: "queued",
    owner: ANN,
    params: {},
    words: null,
    progress: { done: 0, total: null, unit: "events" },
    room_id: ROOM,
    report: null,
    error: null,
    created_at: CREATED,
    finished_at: null,
    cancel_requested: false,
    keep: false,
    held: null,
    fence: 0,
    lost_runs: 0,
    ...change,
  };
}

export interface Said {
  room_id: string;
  event_id: string;
  content: JsonObject;
}

/** A homeserver in memory: as far as the bot sees it. */
export class FakeHomeserver implements BotHomeserver {
  readonly userId = SELF;
  readonly said: Said[] = [];
  readonly joined: string[] = [];
  readonly left: [string, string][] = [];
  readonly rooms = new Map<string, string[]>([[ROOM, [SELF, ANN, "@bob:acme.org"]]]);
  readonly encrypted = new Set<string>();
  /** rooms with a state event of this type */
  readonly marked = new Map<string, string>();
  /** rooms that the service user has made, and their marks */
  readonly made = new Map<string, string>();
  /** what others have said, and all may see */
  readonly timeline: ClientEvent[] = [];
  /** rooms in which it may not speak */
  readonly muted = new Set<string>();
  /** rooms into which it was invited, and by whom */
  readonly invitations = new Map<string, string>();
  /** `ROOM USER`: those who have not joined yet */
  readonly invited = new Set<string>();
  readonly #transactions = new Map<string, string>();

  /** Somebody invites it into a new room of theirs. */
  invite(by = ANN): string {
    const roomId = `!invited${this.invitations.size}:acme.org`;
    this.invitations.set(roomId, by);
    return roomId;
  }
  async join(roomId: string): Promise<void> {
    const by = this.invitations.get(roomId);
    if (by !== undefined && !this.left.some(([left]) => left === roomId)) this.rooms.set(roomId, [SELF, by]);
    this.#members(roomId);
    this.joined.push(roomId);
  }
  async leave(roomId: string, reason = ""): Promise<void> {
    this.rooms.delete(roomId);
    this.left.push([roomId, reason]);
  }
  async forget(): Promise<void> {
    return Promise.resolve();
  }
  /** Who is in the room or invited. @throws HomeserverError 403 where it is not in the room */
  #members(roomId: string): string[] {
    const members = this.rooms.get(roomId);
    if (!members) throw new HomeserverError(403, "M_FORBIDDEN", "not in the room");
    return members;
  }
  async say(roomId: string, txnId: string, content: JsonObject): Promise<string> {
    this.#members(roomId);
    if (this.muted.has(roomId)) return Promise.reject(new HomeserverError(403, "M_FORBIDDEN", "muted"));
    const key = `${roomId} ${txnId}`;
    const known = this.#transactions.get(key);
    if (known !== undefined) return Promise.resolve(known);
    const eventId = `$said${this.said.length}`;
    this.#transactions.set(key, eventId);
    this.said.push({ room_id: roomId, event_id: eventId, content });
    return Promise.resolve(eventId);
  }
  /** state that it has sent */
  readonly sent: { roomId: string; type: string; stateKey: string; content: JsonObject }[] = [];
  /** content of the rooms' `m.room.power_levels`; undefined: it has power in rooms of its own alone */
  levels: JsonObject | undefined;
  sendState(roomId: string, type: string, stateKey: string, content: JsonObject): Promise<string> {
    if (!this.levels && !this.made.has(roomId))
      return Promise.reject(new HomeserverError(403, "M_FORBIDDEN", "no power"));
    this.sent.push({ roomId, type, stateKey, content });
    return Promise.resolve(`$state${this.sent.length}`);
  }
  async stateEvent(roomId: string, type: string, stateKey: string): Promise<ClientEvent | undefined> {
    const members = this.#members(roomId);
    const state = (content: JsonObject): ClientEvent => ({
      event_id: `$${type}`,
      type,
      sender: this.made.has(roomId) ? SELF : ANN,
      origin_server_ts: CREATED,
      content,
      state_key: stateKey,
    });
    const mark = this.made.get(roomId);
    if (type === "m.room.create") return state(mark === undefined ? {} : { [CREATION]: mark });
    const membership = this.invited.has(`${roomId} ${stateKey}`) ? "invite" : "join";
    if (type === "m.room.member" && members.includes(stateKey)) return state({ membership });
    const sent = this.sent.findLast(
      (each) => each.roomId === roomId && each.type === type && each.stateKey === stateKey,
    );
    if (sent) return { ...state(sent.content), sender: SELF };
    if (type === "m.room.power_levels" && this.levels) return state(this.levels);
    if (this.marked.get(roomId) === type) return state({});
    if (type === "m.room.encryption" && this.encrypted.has(roomId)) return state({});
    return undefined;
  }
  async eventSeenBy(_userId: string, roomId: string, eventId: string): Promise<ClientEvent | undefined> {
    this.#members(roomId);
    const own = this.said.find((said) => said.room_id === roomId && said.event_id === eventId);
    if (own)
      return {
        event_id: eventId,
        type: "m.room.message",
        sender: SELF,
        origin_server_ts: CREATED,
        content: own.content,
      };
    return this.timeline.find(({ event_id }) => event_id === eventId);
  }
  async members(roomId: string): Promise<string[]> {
    return this.#members(roomId);
  }
  joinedRooms(): Promise<string[]> {
    return Promise.resolve([...this.rooms.keys()]);
  }
  createDirectRoom(userId: string, mark: string): Promise<string> {
    const roomId = `!direct${this.rooms.size + this.left.length}:acme.org`;
    this.rooms.set(roomId, [SELF, userId]);
    this.made.set(roomId, mark);
    this.invited.add(`${roomId} ${userId}`);
    return Promise.resolve(roomId);
  }
  /** the bodies of what was said in a room; edits by their new words */
  bodies(roomId: string): string[] {
    return this.said.filter((event) => event.room_id === roomId).map(({ content }) => wordsOf(content));
  }
}

/** What a reader sees of a message or an edit. */
export function wordsOf(content: JsonObject): string {
  const edited = content["m.new_content"] as JsonObject | undefined;
  return String((edited ?? content)["body"]);
}

/** Operations on one job that goes through the given states, one each time that its end is waited for; the last one stays. */
export class FakeOperations {
  readonly calls: { method: string; requester: Requester; options: object; file?: string }[] = [];
  states: Job[] = [job()];
  /** what starting a job is answered with */
  refusal: RequestError | undefined;
  /** places of uploads that were given back */
  placesFreed = 0;
  bundleBytes = Buffer.from("PK, a bundle");

  readonly exports: Pick<Exports, "start" | "startSpace" | "startPredecessors" | "download"> = {
    start: (roomId, requester, options) => this.#answer({ method: `export ${roomId}`, requester, options }),
    startSpace: (roomId, requester, options) => this.#answer({ method: `export space ${roomId}`, requester, options }),
    startPredecessors: (roomId, requester, options) =>
      this.#answer({ method: `export predecessors of ${roomId}`, requester, options }),
    download: async () => {
      const { bundleBytes } = this;
      const body = Readable.from([bundleBytes], { objectMode: false });
      return { body, size: bundleBytes.length, fileName: "tea.zip" };
    },
  };
  readonly imports: Pick<Imports, "admit" | "start"> = {
    admit: async (requester, announced, requestId) => {
      this.calls.push({ method: "admit", requester, options: { announced, requestId } });
      if (this.refusal) throw this.refusal;
      return { known: undefined, forUser: async () => undefined, [Symbol.dispose]: () => this.placesFreed++ };
    },
    start: (file, requester, options) => this.#answer({ method: "import", requester, options, file }),
  };
  readonly jobs: Pick<Jobs, "list" | "cancel" | "retry"> = {
    list: async (requester, options = {}) => {
      this.calls.push({ method: "jobs", requester, options });
      return { jobs: this.states };
    },
    cancel: (id, requester, options = {}) => this.#answer({ method: `cancel ${id}`, requester, options }),
    retry: (id, requester) => this.#answer({ method: `retry ${id}`, requester, options: {} }),
  };

  async ended(signal: AbortSignal): Promise<Job | undefined> {
    if (this.states.length > 1) this.states.shift();
    const [now] = this.states;
    const goesOn = now?.state === "running" || now?.state === "queued";
    if (goesOn && !signal.aborted && this.states.length === 1)
      await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
    return now;
  }

  async #answer(call: (typeof this.calls)[number]): Promise<Job> {
    this.calls.push(call);
    if (this.refusal) throw this.refusal;
    const [now] = this.states;
    if (!now) throw new RequestError("not_found", "M_NOT_FOUND", "There is no such job");
    return now;
  }
}

export interface FakeParts extends BotParts {
  audit: ToldAuditLog;
  operations: FakeOperations;
  homeserver: FakeHomeserver;
  memory: BotMemory;
  uploaded: Buffer[];
  logged: string[];
}

export function fakeParts(change: Partial<BotParts> = {}): FakeParts {
  const uploaded: Buffer[] = [];
  const logged: string[] = [];
  const homeserver = new FakeHomeserver();
  const audit = toldAuditLog();
  const faked = new FakeOperations();
  const permission = change.permissionOf ?? ((): Permission => "user");
  const operate = operateWith(permission, audit);
  const log = (_fields: object, text: string): void => void logged.push(text);
  return {
    uploaded,
    logged,
    operations: faked,
    exports: faked.exports,
    imports: faked.imports,
    delivered: { note: async () => undefined, withdraw: async () => undefined },
    jobs: faked.jobs,
    jobEnded: (_id: string, _milliseconds: number, signal: AbortSignal) => faked.ended(signal),
    operate,
    audit,
    auditReading: readAudit({ operate, log: audit }),
    rooms: unexpectedRooms(),
    homeserver,
    memory: memoryStores().memory,
    greets: true,
    hasWidget: true,
    roomsMade: { during: async (_caller, _count, act) => act() },
    mediaSource: {
      download: () => Promise.resolve({ body: Readable.from([Buffer.from("PK")]), mimetype: "application/zip" }),
    },
    mediaTarget: {
      uploadLimit: () => Promise.resolve(undefined),
      async upload(open) {
        uploaded.push(Buffer.concat((await (await open()).toArray()) as Buffer[]));
        return `mxc://acme.org/up${uploaded.length}`;
      },
    },
    permissionOf: permission,
    logger: { debug: log, info: log, warn: log, error: log },
    temporaryFolder: "/nowhere",
    space: AMPLE,
    largestBundle: 1000,
    timer: new VirtualTime(),
    ...change,
  } as FakeParts;
}

/** Rooms of which a test sets what it uses. */
export function unexpectedRooms(): Rooms {
  const unexpected = (): Promise<never> => Promise.reject(new Error("not expected here"));
  return {
    create: unexpected,
    byAlias: unexpected,
    show: unexpected,
    list: unexpected,
    listJoined: unexpected,
    listMembers: unexpected,
    newRoomRules: unexpected,
    workspaces: unexpected,
    invite: unexpected,
    kick: unexpected,
    close: unexpected,
    setPolicy: unexpected,
  };
}
