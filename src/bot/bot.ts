import type { AuditReading } from "../audit/read-audit.ts";
import type { Exports } from "../exports/exports.ts";
import type { Imports } from "../imports/imports.ts";
import type { JobControl } from "../jobs/job-control.ts";
import type { Jobs } from "../jobs/jobs.ts";
import { RequestError } from "../requests/failures/failure.ts";
import type { Hourly } from "../requests/limits/hourly.ts";
import { sentenceOf } from "../requests/failures/sentence.ts";
import type { RunOperation } from "../requests/operation.ts";
import type { Rooms } from "../rooms/rooms.ts";
import type { Permission } from "../requests/access.ts";
import { stringMember } from "../matrix/json.ts";
import type { BotHomeserver } from "../ports/homeserver/bot-homeserver.ts";
import type { BotMemory } from "../ports/bot-memory.ts";
import { HomeserverError, type MediaSource, type MediaTarget } from "../ports/homeserver/homeserver.ts";
import type { InboxEvent, InboxHandler } from "../ports/inbox.ts";
import type { DiskSpace } from "../ports/disk-space.ts";
import { errorFields, type Logger } from "../ports/logger.ts";
import type { Timer } from "../ports/timer.ts";
import { isAdminRoom } from "./admin-room.ts";
import { commandIn, subjectOf } from "./addressed.ts";
import type { CommandCall, Command } from "./command.ts";
import { auditCommand } from "./commands/audit.ts";
import { cancelCommand } from "./commands/cancel.ts";
import { exportCommand } from "./commands/export.ts";
import { helpCommand } from "./commands/help.ts";
import { misspeltCommand } from "./commands/misspelt.ts";
import { importCommand } from "./commands/import.ts";
import { jobsCommand } from "./commands/jobs.ts";
import { retryCommand } from "./commands/retry.ts";
import { roomCommand } from "./commands/room.ts";
import { roomsCommand } from "./commands/rooms.ts";
import { widgetCommand } from "./commands/widget.ts";
import { Delivery, type Copies } from "./delivery.ts";
import { DirectRooms } from "./direct-rooms.ts";
import { Downloads } from "./downloads.ts";
import { Invitations } from "./invitations.ts";
import { JobNotices } from "./job-notices.ts";
import { answer, edit } from "./messages.ts";
import { noticeContent } from "../matrix/text/notice.ts";
import { Misuse, type CommandWords } from "./command-words.ts";

/** A message dated this much before its room was made, in milliseconds, is history that somebody has replayed. */
const CLOCK_SKEW_MS = 600_000;
const REASONS_SHOWN = 5;

export interface BotParts {
  operate: RunOperation;
  exports: Pick<Exports, "start" | "startSpace" | "startPredecessors" | "download">;
  imports: Pick<Imports, "admit" | "start">;
  delivered: Copies;
  jobs: Pick<Jobs, "list" | "cancel" | "retry">;
  jobEnded: JobControl["ended"];
  auditReading: Pick<AuditReading, "page">;
  rooms: Rooms;
  homeserver: BotHomeserver;
  mediaSource: MediaSource;
  mediaTarget: MediaTarget;
  memory: BotMemory;
  /** counts direct rooms that the bot makes for somebody */
  roomsMade: Pick<Hourly, "during">;
  permissionOf: (userId: string) => Permission;
  /** where people reach the web page, if there is one */
  webPage?: string | undefined;
  /** may a client show the widget? */
  hasWidget: boolean;
  /** does it say hello in rooms that it comes into? */
  greets: boolean;
  logger: Logger;
  /** a folder for bundles on their way to an import */
  temporaryFolder: string;
  /** of its disk */
  space: DiskSpace;
  /** in bytes */
  largestBundle: number;
  timer?: Timer;
}

/** Does what people say to the service user in rooms. */
export class Bot implements InboxHandler {
  readonly #parts: BotParts;
  readonly #commands: Map<string, Command>;
  readonly #invitations: Invitations;
  readonly #notices: JobNotices;
  readonly #stopped = new AbortController();

