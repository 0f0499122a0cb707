/** Seconds since the epoch, of the first message. */
export const START = 1_746_000_000;

/** The tables of a small choir as Zulip writes them into realm.json. `more`: further tables */
function realm(more: Record<string, object[]> = {}): Record<string, object[]> {
  return {
    zerver_realm: [{ id: 2, name: "Choir" }],
    zerver_userprofile: [
      { id: 11, full_name: "Vera Alt", email: "vera@choir.test", is_active: true, is_bot: false },
      { id: 12, full_name: "Ben Bass", email: "ben@choir.test", is_active: false, is_bot: false },
    ],
    zerver_userprofile_mirrordummy: [{ id: 13, full_name: "Tom Tenor", email: "tom@choir.test" }],
    zerver_userprofile_crossrealm: [{ id: 7, email: "notification-bot@zulip.com", recipient_id: 1 }],
    zerver_recipient: [
      { id: 21, type: 2, type_id: 31 },
      { id: 22, type: 1, type_id: 11 },
      { id: 23, type: 1, type_id: 12 },
      { id: 24, type: 3, type_id: 41 },
    ],
    zerver_stream: [{ id: 31, name: "rehearsal", description: "Tuesdays", date_created: START - 100.5, creator: 11 }],
    zerver_subscription: [11, 12, 13].map((user, index) => ({ id: index + 1, user_profile: user, recipient: 24 })),
    ...more,
  };
}

/** A row of the table of messages: number 1 was sent a second after the beginning. */
export function row(id: number, sender: number, content: string, more: object = {}): object {
  const fixed = { id, sender, recipient: 21, subject: "Mozart", content, rendered_content: null };
  return { ...fixed, date_sent: START + id, last_edit_time: null, edit_history: null, ...more };
}

/** The files of an export with these messages, in files of two. */
export function organization(
  rows: readonly unknown[],
  tables: Record<string, object[]> = {},
  files: Record<string, string | object> = {},
): Record<string, string | object> {
  const parts: Record<string, object> = {};
  for (let at = 0; at < rows.length; at += 2)
    parts[`choir/messages-00000${at / 2 + 1}.json`] = {
      zerver_message: rows.slice(at, at + 2),
      zerver_usermessage: [{ id: 1, user_profile: 11, message: 1, flags_mask: 1 }],
    };
  return { "choir/realm.json": realm(tables), ...parts, ...files };
}
