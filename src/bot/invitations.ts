import type { BotHomeserver } from "../ports/homeserver/bot-homeserver.ts";
import { HomeserverError } from "../ports/homeserver/homeserver.ts";
import type { InboxEvent } from "../ports/inbox.ts";
import type { Logger } from "../ports/logger.ts";
import { serverOf } from "../matrix/ids.ts";
import { member, stringMember } from "../matrix/json.ts";
import type { DirectRooms } from "./direct-rooms.ts";
import type { Permission } from "../requests/access.ts";
import { notice } from "./messages.ts";

const NOT_PERMITTED = "You may not use this service. Ask its operator for permission.";
const ENCRYPTED =
  "This room is encrypted, so I cannot read commands here. " +
  "Invite me to a room without encryption, or use the roomporter command line.";

/** Follows invitations of people who may use the service, and declines the others. */
export class Invitations {
  readonly #homeserver: BotHomeserver;
  readonly #directRooms: DirectRooms;
  readonly #permissionOf: (userId: string) => Permission;
  readonly #logger: Logger;

  constructor(
    homeserver: BotHomeserver,
    directRooms: DirectRooms,
    permissionOf: (userId: string) => Permission,
    logger: Logger,
  ) {
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
    await this.#homeserver.join(event.room_id);
    if (await this.#homeserver.stateEvent(event.room_id, "m.room.encryption", ""))
      await this.#homeserver.say(event.room_id, `roomporter.encrypted.${event.event_id}`, notice(ENCRYPTED));
    else if (member(event.content, "is_direct") === true) await this.#directRooms.adopt(event.sender, event.room_id);
  }
}
