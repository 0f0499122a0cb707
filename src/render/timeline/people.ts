import { IdIndex } from "../../bundle/verify/id-index.ts";
import { lookOf, nameOf } from "../../bundle/profiles.ts";
import type { Author } from "./author.ts";

type Person = Pick<Author, "user_id" | "display_name" | "hasOwnProfile">;

/** What somebody is called: their name, and their user id where the name alone could mean somebody else. */
export interface PersonName {
  userId: string;
  name: string;
  isShared: boolean;
}

/** Which names several people of a conversation bear. Some dozens of bytes a name, no texts. */
export class People {
  readonly #users = new IdIndex();
  readonly #firstOfName = new IdIndex();
  readonly #shared = new IdIndex();

  /** Takes note of a name; call it for everybody before the first `nameOf`. */
  add(person: Person): void {
    if (person.hasOwnProfile || !person.display_name) return;
    const known = this.#users.get(person.user_id);
    const user = known ?? this.#users.size;
    if (known === undefined) this.#users.add(person.user_id, user);
    const key = lookOf(person.display_name);
    const first = this.#firstOfName.add(key, user);
    if (first !== undefined && first !== user) this.#shared.add(key, 0);
  }

  nameOf(person: Person): PersonName {
    const { user_id: userId, display_name: own, hasOwnProfile } = person;
    const isShared = Boolean(own) && (hasOwnProfile === true || this.#shared.has(lookOf(own ?? "")));
    return { userId, name: nameOf(person), isShared };
  }

  /** As plain text: `Ann`, or `Ann (@ann:example.org)`. */
  textOf(person: Person): string {
    const { name, userId, isShared } = this.nameOf(person);
    return isShared ? `${name} (${userId})` : name;
  }
}
