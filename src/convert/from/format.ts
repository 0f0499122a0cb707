import type { Belonging, ExportFiles } from "../input/export-files.ts";
import type { Conversation } from "../room/conversation.ts";
import type { Ids } from "../room/ids.ts";

/** One conversation of an export, still to be read. */
export interface ForeignConversation {
  /** as the export calls it; others may have the same name */
  name: string;
  /** what people know it by beside its name: the category of a channel */
  place?: string | undefined;
  /** bytes of its messages in the export, where that is known without reading them */
  bytes?: number;
  ids: Ids;
  /**
   * Reads it. Gives what is still to be said of the room; for rooms of Matrix itself, which have their own creation and members,
   * nothing.
   * @throws ConvertError
   */
  read(conversation: Conversation): Promise<{ pinned: readonly string[] } | undefined>;
  /** user id of the one who made the export; one of this server where it does not say */
  exporter: string;
}

/** What a person can say about an export. */
export interface ReadOptions {
  /** IANA name of the time zone in which the export writes its times */
  timeZone?: string | undefined;
  /** how the export writes dates: `dmy`, `mdy` or `ymd` */
  dateOrder?: string | undefined;
  /** users whose imported events are believed to be by whom they name */
  trustImported?: readonly string[] | undefined;
}

/** A kind of export. */
export interface ForeignFormat extends Belonging {
  /** Is it mostly an export of many conversations? Then a place for it that is not called a ZIP becomes a folder. */
  many: boolean;
  /** @throws ConvertError export_unknown, export_malformed */
  conversations(files: ExportFiles, options: ReadOptions): Promise<ForeignConversation[]>;
}
