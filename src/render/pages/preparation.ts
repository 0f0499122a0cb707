import { join } from "node:path";
import { Catalogue } from "./story/catalogue.ts";
import { MediaFiles, type FilePlace } from "./media-files.ts";
import { SearchRows } from "./search-rows.ts";
import type { RenderSource } from "./source.ts";
import { filesByUri, timeline } from "./story/timeline.ts";

/** What must be known before the first page can be written. */
export class Preparation {
  readonly files: ReadonlyMap<string, string>;
  readonly catalogue: Catalogue;
  readonly media: MediaFiles;
  readonly rows: SearchRows;
  /** SHA-256 of the room's picture */
  readonly picture: string | undefined;

  private constructor(
    files: ReadonlyMap<string, string>,
    catalogue: Catalogue,
    media: MediaFiles,
    rows: SearchRows,
    picture: string | undefined,
  ) {
    this.files = files;
    this.catalogue = catalogue;
    this.media = media;
    this.rows = rows;
    this.picture = picture;
  }

  /** Reads the bundle once. `workFolder`: an empty folder for what has to lie on disk. @throws BundleError */
  static async of(source: RenderSource, workFolder: string, place: FilePlace): Promise<Preparation> {
    const files = filesByUri(source);
    const catalogue = await Catalogue.of(timeline(source, files), workFolder);
    try {
      const media = new MediaFiles(source, place);
      const { avatar } = source.head.room;
      const picture = avatar === null ? undefined : files.get(avatar);
      if (picture !== undefined) await media.look([picture]);
      return new Preparation(files, catalogue, media, await SearchRows.open(join(workFolder, "rows")), picture);
    } catch (error) {
      await catalogue.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.rows.close();
    await this.catalogue.close();
  }
}
