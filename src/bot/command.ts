import type { AuditAction } from "../ports/audit-log.ts";
import type { InboxEvent } from "../ports/inbox.ts";
import type { Requester } from "../requests/requester.ts";

/** One call of a command. */
export interface CommandCall {
  /** the message that it stands in */
  event: InboxEvent;
  requester: Requester;
  /** the event that it is about: the file whose caption it is, or what the message replies to */
  subject: string | undefined;
  /** Sends the one notice that answers this call, or gives it new words. Gives the notice's event id. */
  tell: (body: string) => Promise<string>;
}

/** A command as data: how it is written, what must hold before it runs, what it does. */
export interface Command {
  name: string;
  /** e.g. `!cancel ID` */
  usage: string;
  /** one sentence */
  help: string;
  /** what the audit log calls it, where somebody may not use it; absent: it is no matter of the audit log */
  action?: AuditAction;
  /** may only be called in a reply or as a caption; the sentence says what of */
  needsSubject?: string;
  /**
   * Reads the arguments; what it gives runs the command.
   * @throws Misuse
   */
  parse(args: readonly string[]): (call: CommandCall) => Promise<void>;
}
