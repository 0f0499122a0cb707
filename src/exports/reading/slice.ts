import type { ImportedSender } from "../../bundle/manifest/manifest.ts";
import { redactionTarget, type ClientEvent } from "../../matrix/event.ts";
import { stringMember } from "../../matrix/json.ts";
import { ORIGIN } from "../../matrix/names.ts";
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
  /** whose notices are left out; undefined where they are not */
  readonly #bot: string | undefined;
  /** the commands to the bot, as far as its answers have been met */
  readonly #answered: Set<string>;

  private constructor(
    { since, until, senders, without, without_bot: withoutBot, thread }: ExportOptions,
    inThread: readonly string[],
    ignored: readonly string[],
    { serviceUser, upTo }: AskedOf,
  ) {
    this.#bot = withoutBot ? serviceUser : undefined;
    // the command that asks for this export may not be answered yet
    this.#answered = new Set(withoutBot && upTo !== undefined ? [upTo] : []);
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
    askedOf: AskedOf,
    signal: AbortSignal,
  ): Promise<Slice> {
    const { thread } = options;
    const inThread = thread === undefined ? [] : await messagesOf(thread, reader, roomId, signal);
    return new Slice(options, inThread, ignored, askedOf);
  }

  /** Is it kept from one who ignores its sender? State is not. */
  ignores({ sender, state_key }: ClientEvent): boolean {
    return state_key === undefined && this.#ignored.has(sender);
  }

  /** To be asked of each event, newest first. `author`: who really wrote it, where that is not simply its sender */
  holds(event: ClientEvent, author: ImportedSender | undefined): boolean {
    if (this.#isBotTalk(event, author)) return false;
    if (this.ignores(event)) return false;
    if (event.origin_server_ts < this.#since || event.origin_server_ts >= this.#until) return false;
    if (this.#without.has(author?.user_id ?? event.sender)) return false;
    const senders = this.#senders;
    if (senders && !senders.has(event.sender) && !(author && senders.has(author.user_id))) return false;
    return !this.#thread || isInThread(event, this.#thread.root, this.#thread.ids);
  }

  /** Said by the bot, or a command that it has answered: what it answers stands before its answer, and is met after it. */
  #isBotTalk(event: ClientEvent, author: ImportedSender | undefined): boolean {
    if (this.#bot === undefined) return false;
    if (this.#answered.has(event.event_id)) return true;
    if ((author?.user_id ?? event.sender) !== this.#bot || !isOwnMessage(event, author)) return false;
    const { in_reply_to: command } = relationOf(event.content);
    if (command !== undefined) this.#answered.add(command);
    return true;
  }
}

/** Who is asked for an export, and by which message, if by one. */
interface AskedOf {
  serviceUser: string;
  upTo: string | undefined;
}

/** A notice or a bundle; what an import of the service has brought is somebody else's, also where its author cannot be told. */
function isOwnMessage({ type, state_key, content }: ClientEvent, author: ImportedSender | undefined): boolean {
  if (type !== "m.room.message" || state_key !== undefined) return false;
  if (author === undefined && Object.hasOwn(content, ORIGIN)) return false;
  return ["m.notice", "m.file"].includes(stringMember(content, "msgtype") ?? "");
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
    if (!(error instanceof HomeserverError && (error.status === 400 || error.isAbsentOrForbidden))) throw error;
    throw noSuchThread();
  }
}

/** The same for an event that is not there and for one that they may not see. */
export function noSuchThread(): RequestError {
  const message = "There is no such event to which a thread could belong, or you may not see it";
  return new RequestError("not_found", "M_NOT_FOUND", message);
}
