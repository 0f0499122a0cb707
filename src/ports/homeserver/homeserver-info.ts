/** What the homeserver says of itself, and whether the service may ask its administrators' interface. */
export interface HomeserverInfo {
  /** name and version, e.g. `Synapse 1.163.2`; null where it does not say */
  software: string | null;
  /** versions of the specification that it supports, oldest first */
  spec_versions: string[];
  /** `default`: of new rooms; null, and none available: it does not say */
  room_versions: { default: string | null; available: { version: string; stability: string }[] };
  /** `fault`: why the service cannot use the admin API; null: it can, or is not configured to */
  admin_api: { configured: boolean; fault: string | null };
}

/** Asks the homeserver anew. @throws HomeserverError where it is away */
export type AskHomeserver = () => Promise<HomeserverInfo>;
