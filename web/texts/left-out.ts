import { t } from "./texts.ts";

interface Coverage {
  complete: boolean;
  limits: readonly { kind: string }[];
  without_encrypted_files?: boolean | undefined;
}

/** What a bundle does not hold, in plain words. @param ledger how many entries its ledger has */
export function leftOutBy(
  { complete, limits, without_encrypted_files: lacksFiles }: Coverage,
  ledger: number,
): string[] {
  const lines = limits.map(({ kind }) => t.limits[kind] ?? t.limitUnknown);
  if (lacksFiles) lines.push(t.encryptedFiles);
  if (!complete && lines.length === 0) lines.push(t.limitUnknown);
  if (ledger > 0) lines.push(t.notCarried(ledger));
  return lines.length === 0 ? [t.jobs.complete] : [...new Set(lines)];
}
