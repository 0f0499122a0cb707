/** An access token: as it is now, and, where there is a way, anew. */
export interface AccessToken {
  readonly value: string;
  renew?(): Promise<void>;
}
