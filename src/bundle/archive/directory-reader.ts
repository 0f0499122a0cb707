import { read } from "node:fs";
import yauzl from "yauzl";
import { directoryOf, type ArchiveEnd } from "./archive-end.ts";

/**
 * An archive for yauzl to read entries of, where its end has been found already: yauzl takes any mark of an end record in the comment
 * for one. Names and comments stay bytes.
 */
export function zipFileOf(fd: number, archiveBytes: number, end: ArchiveEnd): yauzl.ZipFile {
  const { count, start } = directoryOf(end);
  return new yauzl.ZipFile(new FileReader(fd), start, archiveBytes, count, "", false, true, false, false);
}

class FileReader extends yauzl.RandomAccessReader {
  readonly #fd: number;

  constructor(fd: number) {
    super();
    this.#fd = fd;
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null, bytesRead?: number) => void,
  ): void {
    read(this.#fd, buffer, offset, length, position, callback);
  }
}
