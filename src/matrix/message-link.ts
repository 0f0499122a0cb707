const MATRIX_TO = /^https?:\/\/matrix\.to\/#\/([!#][^/?]+)(?:\/(\$[^?]+))?/i;
const MATRIX_URI = /^matrix:(roomid|r)\/([^/?]+)(?:\/(?:e|event)\/([^/?]+))?/i;
const IN_TEXT = /(?:https?:\/\/matrix\.to\/#\/|matrix:(?:roomid|r)\/)[^\s"'<>]+/gi;
const PUNCTUATION = /[.,;:!?)\]]+$/;

/** Where a link leads: to a room, by its id or alias, or to an event in it. */
export interface RoomLink {
  room: string;
  eventId: string | undefined;
}

/** What `https://matrix.to/#/ROOM/EVENT`, or a `matrix:` URI, names (appendices, "URIs"); undefined: no room. */
export function roomLink(uri: string): RoomLink | undefined {
  const [, room, eventId] = MATRIX_TO.exec(decoded(uri)) ?? [];
  if (room !== undefined) return { room, eventId };
  const [, kind, name, event] = MATRIX_URI.exec(uri) ?? [];
  if (kind === undefined || name === undefined) return undefined;
  const sigil = kind.toLowerCase() === "r" ? "#" : "!";
  return { room: sigil + decoded(name), eventId: event === undefined ? undefined : `$${decoded(event)}` };
}

/** The event id that a link to a message names. */
export function linkedEventId(uri: string): string | undefined {
  return roomLink(uri)?.eventId;
}

/** The links to rooms and messages in plain text or HTML. */
export function roomLinks(text: string): RoomLink[] {
  return [...text.matchAll(IN_TEXT)].flatMap(([link]) => roomLink(link.replace(PUNCTUATION, "")) ?? []);
}

/** Where a link shall lead; `via`: a server by which the room is found. */
export interface LinkTarget {
  roomId: string;
  eventId?: string | undefined;
  via?: string;
}

/**
 * Plain text or HTML in which each link to a room or message leads to what `target` gives for it; others stay. Servers that a link named to
 * find the old room by are left out.
 */
export function redirectLinks(text: string, target: (link: RoomLink) => LinkTarget | undefined): string {
  return text.replaceAll(IN_TEXT, (all) => {
    const link = all.replace(PUNCTUATION, "");
    const named = roomLink(link);
    const now = named && target(named);
    if (!now) return all;
    const { roomId, eventId, via } = now;
    const event =
      eventId === undefined ? "" : /^matrix:/i.test(link) ? `/e/${encoded(eventId.slice(1))}` : `/${encoded(eventId)}`;
    const room = /^matrix:/i.test(link) ? `matrix:roomid/${encoded(roomId.slice(1))}` : roomAddress(roomId);
    return room + event + (via === undefined ? "" : `?via=${encoded(via)}`) + all.slice(link.length);
  });
}

/** The address of a room, which clients open. */
export function roomAddress(roomId: string): string {
  return `https://matrix.to/#/${encoded(roomId)}`;
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
