/** Somebody of the conversation. */
export interface Person {
  display_name: string | null;
  /** `mxc://` URI */
  avatar: string | null;
  /** they sent something */
  speaks: boolean;
  /** their first event was their coming in */
  joined: boolean;
}

/** No homeserver takes longer display names. */
const MAX_NAME = 256;

/** The people of a conversation, by user id. */
export class People {
  readonly all = new Map<string, Person>();

  /** What is known already stays, unless it was nothing. */
  meet(userId: string, name: string | null | undefined, avatar: string | null = null): void {
    const shown = name?.toWellFormed().slice(0, MAX_NAME).trim() || null;
    const known = this.all.get(userId);
    if (!known) this.all.set(userId, { display_name: shown, avatar, speaks: false, joined: false });
    else {
      known.display_name ??= shown;
      known.avatar ??= avatar;
    }
  }

  /** What a membership event says of somebody holds from now on. */
  rename(userId: string, name: string | null, avatar: string | null): void {
    Object.assign(this.get(userId), { display_name: name, avatar });
  }

  get(userId: string): Person {
    this.meet(userId, null);
    return this.all.get(userId) as Person;
  }
}
