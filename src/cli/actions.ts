import type { AuditCheck } from "../ports/audit-log.ts";

/**
 * What only the composition root can do. Each action loads its own code when it is called, so that the other commands start at
 * once. They reject with an error whose message is fit for a person.
 */
export interface Actions {
  /** of this package */
  version: string;
  /** Runs the service; resolves once it was told to stop and has stopped. */
  serve(configFile: string): Promise<void>;
  /** Runs jobs only, beside the service; resolves once it was told to stop and has stopped. */
  worker(configFile: string): Promise<void>;
  /** Copies everything from one database into an empty other one. Gives the number of rows of each table. */
  copyDatabase(from: string, to: string): Promise<Record<string, number>>;
  /** Lets retention go on after the clock has jumped. @returns the time that was confirmed, in milliseconds since the epoch */
  confirmClock(configFile: string): Promise<number>;
  /** Walks the audit log. `witness`: a row as it was noted before. @throws where there is none */
  auditVerify(configFile: string, witness?: { position: number; hash: string }): Promise<AuditCheck>;
  /** Writes a new registration for the homeserver. @throws where the file exists, unless `force` */
  registration(options: { url: string; config: string; output: string; force?: boolean }): Promise<void>;
  /**
   * Resolves where the service can start with this configuration, with what is odd about it and what was found; else the message names
   * each fault with its line. `online`: asks the homeserver, too.
   */
  configCheck(configFile: string, options: { online: boolean }): Promise<{ warnings: string[]; facts: string[] }>;
}
