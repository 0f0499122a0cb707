const DATE = /^\d{4}-\d{2}-\d{2}$/;
const DATE_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2})$/;

/**
 * A moment as people write it: `2026-11-22` (midnight UTC) or an RFC 3339 date and time with its offset. Gives milliseconds since
 * the epoch, or undefined where the text is neither, or names a day that does not exist.
 */
export function parseInstant(text: string): number | undefined {
  if (!DATE.test(text) && !DATE_TIME.test(text)) return undefined;
  const milliseconds = Date.parse(text);
  if (Number.isNaN(milliseconds)) return undefined;
  const day = Date.parse(text.slice(0, 10));
  return new Date(day).toISOString().startsWith(text.slice(0, 10)) ? milliseconds : undefined;
}
