import { stringMember } from "../../matrix/json.ts";
import { HomeserverError, type RoomWriter } from "../../ports/homeserver/homeserver.ts";
import type { ImportJournal } from "../../ports/import-journal.ts";
import { RequestError } from "../../requests/failures/failure.ts";
import { notInvited } from "../../requests/standing.ts";

export interface AuthorInvitations {
  /** Does this user take an invitation for which the importing user has asked? @throws HomeserverError */
  takes: (userId: string) => Promise<boolean>;
  /** Counts one invitation for whoever asked. @throws RequestError too_many; what `act` throws */
  counted: <T>(act: () => Promise<T>) => Promise<T>;
  /** for the invitation */
  reason: string;
}

/**
 * Invites the users of this homeserver that authors are said to be, last of all. Who cannot be invited stands in the ledger. Safe to
 * repeat.
 */
export async function inviteAuthors(
  writer: RoomWriter,
  roomId: string,
  userIds: Iterable<string>,
  journal: Pick<ImportJournal, "addLedger">,
  { takes, counted, reason }: AuthorInvitations,
): Promise<void> {
  for (const userId of userIds) {
    const member = await writer.stateEvent(roomId, "m.room.member", userId);
    const membership = stringMember(member?.content, "membership");
    // who has left or declined since an earlier run is not asked again
    if (membership !== undefined) continue;
    try {
      if (!(await takes(userId))) throw notInvited();
      await counted(() => writer.invite(roomId, userId, reason));
    } catch (error) {
      const why = whyNot(error);
      if (why === undefined) throw error;
      await journal.addLedger({ code: "author_not_invited", message: `${userId} was not invited: ${why}` });
    }
  }
}

/** undefined: it is no matter of this invitation */
function whyNot(error: unknown): string | undefined {
  if (error instanceof RequestError) return error.message;
  if (!(error instanceof HomeserverError) || !error.isAbsentOrForbidden) return undefined;
  return `the homeserver refuses it (${String(error.status)} ${error.errcode})`;
}
