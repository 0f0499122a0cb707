import type { Uploads } from "./uploads.ts";

/** Files under way at once: a homeserver that also takes events has other work. */
const AT_ONCE = 4;
/**
 * Bytes of files under way, beside one of any size. A kill loses what the homeserver has taken and nobody has noted down: those files are
 * uploaded again, and so much stays behind there at most.
 */
const MOST_BYTES = 16 * 1024 ** 2;

/** Files of a replay that are uploaded before their events' turn, in the order in which the events need them. */
export class FilesAhead {
  readonly #uploads: Pick<Uploads, "size" | "newUri">;
  readonly #distance: number;
  /** in the order of the events */
  readonly #needed: { position: number; uri: string; size: number }[] = [];
  readonly #noted = new Set<string>();
  readonly #underWay = new Set<Promise<void>>();
  #bytes = 0;
  #next = 0;
  #until = -1;
  #stopped = false;

  /** @param distance how many events before its own a file may be uploaded */
  constructor(uploads: Pick<Uploads, "size" | "newUri">, distance: number) {
    this.#uploads = uploads;
    this.#distance = distance;
  }

  /** Takes note of what an event will need; call it for each event in order, before the first `reached`. @param uris addresses in the bundle */
  note(position: number, uris: readonly string[]): void {
    for (const uri of uris) {
      const size = this.#uploads.size(uri);
      if (size === undefined || this.#noted.has(uri)) continue;
      this.#noted.add(uri);
      this.#needed.push({ position, uri, size });
    }
  }

  /** Begins uploads for the events from this one on. What fails is told to whoever needs the file (`Uploads.newUri`). */
  reached(position: number): void {
    while ((this.#needed[this.#next]?.position ?? Infinity) < position) this.#next++;
    this.#until = position + this.#distance;
    this.#begin();
  }

  /** Begins no more, and resolves once nothing is under way. Never rejects. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#underWay);
  }

  #begin(): void {
    for (;;) {
      const file = this.#needed[this.#next];
      if (this.#stopped || !file || file.position > this.#until || this.#underWay.size >= AT_ONCE) return;
      if (this.#underWay.size > 0 && this.#bytes + file.size > MOST_BYTES) return;
      this.#next++;
      const done = this.#upload(file).then(() => {
        this.#underWay.delete(done);
        this.#begin();
      });
      this.#underWay.add(done);
    }
  }

  async #upload({ uri, size }: { uri: string; size: number }): Promise<void> {
    this.#bytes += size;
    try {
      await this.#uploads.newUri(uri);
    } catch {
      this.#stopped = true;
    }
    this.#bytes -= size;
  }
}
