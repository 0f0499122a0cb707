import type { Capabilities } from "./capabilities.ts";

/** What was found out about the homeserver, and the room of the probe that is under way. Every method throws StoreAway. */
export interface CapabilityStore {
  /** undefined: nothing, or nothing that this version of the service understands */
  read(): Promise<StoredCapabilities | undefined>;
  save(stored: StoredCapabilities): Promise<void>;
  /** The room of a probe that has not ended: null before its id is known; undefined where there is none. */
  probeRoom(): Promise<string | null | undefined>;
  setProbeRoom(roomId: string | null | undefined): Promise<void>;
}

export interface StoredCapabilities {
  capabilities: Capabilities;
  /** stands for the configuration that the probe went by: with another one the homeserver is to be probed again */
  asked: string;
  /** did the homeserver answer every call? */
  complete: boolean;
}
