import { shownMediaOf, type ShownMedia } from "../../bundle/media-type.ts";
import type { MediaEntry } from "../../bundle/manifest/manifest.ts";
import { safe, type Html } from "./message/html.ts";
import { isPlainText } from "./plain-text-file.ts";
import type { RenderSource } from "../source.ts";

/** Where a page finds the files: beside it in `media/`, or inside it. */
export type FilePlace = "beside" | "inside";

/** Names whose files a browser opens without running anything in them. */
const PASSIVE =
  /\.(?:png|jpe?g|gif|webp|avif|bmp|mp4|m4[av]|webm|ogg|og[av]|opus|mp3|wav|flac|aac|mov|mkv|txt|md|log|csv|tsv|json|pdf|epub|zip|gz|tgz|bz2|xz|zst|7z|rar|tar|docx?|xlsx?|pptx?|od[tsp]|rtf|ics|vcf|eml|key|pages|numbers|psd|stl|ttf|otf|woff2?|bin|iso|dmg|deb|rpm|apk)$/i;

interface Known extends MediaEntry {
  name: string;
  shown: ShownMedia | undefined;
  /** every browser opens it as plain text */
  isText: boolean;
}

/** The files of a bundle, as pages show them. */
export class MediaFiles {
  readonly place: FilePlace;
  readonly #source: RenderSource;
  readonly #known = new Map<string, Known>();

  constructor(source: RenderSource, place: FilePlace) {
    this.#source = source;
    this.place = place;
  }

  /** Finds out what these files are; call it before the methods below. */
  async look(hashes: Iterable<string>): Promise<void> {
    for (const sha256 of hashes) {
      const entry = this.#source.head.media.get(sha256);
      if (!entry || this.#known.has(sha256)) continue;
      const [beginning, name] = [await this.#beginning(sha256), this.#source.mediaFileName(sha256)];
      const shown = await shownMediaOf(beginning);
      this.#known.set(sha256, { ...entry, name, shown, isText: isPlainText(name, beginning) });
    }
  }

  /** Has this file been looked at? */
  knows(sha256: string): boolean {
    return this.#known.has(sha256);
  }

  get(sha256: string | undefined): Known | undefined {
    return sha256 === undefined ? undefined : this.#known.get(sha256);
  }

  /** The files that were looked at. */
  get all(): ReadonlyMap<string, Known> {
    return this.#known;
  }

  isImage(sha256: string | undefined): sha256 is string {
    return this.get(sha256)?.shown?.kind === "image";
  }

  /** The attribute that gives an element its file. */
  source(sha256: string): { src: string } | { "data-file": string } {
    return this.place === "inside" ? { "data-file": sha256 } : { src: this.#path(sha256) };
  }

  /** The same, as markup. */
  sourceAttribute(sha256: string): Html {
    return this.place === "inside" ? safe` data-file="${sha256}"` : safe` src="${this.#path(sha256)}"`;
  }

  /**
   * A link to a file. What a browser could take for a page of its own (HTML, SVG, anything of no known kind that is no plain text)
   * gets none where it would open beside this one: then its place is told.
   */
  link(sha256: string, name: string, content: Html): Html {
    const { name: fileName = "", isText = false } = this.get(sha256) ?? {};
    if (this.place === "inside") return safe`<a href="#" data-file="${sha256}" download="${name}">${content}</a>`;
    if (isText || PASSIVE.test(fileName))
      return safe`<a href="${this.#path(sha256)}" download="${name}">${content}</a>`;
    return safe`<span class="unlinked">${content}<small>at <code>media/${sha256}/</code></small></span>`;
  }

  #path(sha256: string): string {
    return `media/${sha256}/${encodeURIComponent(this.#source.mediaFileName(sha256))}`;
  }

  async #beginning(sha256: string): Promise<Buffer> {
    // to leave the loop closes what is read
    for await (const chunk of await this.#source.openMedia(sha256)) return chunk;
    return Buffer.alloc(0);
  }
}
