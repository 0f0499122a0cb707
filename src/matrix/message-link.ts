const MATRIX_TO = /^https?:\/\/matrix\.to\/#\/([!#][^/?]+)\/(\$[^?]+)/i;
const MATRIX_URI = /^matrix:(?:roomid|r)\/[^/?]+\/(?:e|event)\/([^/?]+)/i;
const IN_TEXT = /(?:https?:\/\/matrix\.to\/#\/|matrix:(?:roomid|r)\/)[^\s"'<>]+/gi;
const PUNCTUATION = /[.,;:!?)\]]+$/;

/** The event id that a link to a message names: `https://matrix.to/#/ROOM/EVENT`, or a `matrix:` URI (appendices, "URIs"). */
export function linkedEventId(uri: string): string | undefined {
  const [, , named] = MATRIX_TO.exec(decoded(uri)) ?? [];
  if (named !== undefined) return named;
  const [, bare] = MATRIX_URI.exec(uri) ?? [];
  return bare === undefined ? undefined : `$${decoded(bare)}`;
}

/** The event ids that links to messages name, in plain text or HTML. */
export function linkedEventIds(text: string): string[] {
  return [...text.matchAll(IN_TEXT)].flatMap(([link]) => linkedEventId(link.replace(PUNCTUATION, "")) ?? []);
}

/**
 * Plain text or HTML in which each link to a message leads to the event that `newId` gives for its id, in this room. Servers that the
 * link named to find the old room by are left out.
 */
export function redirectLinks(text: string, roomId: string, newId: (eventId: string) => string | undefined): string {
  return text.replaceAll(IN_TEXT, (all) => {
    const link = all.replace(PUNCTUATION, "");
    const eventId = newId(linkedEventId(link) ?? "");
    if (eventId === undefined) return all;
    const now = /^matrix:/i.test(link)
      ? `matrix:roomid/${encoded(roomId.slice(1))}/e/${encoded(eventId.slice(1))}`
      : `https://matrix.to/#/${encoded(roomId)}/${encoded(eventId)}`;
    return now + all.slice(link.length);
  });
}

/** An identifier as clients write it there: its sigil and colon stay. */
function encoded(id: string): string {
  return encodeURIComponent(id).replaceAll("%3A", ":").replaceAll("%24", "$");
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
