/** The event of `$id`, of `https://matrix.to/#/!room:server/$id?via=server` and of `matrix:roomid/room:server/e/id`. */
export function eventIdIn(text: string): string | undefined {
  const [, uriId] = /^matrix:[^?]*\/e\/([^/?\s]+)/.exec(text.trim()) ?? [];
  if (uriId !== undefined) return `$${decoded(uriId)}`;
  return /\$[^/?\s]+/.exec(decoded(text))?.[0];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
