import type { Fields } from "../../input/fields.ts";
import type { ExportFiles } from "../../input/export-files.ts";
import type { ForeignFile } from "../message.ts";

/** Programs that fetch the files of a workspace name them, or the folder they are in, by their ids. */
const PLACES = /(?:^|\/)(?:__uploads\/(F[A-Z0-9]+)\/[^/]+|(F[A-Z0-9]+)-[^/]+)$/;

/** The files of a workspace. Slack's own exports hold none. */
export class SlackFiles {
  readonly #files: ExportFiles;
  readonly #byId = new Map<string, string[]>();

  constructor(files: ExportFiles) {
    this.#files = files;
    for (const path of files.paths) {
      const [, uploaded, named] = PLACES.exec(path) ?? [];
      const id = uploaded ?? named;
      if (id !== undefined) this.#byId.set(id, [...(this.#byId.get(id) ?? []), path]);
    }
  }

  /** `folder`: of the conversation; `otherwise`: what tells the file apart where it has no id */
  find(file: Fields, folder: string, otherwise: string): ForeignFile {
    const id = file.id("id");
    const name = file.anyText("name", "title") ?? (id === undefined ? "file" : `file ${id}`);
    const paths = file.text("mode") === "tombstone" ? [] : (this.#byId.get(id ?? "") ?? []);
    const path = paths.find((each) => each.startsWith(folder)) ?? paths[0];
    const found = path === undefined ? undefined : this.#files.file(path);
    const url =
      webAddress(file.anyText("permalink")) ??
      (file.text("mode") === "external" ? webAddress(file.anyText("url_private", "external_url")) : undefined);
    return { key: id ?? otherwise, name, file: found, ...(!found && { url }) };
  }
}

/** Without what gives access. */
function webAddress(url: string | undefined): string | undefined {
  return url !== undefined && /^https:\/\//i.test(url) ? url.split("?")[0] : undefined;
}
