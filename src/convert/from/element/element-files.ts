import type { ClientEvent } from "../../../matrix/event.ts";
import { member, objectMember, stringMember } from "../../../matrix/json.ts";
import type { ExportFile, ExportFiles } from "../../input/export-files.ts";

const FOLDERS: Record<string, string> = { "m.image": "images", "m.video": "videos", "m.audio": "audio" };
const VOICE = ["org.matrix.msc2516.voice", "org.matrix.msc3245.voice", "org.matrix.msc3245.voice.v2"];
/** Time zones lie whole quarters of an hour apart. */
const QUARTER = 15;

/**
 * The files of Element's export. Their names are those of the messages with the time in between, as the exporting person's
 * language and time zone write it: so they are looked for by name, and where several fit, by size and by minute and second.
 */
export class ElementFiles {
  readonly #files: ExportFiles;
  readonly #folder: string;

  constructor(files: ExportFiles, folder: string) {
    this.#files = files;
    this.#folder = folder;
  }

  find(event: ClientEvent): { path: string; file: ExportFile } | "ambiguous" | undefined {
    const { type, content } = event;
    const msgtype = stringMember(content, "msgtype") ?? "";
    const kind = Object.hasOwn(FOLDERS, msgtype) ? FOLDERS[msgtype] : type === "m.sticker" ? "stickers" : "files";
    const names = [stringMember(content, "body"), stringMember(content, "filename")].filter(
      (name) => name !== undefined,
    );
    const isVoice = VOICE.some((key) => Object.hasOwn(content, key));
    const wanted = names.map((name) => {
      const dot = name.lastIndexOf(".");
      const [stem, ending] = dot < 0 ? [name, ""] : [name.slice(0, dot), name.slice(dot)];
      const extension = type === "m.sticker" ? ".png" : isVoice ? ".ogg" : ending;
      return { start: `${this.#folder}${kind ?? ""}/${stem}-`, extension };
    });
    const fitting = this.#files.paths.filter((path) =>
      wanted.some(
        ({ start, extension }) =>
          path.startsWith(start) && path.endsWith(extension) && path.length > start.length + extension.length,
      ),
    );
    const size = member(objectMember(content, "info"), "size");
    const narrowed = narrow(
      narrow(fitting, (path) => this.#files.file(path)?.size === size),
      (path) => isOf(path, event.origin_server_ts),
    );
    const [path, ...more] = narrowed;
    if (path === undefined) return undefined;
    const file = this.#files.file(path);
    return more.length > 0 ? "ambiguous" : file && { path, file };
  }
}

/** Those for which it holds, unless it holds for none. */
function narrow(paths: readonly string[], holds: (path: string) => boolean): readonly string[] {
  const held = paths.length > 1 ? paths.filter(holds) : [];
  return held.length > 0 ? held : paths;
}

/** Does the name end with a time like this one, in some time zone? */
function isOf(path: string, time: number): boolean {
  const date = new Date(time);
  const [minute, second] = [date.getUTCMinutes(), date.getUTCSeconds()];
  for (const [, shownMinute, shownSecond] of path.matchAll(/(?<=\d\D)(\d\d)\D(\d\d)(?!\d)/g))
    if (Number(shownSecond) === second && (Number(shownMinute) - minute) % QUARTER === 0) return true;
  return false;
}
