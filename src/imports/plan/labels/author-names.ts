import type { ImportedSender } from "../../../bundle/manifest/manifest.ts";
import { lookOf } from "../../../bundle/profiles.ts";
import { localpartOf } from "../../../matrix/ids.ts";
import { asShown, shownName } from "./author-name.ts";

/** What an author is called in the new room. */
export interface ShownName {
  /** as `shownName` gives it */
  name: string;
  /** localpart or user id, where the name alone could mean somebody else */
  apart?: string;
  /** the user of this homeserver that the author is said to be (`AuthorMap`); `apart` names them, too */
  local?: string;
}

const CLAIM = /(?:^|\()([^()]+)\)?$/;

/** As plain text: `Alice`, or `Alice (alice2)`. */
export function plainName({ name, apart }: ShownName): string {
  return apart === undefined ? name : `${name} (${apart})`;
}

/** Who bears which name in a conversation. Its size grows with people and their names only. */
export class AuthorNames {
  /** look of a name → localpart → user ids */
  readonly #bearers = new Map<string, Map<string, Set<string>>>();
  /** look of a localpart or user id → whose it is; null: several people's */
  readonly #ids = new Map<string, string | null>();
  readonly #noted = new Set<string>();
  readonly #people = new Set<string>();
  /** user id → the user of this homeserver that it is said to be */
  readonly #locals = new Map<string, string>();

  /** Takes note of an author; call it for everybody before the first `of`. */
  add(author: ImportedSender): void {
    const { user_id: userId } = author;
    const key = `${userId}\0${author.display_name ?? ""}`;
    if (this.#noted.has(key)) return;
    this.#noted.add(key);
    this.#people.add(userId);
    const localpart = lookOf(localpartOf(userId));
    for (const id of [localpart, lookOf(userId)]) {
      const owner = this.#ids.get(id);
      this.#ids.set(id, owner === undefined || owner === userId ? userId : null);
    }
    const look = lookOf(shownName(author));
    const bearers = this.#bearers.get(look) ?? new Map<string, Set<string>>();
    this.#bearers.set(look, bearers.set(localpart, (bearers.get(localpart) ?? new Set()).add(userId)));
  }

  /**
   * Asks for each author who they are on this homeserver; call it after the last `add`. Nobody else can bear the name of such a user.
   * @param localOf a user of this homeserver, or undefined for nobody
   */
  async findLocals(localOf: (userId: string) => Promise<string | undefined>): Promise<void> {
    for (const userId of this.#people) {
      const local = await localOf(userId);
      if (local === undefined) continue;
      this.#locals.set(userId, local);
      for (const id of [lookOf(localpartOf(local)), lookOf(local)]) this.#ids.set(id, userId);
    }
  }

  /** The users of this homeserver that authors are said to be, each once. */
  get locals(): ReadonlySet<string> {
    return new Set(this.#locals.values());
  }

  /** With the localpart or the user id where several people bear the name, or where it claims to be somebody else's. */
  of(author: ImportedSender): ShownName {
    const { user_id: userId } = author;
    const name = shownName(author);
    const local = this.#locals.get(userId);
    if (local !== undefined) return name === local ? { name, local } : { name, apart: asShown(local), local };
    const bearers = this.#bearers.get(lookOf(name));
    const localpart = localpartOf(userId);
    const namesakes = bearers?.get(lookOf(localpart));
    const isShared = (bearers?.size ?? 0) > 1 || (namesakes?.size ?? 0) > 1;
    if (name === userId || !(isShared || this.#isClaim(name, userId))) return { name };
    return { name, apart: asShown((namesakes?.size ?? 0) > 1 ? userId : localpart) };
  }

  /** `@alice:acme.org`, or `Alice (alice2)`, as the name of anybody else. */
  #isClaim(name: string, userId: string): boolean {
    const [, claimed = ""] = CLAIM.exec(name) ?? [];
    const isId = claimed.startsWith("@") || claimed !== name;
    const owner = isId ? this.#ids.get(lookOf(claimed)) : undefined;
    return owner !== undefined && owner !== userId;
  }
}
