/**
 * `tea-2026-11-22.zip`: what is ASCII in the name of a room, and the day of its export.
 * @param exportedAt RFC 3339
 */
export function exportFileName(name: string | null, exportedAt: string): string {
  const plain = (name ?? "")
    .normalize("NFKD")
    .replaceAll(/\p{M}+/gu, "")
    .toLowerCase();
  const words = plain
    .replaceAll(/[^a-z0-9]+/g, "-")
    .slice(0, 60)
    .replaceAll(/^-+|-+$/g, "");
  return `${words || "room"}-${exportedAt.slice(0, 10)}.zip`;
}
