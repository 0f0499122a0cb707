/** Identifiers (Matrix specification, appendices, "Common identifier format"). */

const USER_ID = /^@[^:\0]*:[^\s/\0]+$/;
const MXC = /^mxc:\/\/([A-Za-z0-9._:[\]-]+)\/([A-Za-z0-9_=~.-]+)$/;

/** The server name in a user id, alias or old room id: all after the first colon; "" where there is none. */
export function serverOf(id: string): string {
  const colon = id.indexOf(":");
  return colon < 0 ? "" : id.slice(colon + 1);
}

/** The part of a user id between `@` and the first colon. */
export function localpartOf(userId: string): string {
  const colon = userId.indexOf(":");
  return userId.slice(1, colon < 0 ? undefined : colon);
}

/** Has this text the shape of a user id (historical localparts included), at most 255 bytes long? */
export function isUserId(text: string): boolean {
  return USER_ID.test(text) && text.isWellFormed() && Buffer.byteLength(text) <= 255;
}

/** Server and media id of an `mxc://` URI (client-server API, "mxc:// URIs"), or undefined where it is none or hides a path. */
export function parseMxc(uri: string): { server: string; mediaId: string } | undefined {
  const match = MXC.exec(uri);
  const [, server, mediaId] = match ?? [];
  if (!server || !mediaId || /^\.+$/.test(server) || /^\.+$/.test(mediaId)) return undefined;
  return { server, mediaId };
}
