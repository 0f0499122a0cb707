import type { ImportedSender } from "../../bundle/manifest/manifest.ts";
import { redactionTarget, type ClientEvent } from "../../matrix/event.ts";
import { relationOf } from "../../matrix/relation.ts";
import { HomeserverError, type RoomReader } from "../../ports/homeserver/homeserver.ts";
import { RequestError } from "../../requests/failures/failure.ts";
import type { ExportOptions } from "../options.ts";

/** Which events of a room are asked for, as far as each event tells by itself. */
export class Slice {
  readonly #since: number;
  readonly #until: number;
  readonly #senders: ReadonlySet<string> | undefined;
  readonly #without: ReadonlySet<string>;
  /** the thread's root and messages */
  readonly #thread: { root: string; ids: ReadonlySet<string> } | undefined;

  readonly #ignored: ReadonlySet<string>;

  private constructor(
    { since, until, senders, without, thread }: ExportOptions,
    inThread: readonly string[],
    ignored: readonly string[],
  ) {
    this.#ignored = new Set(ignored);
    this.#since = since ?? -Infinity;
    this.#until = until ?? Infinity;
    this.#senders = senders && new Set(senders);
    this.#without = new Set(without);
    this.#thread = thread === undefined ? undefined : { root: thread, ids: new Set([thread, ...inThread]) };
  }

  /**
   * @param ignored users whose messages are left out
   * @throws RequestError not_found where there is no such thread; HomeserverError
   */
  static async of(
    options: ExportOptions,
    reader: RoomReader,
    roomId: string,
    ignored: readonly string[],
    signal: AbortSignal,
  ): Promise<Slice> {
    const { thread } = options;
    return new Slice(options, thread === undefined ? [] : await messagesOf(thread, reader, roomId, signal), ignored);
  }

  /** Is it kept from one who ignores its sender? State is not. */
  ignores({ sender, state_key }: ClientEvent): boolean {
    return state_key === undefined && this.#ignored.has(sender);
  }

  /** `author`: who really wrote it, where that is not simply its sender */
  holds(event: ClientEvent, author: ImportedSender | undefined): boolean {
    if (this.ignores(event)) return false;
    if (event.origin_server_ts < this.#since || event.origin_server_ts >= this.#until) return false;
    if (this.#without.has(author?.user_id ?? event.sender)) return false;
    const senders = this.#senders;
    if (senders && !senders.has(event.sender) && !(author && senders.has(author.user_id))) return false;
    return !this.#thread || isInThread(event, this.#thread.root, this.#thread.ids);
  }
}

/** The root, its thread's messages, and what edits them, reacts to them, redacts them or otherwise relates to them. */
function isInThread(event: ClientEvent, root: string, ids: ReadonlySet<string>): boolean {
  if (ids.has(event.event_id)) return true;
  if (event.type === "m.room.redaction") return ids.has(redactionTarget(event) ?? "");
  const { rel_type: relType, event_id: target } = relationOf(event.content);
  return relType === "m.thread" ? target === root : target !== undefined && ids.has(target);
}

async function messagesOf(thread: string, reader: RoomReader, roomId: string, signal: AbortSignal): Promise<string[]> {
  try {
    return await reader.threadMessages(roomId, thread, signal);
  } catch (error) {
    if (!(error instanceof HomeserverError) || ![400, 403, 404].includes(error.status)) throw error;
    throw noSuchThread();
  }
}

/** The same for an event that is not there and for one that they may not see. */
export function noSuchThread(): RequestError {
  const message = "There is no such event to which a thread could belong, or you may not see it";
  return new RequestError("not_found", "M_NOT_FOUND", message);
}
