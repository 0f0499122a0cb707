const MATRIX_TO = /^https?:\/\/matrix\.to\/#\/([!#][^/?]+)\/(\$[^/?]+)/i;
const MATRIX_URI = /^matrix:(?:roomid|r)\/[^/?]+\/(?:e|event)\/([^/?]+)/i;

/** The event id that a link to a message names: `https://matrix.to/#/ROOM/EVENT`, or a `matrix:` URI (appendices, "URIs"). */
export function linkedEventId(uri: string): string | undefined {
  const [, , named] = MATRIX_TO.exec(decoded(uri)) ?? [];
  if (named !== undefined) return named;
  const [, bare] = MATRIX_URI.exec(uri) ?? [];
  return bare === undefined ? undefined : `$${decoded(bare)}`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
