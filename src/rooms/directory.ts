import { localpartOf, serverOf } from "../matrix/ids.ts";
import { stringMember } from "../matrix/json.ts";
import { maySendState } from "../matrix/power-levels.ts";
import { HomeserverError, type RoomReader, type RoomWriter } from "../ports/homeserver/homeserver.ts";
import type { ExistingRoom, PolicyStore } from "../ports/policy-store.ts";
import type { Caller } from "../requests/requester.ts";
import type { ShownRoom, ShownWorkspace } from "./shapes.ts";
import { membershipOf, type RoomAccess } from "./room-access.ts";

/** Rooms that are looked at side by side. */
const WIDTH = 10;

/** Rooms and spaces, as far as somebody may know of them. Everything throws HomeserverError and StoreAway. */
export class Directory {
  readonly #policies: Pick<PolicyStore, "open">;
  readonly #access: RoomAccess;
  /** slug to room id or alias, from the configuration */
  readonly #slugs: Readonly<Record<string, string>>;
  /** that a room is a space, or none, is for ever */
  readonly #spaces = new Map<string, boolean>();

  constructor(policies: Pick<PolicyStore, "open">, access: RoomAccess, slugs: Readonly<Record<string, string>>) {
    this.#policies = policies;
    this.#access = access;
    this.#slugs = slugs;
  }

  async rooms(requester: Pick<Caller, "userId" | "admin">, reader: RoomReader): Promise<ShownRoom[]> {
    const open = (await this.#policies.open()).filter(({ closing_at }) => closing_at === null);
    const seen = await sideBySide(open, async (room) => {
      const membership = await membershipOf(reader, room.room_id, requester.userId);
      return (await this.#access.maySee(room, requester, membership))
        ? show(room, requester.userId, reader)
        : undefined;
    });
    return seen.filter((room) => room !== undefined);
  }

  /** Spaces in which the user and the service may add rooms. @param userId undefined: only the service has to */
  async workspaces(userId: string | undefined, reader: RoomReader, writer: RoomWriter): Promise<ShownWorkspace[]> {
    const rooms = await writer.joinedRooms();
    const found = await sideBySide(rooms, async (roomId) =>
      (await this.#isOpenTo(roomId, userId, reader)) ? this.#workspace(roomId, reader) : undefined,
    );
    return found.filter((space) => space !== undefined);
  }

  async #isOpenTo(roomId: string, userId: string | undefined, reader: RoomReader): Promise<boolean> {
    if (this.#spaces.get(roomId) === false) return false;
    try {
      const create = await reader.stateEvent(roomId, "m.room.create", "");
      const isSpace = stringMember(create?.content, "type") === "m.space";
      this.#spaces.set(roomId, isSpace);
      if (!create || !isSpace) return false;
      const levels = await reader.stateEvent(roomId, "m.room.power_levels", "");
      if (!maySendState(create, levels, reader.userId, "m.space.child")) return false;
      if (userId === undefined) return true;
      if ((await membershipOf(reader, roomId, userId)) !== "join") return false;
      return maySendState(create, levels, userId, "m.space.child");
    } catch (error) {
      // left just now
      if (error instanceof HomeserverError && error.isForbidden) return false;
      throw error;
    }
  }

  async #workspace(roomId: string, reader: RoomReader): Promise<ShownWorkspace> {
    const canonical = await reader.stateEvent(roomId, "m.room.canonical_alias", "");
    const alias = stringMember(canonical?.content, "alias");
    const named = Object.entries(this.#slugs).find(([, target]) => target === roomId || target === alias)?.[0];
    const local = alias !== undefined && serverOf(alias) === serverOf(reader.userId) ? localpartOf(alias) : null;
    return { room_id: roomId, name: await nameOf(roomId, reader), slug: named ?? local };
  }
}

/** A room in the words of the doors. */
export async function show(room: ExistingRoom, userId: string, reader: RoomReader): Promise<ShownRoom> {
  const { room_id, owner, created_at, policy } = room;
  const membership = (await membershipOf(reader, room_id, userId)) ?? null;
  return { room_id, name: await nameOf(room_id, reader), owner, created_at, membership, ...policy };
}

async function nameOf(roomId: string, reader: RoomReader): Promise<string | null> {
  try {
    return stringMember((await reader.stateEvent(roomId, "m.room.name", ""))?.content, "name") ?? null;
  } catch (error) {
    if (error instanceof HomeserverError && error.isForbidden) return null;
    throw error;
  }
}

async function sideBySide<T, R>(items: readonly T[], act: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let start = 0; start < items.length; start += WIDTH)
    results.push(...(await Promise.all(items.slice(start, start + WIDTH).map(act))));
  return results;
}
