/** How many colours authors are told apart by. */
const AUTHOR_HUES = 12;

/** Which of the colours a user id has: 0 to 11, always the same one. */
export function authorHue(userId: string): number {
  let hash = 0;
  for (const char of userId) hash = (hash * 31 + (char.codePointAt(0) ?? 0)) | 0;
  return Math.abs(hash) % AUTHOR_HUES;
}