  constructor(parts: BotParts) {
    const { exports, imports, jobs, homeserver, memory, permissionOf, logger } = parts;
    this.#parts = parts;
    const directRooms = new DirectRooms(homeserver, memory, parts.roomsMade, this.#stopped.signal, parts.timer);
    const downloads = new Downloads({
      media: parts.mediaSource,
      folder: parts.temporaryFolder,
      space: parts.space,
      largest: parts.largestBundle,
      signal: this.#stopped.signal,
    });
    const delivery = new Delivery(
      exports.download,
      parts.delivered,
      homeserver,
      parts.mediaTarget,
      directRooms,
      parts.webPage,
    );
    this.#notices = new JobNotices(parts.jobEnded, homeserver, memory, delivery, logger, parts.timer);
    this.#invitations = new Invitations({
      homeserver,
      directRooms,
      permissionOf,
      memory,
      logger,
      webPage: parts.webPage,
      greets: parts.greets,
    });
    const amongAdmins = [
      (userId: string) => permissionOf(userId) === "admin",
      (roomId: string) => isAdminRoom(homeserver, permissionOf, roomId),
    ] as const;
    const commands = [
      exportCommand(exports, this.#notices),
      importCommand(imports, homeserver, downloads, this.#notices),
      jobsCommand(jobs, ...amongAdmins),
      cancelCommand(jobs),
      retryCommand(jobs, this.#notices),
      auditCommand(parts.auditReading, parts.rooms, ...amongAdmins),
      roomCommand(parts.rooms, async (userId, eventId, words) => {
        await homeserver.say(await directRooms.with(userId), `roomporter.room.${eventId}`, noticeContent(words));
      }),
      roomsCommand(parts.rooms, homeserver, directRooms),
      widgetCommand(homeserver, parts.hasWidget ? parts.webPage : undefined),
    ];
    this.#commands = new Map(
      [...commands, helpCommand(commands, parts.webPage)].map((command) => [command.name, command]),
    );
  }

  /** Goes on with the notices of jobs that an earlier run has left. */
  async resume(): Promise<void> {
    await this.#notices.resume();
  }

  /** Lets what is being sent finish; what is not done is done by the next run. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#notices.stop();
  }

  /**
   * Acts on an invitation or a command; anything else is passed over. Rejects only where it is worth being called with the
   * same event again: the homeserver is away, or the service is being stopped.
   */
  async handle(event: InboxEvent): Promise<void> {
    if (this.#invitations.concerns(event)) {
      await this.#invitations.answer(event);
      return;
    }
    const words = commandIn(event, this.#parts.homeserver.userId);
    const command = words && (this.#commands.get(words.name) ?? this.#misspelt(words.name, event.sender));
    if (!command) return;
    try {
      if (await this.#isSaidHereAndNow(event)) await this.#run(command, words, event);
    } catch (error) {
      this.#stopped.signal.throwIfAborted();
      if (error instanceof HomeserverError && error.mayPass) throw error;
      const fields = { room_id: event.room_id, command: command.name, ...errorFields(error) };
      this.#parts.logger.error(fields, "a command could not be answered");
    }
  }

  /** Other bots have commands too: a word that is near to none of these is theirs, and so are those of people who may not use this one. */
  #misspelt(name: string, userId: string): Command | undefined {
    return this.#parts.permissionOf(userId) === "none" ? undefined : misspeltCommand(name, [...this.#commands.keys()]);
  }

  async #run(command: Command, { args, unclosed }: CommandWords, event: InboxEvent): Promise<void> {
    const call = this.#call(event);
    try {
      await this.#admit(command, call);
      if (unclosed !== undefined)
        throw new Misuse(`Nothing closes the quotation mark of ${unclosed.slice(0, 30)}: write "two words".`);
      if (call.subject === undefined && command.needsSubject !== undefined) await call.tell(command.needsSubject);
      else await command.parse(args)(call);
    } catch (error) {
      if (error instanceof Misuse) await call.tell(`${error.message} Usage: ${command.usage}`);
      else if (error instanceof RequestError) await call.tell(sentenceOf(error, { most: REASONS_SHOWN }));
      else throw error;
    }
  }

  /** For strangers no command is even read: not its help, and no bundle that it names. @throws RequestError */
  async #admit({ action }: Command, { event, requester }: CommandCall): Promise<void> {
    await this.#parts.operate({ ...(action && { action }), room_id: event.room_id }, requester, async () => undefined);
  }

  #call(event: InboxEvent): CommandCall {
    const { homeserver } = this.#parts;
    let sent: string | undefined;
    return {
      event,
      requester: { userId: event.sender, adminToken: false, door: "bot" },
      subject: subjectOf(event),
      async tell(body) {
        if (sent === undefined) {
          sent = await homeserver.say(event.room_id, `roomporter.answer.${event.event_id}`, answer(body, event));
        } else {
          await homeserver.say(event.room_id, `roomporter.edit.${crypto.randomUUID()}`, edit(sent, body));
        }
        return sent;
      },
    };
  }

  /** Are both still in the room, and was it not replayed into the room with an older date? */
  async #isSaidHereAndNow(event: InboxEvent): Promise<boolean> {
    const { homeserver } = this.#parts;
    for (const userId of [homeserver.userId, event.sender]) {
      const membership = await this.#stateEvent(event.room_id, "m.room.member", userId);
      if (stringMember(membership?.content, "membership") !== "join") return false;
    }
    const create = await this.#stateEvent(event.room_id, "m.room.create", "");
    return create !== undefined && event.origin_server_ts >= create.origin_server_ts - CLOCK_SKEW_MS;
  }

  /** undefined also where the service user may not look: it is not in the room */
  async #stateEvent(...where: Parameters<BotHomeserver["stateEvent"]>): ReturnType<BotHomeserver["stateEvent"]> {
    try {
      return await this.#parts.homeserver.stateEvent(...where);
    } catch (error) {
      if (error instanceof HomeserverError && error.isForbidden) return undefined;
      throw error;
    }
  }
}
