import { KeyError } from "../key-error.ts";
import { parseRecoveryKey } from "./recovery-key.ts";

/** What somebody types to open their backup: Element's "recovery key", or their "security phrase". */
export type BackupSecret = { readonly recoveryKey: string } | { readonly passphrase: string };

/** What looks like a recovery key is one; else it is a security phrase. */
export function secretOf(text: string): BackupSecret {
  try {
    parseRecoveryKey(text);
    return { recoveryKey: text };
  } catch (error) {
    if (!(error instanceof KeyError)) throw error;
    return { passphrase: text };
  }
}
