import type { ClientEvent } from "../../matrix/event.ts";
import { objectMember, stringMember, type JsonObject } from "../../matrix/json.ts";

export interface MemberProfile {
  display_name: string | null;
  /** `mxc://` URI */
  avatar: string | null;
}

/**
 * Names and avatars in a room: those of the members now, and of people who have left as they last were. Timelines are read
 * newest first: what is met first counts.
 */
export class MemberProfiles {
  readonly #profiles = new Map<string, MemberProfile>();

  constructor(state: readonly ClientEvent[]) {
    for (const event of state) this.meet(event);
  }

  /** An event of the state, or of the timeline as the homeserver served it. */
  meet(event: ClientEvent): void {
    if (event.type !== "m.room.member" || event.state_key === undefined || this.#profiles.has(event.state_key)) return;
    // who leaves has no name in that event, but in the one that it replaces
    const content = [event.content, objectMember(event.unsigned, "prev_content")].find(isJoin);
    if (content) this.#profiles.set(event.state_key, profileIn(content));
  }

  of(userId: string): MemberProfile {
    return this.#profiles.get(userId) ?? { display_name: null, avatar: null };
  }
}

function isJoin(content: JsonObject | undefined): boolean {
  return stringMember(content, "membership") === "join";
}

function profileIn(content: JsonObject): MemberProfile {
  return {
    display_name: stringMember(content, "displayname") ?? null,
    avatar: stringMember(content, "avatar_url") ?? null,
  };
}
