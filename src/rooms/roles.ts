import { stringMember } from "../matrix/json.ts";
import { HomeserverError, type RoomReader } from "../ports/homeserver/homeserver.ts";
import { matchesUser } from "../policy/user-patterns.ts";

/** Who holds a role: users by pattern, and the joined members of a room or space (its id or alias). */
export interface Role {
  users: readonly string[];
  room?: string | undefined;
}

/** `unknown`: it hangs on a room that the service user cannot see */
export type Standing = "holder" | "none" | "unknown";

export interface RolesParts {
  roles: Readonly<Record<string, Role>>;
  /** as the service user */
  reader: () => RoomReader;
  resolveAlias: (alias: string) => Promise<string | undefined>;
}

/** The roles of the configuration, and who holds them now. Everything that asks the homeserver throws HomeserverError. */
export class Roles {
  readonly #parts: RolesParts;
  /** role rooms that were resolved so far: room id to the slugs */
  readonly #rooms = new Map<string, Set<string>>();

  constructor(parts: RolesParts) {
    this.#parts = parts;
  }

  /** All that the configuration knows. */
  get slugs(): string[] {
    return Object.keys(this.#parts.roles);
  }

  /** Those of the slugs that the configuration does not know. */
  unknown(slugs: readonly string[]): string[] {
    return slugs.filter((slug) => this.#role(slug) === undefined);
  }

  /** Resolves every role room, so that `ofRoom` knows them. */
  async resolve(): Promise<void> {
    await this.rooms(Object.keys(this.#parts.roles));
  }

  /** The ids of the rooms whose members hold one of these roles. */
  async rooms(slugs: readonly string[]): Promise<string[]> {
    const found = new Set<string>();
    for (const slug of slugs) {
      const roomId = await this.#roomOf(slug);
      if (roomId !== undefined) found.add(roomId);
    }
    return [...found];
  }

  /** The roles that hang on this room, as far as it is known by now. */
  ofRoom(roomId: string): string[] {
    return [...(this.#rooms.get(roomId) ?? [])];
  }

  /** Does the user hold one of these roles? */
  async standing(userId: string, slugs: readonly string[]): Promise<Standing> {
    if (slugs.some((slug) => matchesUser(this.#role(slug)?.users ?? [], userId))) return "holder";
    let unseen = false;
    for (const slug of slugs) {
      if (this.#role(slug)?.room === undefined) continue;
      const roomId = await this.#roomOf(slug);
      // an alias that leads nowhere is taken away quickly: that alone takes no role from anybody
      const membership = roomId === undefined ? "unseen" : await this.#membership(roomId, userId);
      if (membership === "join") return "holder";
      unseen ||= membership === "unseen";
    }
    return unseen ? "unknown" : "none";
  }

  #role(slug: string): Role | undefined {
    return Object.hasOwn(this.#parts.roles, slug) ? this.#parts.roles[slug] : undefined;
  }

  async #roomOf(slug: string): Promise<string | undefined> {
    const named = this.#role(slug)?.room;
    if (named === undefined) return undefined;
    const roomId = named.startsWith("!") ? named : await this.#parts.resolveAlias(named);
    if (roomId !== undefined) this.#rooms.set(roomId, (this.#rooms.get(roomId) ?? new Set()).add(slug));
    return roomId;
  }

  async #membership(roomId: string, userId: string): Promise<string | undefined> {
    try {
      return stringMember(
        (await this.#parts.reader().stateEvent(roomId, "m.room.member", userId))?.content,
        "membership",
      );
    } catch (error) {
      if (error instanceof HomeserverError && error.isForbidden) return "unseen";
      throw error;
    }
  }
}
