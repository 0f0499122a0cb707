import type { ImportedSender } from "../../bundle/manifest/manifest.ts";
import type { OriginalEvent } from "../../bundle/original.ts";
import type { Profiles } from "../../bundle/profiles.ts";
import { objectMember, stringMember, type JsonObject } from "../../matrix/json.ts";
import { PER_MESSAGE_PROFILE } from "../../matrix/names.ts";

/** Who sent an event, with the name and avatar to show. */
export interface Author extends ImportedSender {
  /** name or avatar are those of a per-message profile (MSC4144), which anybody can give themselves */
  hasOwnProfile?: true;
}

/** The profile that a message brings along (MSC4144, stable and unstable name). */
export function profileOf(content: JsonObject): JsonObject | undefined {
  return objectMember(content, PER_MESSAGE_PROFILE) ?? objectMember(content, "m.per_message_profile");
}

/** The author of an event as its readers saw them: by its per-message profile, else by the profile of that moment. */
export function authorOf(event: OriginalEvent, profiles: Profiles): Author {
  const author = profiles.authorOf(event);
  const profile = event.stateKey === undefined ? profileOf(event.content) : undefined;
  const name = stringMember(profile, "displayname");
  const avatar = stringMember(profile, "avatar_url");
  if (name === undefined && avatar === undefined) return author;
  return {
    user_id: author.user_id,
    display_name: name ?? author.display_name,
    avatar: avatar ?? author.avatar,
    hasOwnProfile: true,
  };
}
