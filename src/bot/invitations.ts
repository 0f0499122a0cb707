import type { BotHomeserver } from "../ports/homeserver/bot-homeserver.ts";
import type { BotMemory } from "../ports/bot-memory.ts";
import { HomeserverError } from "../ports/homeserver/homeserver.ts";
import type { InboxEvent } from "../ports/inbox.ts";
import type { Logger } from "../ports/logger.ts";
import { serverOf } from "../matrix/ids.ts";
import { member, stringMember } from "../matrix/json.ts";
import type { DirectRooms } from "./direct-rooms.ts";
import type { Permission } from "../requests/access.ts";
import { RequestError } from "../requests/failures/failure.ts";
import { noticeContent } from "../matrix/text/notice.ts";
import { IMPORTED, POLICY, QUIETLY } from "../matrix/names.ts";
import { cannotRead, hello, helloInstead } from "./hello.ts";

const NOT_PERMITTED = "You may not use this service. Ask its operator for permission.";

export interface InvitationsParts {
  homeserver: BotHomeserver;
  directRooms: DirectRooms;
  permissionOf: (userId: string) => Permission;
  memory: Pick<BotMemory, "invitedBefore">;
  logger: Logger;
  /** the address of the web page, where there is one */
  webPage: string | undefined;
  /** does it say hello in rooms that it comes into? */
  greets: boolean;
}

/** Follows invitations of people who may use the service, and declines the others. */
export class Invitations {
  readonly #homeserver: BotHomeserver;
  readonly #directRooms: DirectRooms;
  readonly #permissionOf: (userId: string) => Permission;
  readonly #logger: Logger;
  readonly #memory: Pick<BotMemory, "invitedBefore">;
  readonly #webPage: string | undefined;
  readonly #greets: boolean;

  constructor({ homeserver, directRooms, permissionOf, memory, logger, webPage, greets }: InvitationsParts) {
    this.#webPage = webPage;
    this.#memory = memory;
    this.#greets = greets;
    this.#homeserver = homeserver;
    this.#directRooms = directRooms;
    this.#permissionOf = permissionOf;
    this.#logger = logger;
  }

  /** Is it an invitation of the service user? */
  concerns(event: InboxEvent): boolean {
    return (
      event.type === "m.room.member" &&
      event.state_key === this.#homeserver.userId &&
      event.sender !== this.#homeserver.userId &&
      stringMember(event.content, "membership") === "invite"
    );
  }

  async answer(event: InboxEvent): Promise<void> {
    try {
      if (this.#permissionOf(event.sender) === "none") await this.#homeserver.leave(event.room_id, NOT_PERMITTED);
      else await this.#accept(event);
    } catch (error) {
      if (!(error instanceof HomeserverError) || this.#isWorthAnotherTry(error, event.sender)) throw error;
      // mostly taken back meanwhile
      this.#logger.info({ room_id: event.room_id, status: error.status }, "an invitation could not be answered");
    }
  }

  /** 502 to 504 also say that the inviter's homeserver cannot be reached: that can last for ever, and others wait. */
  #isWorthAnotherTry(error: HomeserverError, inviter: string): boolean {
    const isLocal = serverOf(inviter) === serverOf(this.#homeserver.userId);
    return error.mayPass && (isLocal || error.status === 0 || error.status === 429);
  }

  async #accept(event: InboxEvent): Promise<void> {
    const { room_id: roomId, sender } = event;
    const isDirect = member(event.content, "is_direct") === true;
    await this.#homeserver.join(roomId);
    // whoever has invited it by the web page wants an export, and the others in the room have asked for nothing
    if (member(event.content, QUIETLY) === true) return;
    if (await this.#homeserver.stateEvent(roomId, "m.room.encryption", "")) {
      const opened = isDirect && (await this.#openInstead(event));
      await this.#say(event, "encrypted", roomId, cannotRead(this.#webPage, opened));
    } else {
      if (isDirect) await this.#directRooms.adopt(sender, roomId);
      if (await this.#isToGreet(event)) await this.#say(event, "greeting", roomId, hello(this.#webPage));
    }
  }

  /** Once in each room; never in one that an import has made, or that is guarded: there it is at home. */
  async #isToGreet({ room_id: roomId, event_id: eventId }: InboxEvent): Promise<boolean> {
    if (!this.#greets || (await this.#memory.invitedBefore(roomId, eventId))) return false;
    for (const type of [IMPORTED, POLICY]) if (await this.#homeserver.stateEvent(roomId, type, "")) return false;
    return true;
  }

  /** A direct room in which it can read, for somebody who has opened one in which it cannot. Gives false where there can be none. */
  async #openInstead(event: InboxEvent): Promise<boolean> {
    try {
      const roomId = await this.#directRooms.readableWith(event.sender);
      if (roomId === undefined) return false;
      await this.#say(event, "hello", roomId, helloInstead(this.#webPage));
      return true;
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      this.#logger.info({ room_id: event.room_id, errcode: error.errcode }, "no direct room could be opened");
      return false;
    }
  }

  /** The same words for the same invitation are one notice. */
  async #say({ event_id }: InboxEvent, what: string, roomId: string, words: string): Promise<void> {
    await this.#homeserver.say(roomId, `roomporter.${what}.${event_id}`, noticeContent(words));
  }
}
