/** Where the keys of encrypted rooms come from. No secret stands on the command line, where others see it in the list of processes. */
export interface KeyOptions {
  /** files that clients have exported */
  keys?: string[];
  /** a file that holds their passphrase */
  passphraseFile?: string;
  /** the key backup on the homeserver, too */
  recoveryKey?: boolean;
  /** the same; a file that holds what opens it */
  recoveryKeyFile?: string;
}

/** Are keys given, so that something is to be decrypted? */
export function hasKeys({ keys, recoveryKey, recoveryKeyFile }: KeyOptions): boolean {
  return (keys?.length ?? 0) > 0 || recoveryKey === true || recoveryKeyFile !== undefined;
}
