import { join } from "node:path";
import { Conversation } from "../timeline/conversation.ts";
import { openDiskNotes } from "../disk-notes.ts";
import type { RenderSource } from "../source.ts";
import { ActivityCount, type Activity } from "../timeline/activity.ts";
import { MediaFiles, type FilePlace } from "./media-files.ts";
import { Moments } from "./moments.ts";
import { addToSpans, type PageSpan } from "./page-spans.ts";
import { SearchRows } from "./search-rows.ts";

/** What must be known before the first page can be written. */
export class Preparation {
  readonly conversation: Conversation;
  readonly spans: readonly PageSpan[];
  readonly moments: Moments;
  readonly activity: Activity;
  readonly media: MediaFiles;
  readonly rows: SearchRows;
  /** SHA-256 of the room's picture */
  readonly picture: string | undefined;

  private constructor(parts: Pick<Preparation, Exclude<keyof Preparation, "close">>) {
    this.conversation = parts.conversation;
    this.spans = parts.spans;
    this.moments = parts.moments;
    this.activity = parts.activity;
    this.media = parts.media;
    this.rows = parts.rows;
    this.picture = parts.picture;
  }

  /** Reads the bundle once. `workFolder`: an empty folder for what has to lie on disk. @throws BundleError */
  static async of(source: RenderSource, workFolder: string, place: FilePlace): Promise<Preparation> {
    const spans: PageSpan[] = [];
    const moments = new Moments();
    const count = new ActivityCount();
    const conversation = await Conversation.read(source, await openDiskNotes(workFolder), {
      briefs: true,
      watch: (entry, { number, kind }) => {
        addToSpans(spans, number, entry.original.ts);
        moments.add(number, entry.original.ts);
        if (kind === "message") count.add(entry);
      },
    });
    try {
      const media = new MediaFiles(source, place);
      const { avatar } = source.head.room;
      const picture = avatar === null ? undefined : conversation.files.get(avatar);
      if (picture !== undefined) await media.look([picture]);
      const rows = await SearchRows.open(join(workFolder, "rows"));
      return new Preparation({ conversation, spans, moments, activity: count.result(), media, rows, picture });
    } catch (error) {
      await conversation.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.rows.close();
    await this.conversation.close();
  }
}
