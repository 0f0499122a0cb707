/** The private keys by which the service user signs its devices (client-server API, "Cross-signing"), in base64. */
export interface CrossSigningKeys {
  master: string;
  self_signing: string;
  user_signing: string;
}

/** Keeps them, sealed. */
export interface CrossSigningStore {
  /** undefined: there are none, or they were sealed with another secret. @throws StoreAway */
  load(): Promise<CrossSigningKeys | undefined>;
  /** @throws StoreAway */
  save(keys: CrossSigningKeys): Promise<void>;
}
