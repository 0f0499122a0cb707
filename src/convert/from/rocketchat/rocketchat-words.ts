import { plain, type Said } from "../../text/html.ts";

/** What happened, where the export has a name, a value or nothing beside the kind of message. */
const WORDS: Readonly<Record<string, string>> = {
  room_changed_description: "Changed the description",
  room_changed_announcement: "Changed the announcement",
  room_changed_privacy: "Changed who can find the room",
  room_changed_avatar: "Changed the picture of the room",
  "room-archived": "Archived the room",
  "room-unarchived": "Took the room out of the archive",
  "room-set-read-only": "Made the room read-only",
  "room-removed-read-only": "Let members write again",
  "room-allowed-reacting": "Allowed reactions",
  "room-disallowed-reacting": "Disallowed reactions",
  "subscription-role-added": "Gave a role",
  "subscription-role-removed": "Took a role away",
  "user-muted": "Muted",
  "user-unmuted": "Unmuted",
  message_pinned: "Pinned a message",
  message_pinned_e2e: "Pinned a message",
  message_snippeted: "Made a snippet",
  "discussion-created": "Began a discussion",
  videoconf: "Started a call",
  jitsi_call_started: "Started a call",
  rtc: "Called",
};

/** What a message of that kind says; for kinds that the server puts into words itself, those. */
export function wordsOf(type: string, text: string): Said {
  const words = WORDS[type];
  if (words !== undefined && Object.hasOwn(WORDS, type)) return plain(text === "" ? words : `${words}: ${text}`);
  return plain(text === "" ? `[${type}]` : text);
}
