import { join } from "node:path";
import { Conversation } from "../timeline/conversation.ts";
import type { RenderSource } from "../source.ts";
import { MediaFiles, type FilePlace } from "./media-files.ts";
import { addToSpans, type PageSpan } from "./page-spans.ts";
import { SearchRows } from "./search-rows.ts";

/** What must be known before the first page can be written. */
export class Preparation {
  readonly conversation: Conversation;
  readonly spans: readonly PageSpan[];
  readonly media: MediaFiles;
  readonly rows: SearchRows;
  /** SHA-256 of the room's picture */
  readonly picture: string | undefined;

  private constructor(
    conversation: Conversation,
    spans: readonly PageSpan[],
    media: MediaFiles,
    rows: SearchRows,
    picture: string | undefined,
  ) {
    this.conversation = conversation;
    this.spans = spans;
    this.media = media;
    this.rows = rows;
    this.picture = picture;
  }

  /** Reads the bundle once. `workFolder`: an empty folder for what has to lie on disk. @throws BundleError */
  static async of(source: RenderSource, workFolder: string, place: FilePlace): Promise<Preparation> {
    const spans: PageSpan[] = [];
    const conversation = await Conversation.read(source, workFolder, {
      briefs: true,
      watch: ({ original }, item) => addToSpans(spans, item, original.ts),
    });
    try {
      const media = new MediaFiles(source, place);
      const { avatar } = source.head.room;
      const picture = avatar === null ? undefined : conversation.files.get(avatar);
      if (picture !== undefined) await media.look([picture]);
      const rows = await SearchRows.open(join(workFolder, "rows"));
      return new Preparation(conversation, spans, media, rows, picture);
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
