import {
  DecryptionErrorCode,
  DecryptionSettings,
  DeviceId,
  initAsync,
  MegolmDecryptionError,
  OlmMachine,
  RoomId,
  TrustRequirement,
  UserId,
} from "@matrix-org/matrix-sdk-crypto-wasm";
import type { ClosedReason } from "../decryptor.ts";

/** The decrypted event as JSON, or why there is none. */
export type MachineResult = string | { readonly why: Exclude<ClosedReason, "unknown_algorithm"> };

/**
 * Holds sessions and opens ciphertexts with them, by matrix-sdk-crypto, the library of Element. All that it holds is in memory. One call
 * at a time. Without `node:` imports: it also runs in a browser.
 */
export class MegolmMachine {
  #machine: OlmMachine;

  static async start(): Promise<MegolmMachine> {
    await initAsync();
    return new MegolmMachine(await emptyMachine());
  }

  private constructor(machine: OlmMachine) {
    this.#machine = machine;
  }

  /**
   * Takes these sessions (JSON in the key export format) to those that it holds, then opens these events (JSON in the client-server
   * format). Sessions that it cannot use do not keep the others out. One result an event, in order.
   */
  async open(roomId: string, sessions: readonly string[], events: readonly string[]): Promise<MachineResult[]> {
    await this.#import(sessions);
    // who sent an event, and from which device, was never proven by keys that were imported
    const settings = new DecryptionSettings(TrustRequirement.Untrusted);
    const room = parseRoomId(roomId);
    if (room === undefined) return events.map(() => ({ why: "malformed" }));
    const results: MachineResult[] = [];
    for (const event of events) results.push(await this.#open(event, room, settings));
    settings.free();
    room.free();
    return results;
  }

  /** Drops all sessions: a machine without any takes little memory. */
  async forget(): Promise<void> {
    this.#machine.close();
    this.#machine = await emptyMachine();
  }

  close(): void {
    this.#machine.close();
  }

  /** The library takes a list whole or not at all: where it does not, each session by itself. */
  async #import(sessions: readonly string[]): Promise<void> {
    if (sessions.length === 0) return;
    try {
      (await this.#machine.importExportedRoomKeys(`[${sessions.join(",")}]`, ignoreProgress)).free();
    } catch {
      if (sessions.length > 1) for (const session of sessions) await this.#import([session]);
    }
  }

  async #open(event: string, room: RoomId, settings: DecryptionSettings): Promise<MachineResult> {
    try {
      const decrypted = await this.#machine.decryptRoomEvent(event, room, settings);
      const text = decrypted.event;
      decrypted.free();
      return text;
    } catch (error) {
      // anything else is a failure of the library, after which nothing that it says can be believed
      if (!(error instanceof MegolmDecryptionError)) throw error;
      const { code } = error;
      error.free();
      if (code === DecryptionErrorCode.MissingRoomKey) return { why: "no_key" };
      return { why: code === DecryptionErrorCode.UnknownMessageIndex ? "later_index" : "malformed" };
    }
  }
}

function emptyMachine(): Promise<OlmMachine> {
  // it never speaks to a homeserver: any name will do
  return OlmMachine.initialize(new UserId("@reader:localhost"), new DeviceId("READER"));
}

function parseRoomId(roomId: string): RoomId | undefined {
  try {
    return new RoomId(roomId);
  } catch {
    return undefined;
  }
}

function ignoreProgress(): void {
  // nobody watches: sessions come in small numbers
}
