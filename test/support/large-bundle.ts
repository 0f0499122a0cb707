import { createHash } from "node:crypto";
import { open, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import { eventLine } from "../../src/bundle/manifest/manifest-lines.ts";
import type { BundleEvent } from "../../src/bundle/manifest/manifest.ts";
import { writeBundle, type MediaFile } from "../../src/bundle/write-bundle.ts";
import type { JsonObject } from "../../src/matrix/json.ts";
import { ALICE, BOB, headOf, message, sampleRoom } from "../unit/bundle/sample.ts";
import { png } from "./pictures.ts";

const PEOPLE = [ALICE, BOB, "@dora:acme.test"];
const WORDS = "Shall we have tea at four? I bring biscuits, and the kettle is on already. See you in the garden".split(
  " ",
);
const [EVENTS_A_CHUNK, MINUTE] = [500, 60_000];
const ZEROS = Buffer.alloc(256 * 1024);
/** The beginning of a film (ISO 14496-12, `ftyp`). */
const FILM = Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from("ftypisom\0\0\0\0isommp42")]);

export interface LargeBundle {
  messages: number;
  /** how many films there are, of so many bytes each: nothing but their beginning and zeros, which take no room on disk */
  films?: { count: number; bytes: number };
}

/**
 * Writes a bundle of any size: a message a minute; of each hundred one is a reply to the one before, one a picture and one, as long
 * as there are some, a film. Gives its path.
 */
export async function writeLargeBundle(directory: string, name: string, large: LargeBundle): Promise<string> {
  const { messages, films = { count: 0, bytes: 0 } } = large;
  const files = [...Array(10).keys()].map((at) => pictureFile(at));
  for (let at = 0; at < films.count; at++) files.push(await filmFile(at, films.bytes));
  const head = headOf({ ...sampleRoom(), events: PEOPLE.map((who, at) => message(at, who, {})), media: [], state: [] });
  for (const { sha256, size, mimetype, name: called } of files)
    head.media.set(sha256, { size, mimetype, names: [called], uris: [uriOf(sha256)] });
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  head.counts = {
    ...head.counts,
    events: messages,
    by_type: { "m.room.message": messages },
    media_files: files.length,
    media_bytes: bytes,
  };
  const path = join(directory, name);
  await writeBundle(await SparseFile.open(path), { head, events: lines(messages, files), media: files });
  return path;
}

const uriOf = (sha256: string): string => `mxc://acme.test/${sha256.slice(0, 24)}`;

function pictureFile(at: number): MediaFile {
  const bytes = png(64, [at * 20, 120, 200]);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const file = (): Promise<Readable> => Promise.resolve(Readable.from([bytes]));
  return { sha256, file, name: `picture-${at}.png`, mimetype: "image/png", size: bytes.length };
}

async function filmFile(at: number, size: number): Promise<MediaFile> {
  const chunks = function* (): Generator<Buffer, void, undefined> {
    yield Buffer.concat([FILM, Buffer.from(String(at).padStart(8, "0"))]);
    for (let left = size - FILM.length - 8; left > 0; left -= ZEROS.length)
      yield ZEROS.subarray(0, Math.min(left, ZEROS.length));
  };
  const hash = createHash("sha256");
  for (const chunk of chunks()) hash.update(chunk);
  const file = (): Promise<Readable> => Promise.resolve(Readable.from(chunks()));
  return { sha256: hash.digest("hex"), file, name: `film-${at}.mp4`, mimetype: "video/mp4", size };
}

async function* lines(messages: number, files: readonly MediaFile[]): AsyncGenerator<Buffer, void, undefined> {
  for (let from = 0; from < messages; from += EVENTS_A_CHUNK) {
    let chunk = "";
    for (let number = from; number < Math.min(messages, from + EVENTS_A_CHUNK); number++)
      chunk += eventLine(eventOf(number, files));
    yield Buffer.from(chunk);
  }
}

function eventOf(number: number, files: readonly MediaFile[]): BundleEvent {
  const ts = 1_700_000_000_000 + number * MINUTE;
  return message(number, PEOPLE[number % 7 === 0 ? 2 : number % 2] as string, contentOf(number, files), {
    origin_server_ts: ts,
  });
}

function contentOf(number: number, files: readonly MediaFile[]): JsonObject {
  const hundred = Math.floor(number / 100);
  const picture = files[hundred % 10];
  const film = files[10 + hundred];
  if (number % 100 === 50 && picture)
    return { msgtype: "m.image", body: picture.name, url: uriOf(picture.sha256), info: { w: 64, h: 64 } };
  if (number % 100 === 70 && film) return { msgtype: "m.video", body: film.name, url: uriOf(film.sha256) };
  const words = WORDS.slice(0, 3 + (number % (WORDS.length - 3))).join(" ");
  const reply = number % 100 === 30 && { "m.relates_to": { "m.in_reply_to": { event_id: `$event-${number - 1}` } } };
  return { msgtype: "m.text", body: `${words} (number ${number})`, ...reply };
}

/** Writes a new file, and leaves holes where there would be nothing but zeros. */
class SparseFile extends Writable {
  readonly #file: FileHandle;
  #at = 0;

  private constructor(file: FileHandle) {
    super();
    this.#file = file;
  }

  static async open(path: string): Promise<SparseFile> {
    return new SparseFile(await open(path, "wx"));
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    const at = this.#at;
    this.#at += chunk.length;
    const isHole = chunk.length <= ZEROS.length && ZEROS.subarray(0, chunk.length).equals(chunk);
    if (isHole) done();
    else this.#file.write(chunk, 0, chunk.length, at).then(() => done(), done);
  }

  override _final(done: (error?: Error | null) => void): void {
    const end = async (): Promise<void> => {
      await this.#file.truncate(this.#at);
      await this.#file.close();
    };
    end().then(() => done(), done);
  }
}
