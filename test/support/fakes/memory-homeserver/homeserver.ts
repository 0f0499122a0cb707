import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import type { ClientEvent } from "../../../../src/matrix/event.ts";
import { parseMxc } from "../../../../src/matrix/ids.ts";
import {
  FileUnavailable,
  HomeserverError,
  type MediaDownload,
  type MediaSource,
  type MediaTarget,
  type RoomReader,
} from "../../../../src/ports/homeserver/homeserver.ts";
import type { Account, HomeserverAccess, Permit } from "../../../../src/ports/homeserver/homeserver-access.ts";
import { stringMember } from "../../../../src/matrix/json.ts";
import type { JoinedRoom } from "../../../../src/ports/homeserver/joined-room.ts";
import type { RoomRemoval } from "../../../../src/ports/homeserver/room-removal.ts";
import { noBehaviours } from "./behaviours.ts";
import { MemoryDevices } from "./encryption.ts";
import { MemoryRoom } from "./room.ts";
import { spaceReader } from "./spaces.ts";
import { MemoryUser } from "./user.ts";

/** Reads rooms in which these things have happened. */
export function memoryReader(userId: string, rooms: Record<string, readonly ClientEvent[]>): RoomReader {
  const homeserver = new MemoryHomeserver();
  for (const [id, timeline] of Object.entries(rooms)) homeserver.addRoom(id, timeline);
  return homeserver.as(userId);
}

/** A homeserver that lasts as long as the process: rooms with their rules, users who act in them, and files. */
export class MemoryHomeserver implements MediaSource, MediaTarget, RoomRemoval {
  readonly serverName: string;
  readonly rooms = new Map<string, MemoryRoom>();
  readonly files = new Map<string, { data: Buffer; mimetype: string }>();
  #uploads = 0;
  /** where it differs from Synapse; may be changed at any time */
  readonly behaviours = noBehaviours();
  /** events that it gives at once */
  pageSize = 10;
  /** events that it takes in one batch; undefined: it takes none */
  atOnce: number | undefined;
  largestUpload: number | undefined = 50 * 1024 * 1024;
  /** what it tells of accounts, beside that nothing is amiss */
  readonly accounts = new Map<string, Account>();
  readonly aliases = new Map<string, string>();
  readonly devices = new MemoryDevices();
  readonly #users = new Map<string, MemoryUser>();

  constructor(serverName = "x") {
    this.serverName = serverName;
  }

  as(userId: string): MemoryUser {
    const user = this.#users.get(userId) ?? new MemoryUser(this, userId);
    this.#users.set(userId, user);
    return user;
  }

  /** A room in which these things have happened. */
  addRoom(id = `!room${this.rooms.size + 1}:${this.serverName}`, timeline: readonly ClientEvent[] = []): MemoryRoom {
    const room = new MemoryRoom(id, timeline);
    this.rooms.set(id, room);
    return room;
  }

  /** Users whose token is their id. */
  access(serviceUser: string): HomeserverAccess {
    return {
      asUser: (userId, _token, signal) => ({
        reader: permitted(this.as(userId), signal),
        media: permitted<MediaSource>(this, signal),
        spaces: permitted(spaceReader(this, userId), signal),
        joinedRooms: async () => {
          const user = permitted(this.as(userId), signal);
          return await Promise.all((await user.joinedRooms()).map((roomId) => joinedRoom(roomId, user)));
        },
      }),
      asService: (signal, permit) => {
        const user = permitted(this.as(serviceUser), signal, permit);
        const files = permitted(this, signal, permit);
        const spaces = permitted(spaceReader(this, serviceUser), signal, permit);
        return { reader: user, writer: user, media: files, uploads: files, spaces };
      },
      encryption: async (importId) => this.devices.encryption(importId),
      resolveAlias: async (alias) => this.aliases.get(alias),
      account: async (userId) => ({
        ...{ suspended: false, blocksInvitations: false, ignored: [] },
        ...this.accounts.get(userId),
      }),
      hasUser: async (userId) => this.#users.has(userId),
    };
  }

  async remove(roomId: string, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.rooms.delete(roomId);
  }

  async download(uri: string, signal: AbortSignal): Promise<MediaDownload> {
    signal.throwIfAborted();
    if (!parseMxc(uri)) throw new HomeserverError(400, "M_INVALID_PARAM", "not an mxc URI");
    const file = this.files.get(uri);
    if (!file) throw new FileUnavailable(404, "M_NOT_FOUND", "Not found");
    return {
      body: Readable.from(file.data.length === 0 ? [] : [file.data], { objectMode: false }),
      mimetype: file.mimetype,
    };
  }

  async uploadLimit(): Promise<number | undefined> {
    return this.largestUpload;
  }

  async upload(open: () => Promise<Readable>, size: number, mimetype: string): Promise<string> {
    if (size > (this.largestUpload ?? Infinity)) throw new HomeserverError(413, "M_TOO_LARGE", "the file is too large");
    const uri = `mxc://${this.serverName}/file${++this.#uploads}`;
    this.files.set(uri, { data: await buffer(await open()), mimetype });
    return uri;
  }
}

async function joinedRoom(roomId: string, reader: RoomReader): Promise<JoinedRoom> {
  const text = async (type: string, key: string): Promise<string | null> =>
    stringMember((await reader.stateEvent(roomId, type, ""))?.content, key) || null;
  const { signal } = new AbortController();
  const members = (await reader.state(roomId, signal)).filter(
    ({ type, content }) => type === "m.room.member" && content["membership"] === "join",
  );
  const name = await text("m.room.name", "name");
  return {
    room_id: roomId,
    name,
    alias: await text("m.room.canonical_alias", "alias"),
    type: await text("m.room.create", "type"),
    members: members.length,
    encrypted: (await reader.stateEvent(roomId, "m.room.encryption", "")) !== undefined,
    heroes: name === null ? members.flatMap(({ state_key: who }) => (who && who !== reader.userId ? [who] : [])) : [],
    children: (await reader.state(roomId, signal)).flatMap(({ type, state_key: child, content }) =>
      type === "m.space.child" && child !== undefined && Array.isArray(content["via"]) ? [child] : [],
    ),
    avatar_url: await text("m.room.avatar", "url"),
    last_event_at: Math.max(...(await reader.state(roomId, signal)).map((event) => event.origin_server_ts)),
  };
}

/** Each call ends with the signal, and is made only where it is permitted. */
function permitted<T extends object>(port: T, signal: AbortSignal, permit?: Permit): T {
  return new Proxy(port, {
    get(target, name) {
      const found: unknown = Reflect.get(target, name);
      if (typeof found !== "function") return found;
      return async (...args: unknown[]): Promise<unknown> => {
        signal.throwIfAborted();
        await permit?.();
        return Reflect.apply(found as (...args: unknown[]) => unknown, target, args);
      };
    },
  });
}
