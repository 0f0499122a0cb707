const NEWLINE = 0x0a;
const COMMA = 0x2c;
/** More than any line of a manifest may have. */
const LONGEST_LINE = 4 * 1024 * 1024;
const SPLIT = /^"(senders|media|ledger|state|events)":[{[]$/;
const CLOSING = /^[}\]]$/;
const NAME = /^"([a-z_]+)":/;

/** What becomes of the lines of a manifest. undefined: it stays as it is. All lines come and go without comma and newline. */
export interface LineEdits {
  /** the line on which a member begins; of a split one, all that stands there */
  member?(name: string): readonly Buffer[] | undefined;
  element?(section: string, line: Buffer, index: number): readonly Buffer[] | undefined;
  /** more elements behind the last one */
  more?(section: string): readonly Buffer[];
}

/**
 * Changes a manifest line by line, as its bytes come; all other bytes stay as they are. It must be laid out as writers do
 * (docs/bundle-format.md, "Layout").
 */
export class LineEdit {
  readonly #edits: LineEdits;
  readonly #take: (bytes: Buffer) => void;
  #rest: Buffer[] = [];
  #restLength = 0;
  /** the member whose elements are being read */
  #section: string | undefined;
  #elements = 0;
  #isFirst = true;
  #isLost = false;

  constructor(edits: LineEdits, take: (bytes: Buffer) => void) {
    this.#edits = edits;
    this.#take = take;
  }

  /** Was every line so far one of a manifest that is laid out so, to its end? */
  get isWhole(): boolean {
    return !this.#isLost && this.#restLength === 0;
  }

  /** From now on nothing is given out, and it is not whole: a line cannot be changed as it must. */
  giveUp(): void {
    this.#isLost = true;
    this.#keep(undefined);
  }

  /** `chunk` may be written over afterwards; what was taken of it by then, too. */
  write(chunk: Buffer): void {
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at >= 0 && !this.#isLost; at = chunk.indexOf(NEWLINE, from)) {
      const end = chunk.subarray(from, at);
      from = at + 1;
      const line = this.#restLength === 0 ? end : Buffer.concat([...this.#rest, end]);
      this.#keep(undefined);
      this.#line(line);
    }
    if (!this.#isLost && from < chunk.length) this.#keep(Buffer.from(chunk.subarray(from)));
  }

  #keep(part: Buffer | undefined): void {
    if (part === undefined) [this.#rest, this.#restLength] = [[], 0];
    else {
      this.#rest.push(part);
      this.#restLength += part.length;
      if (this.#restLength > LONGEST_LINE) this.giveUp();
    }
  }

  #line(line: Buffer): void {
    const hasComma = line[line.length - 1] === COMMA;
    const bare = hasComma ? line.subarray(0, -1) : line;
    if (this.#section === undefined) this.#member(bare, hasComma ? ",\n" : "\n");
    else if (bare.length === 1 && CLOSING.test(bare.toString())) {
      this.#put(this.#edits.more?.(this.#section) ?? []);
      this.#take(Buffer.from(`${this.#isFirst ? "" : "\n"}${bare.toString()}${hasComma ? "," : ""}\n`));
      this.#section = undefined;
    } else this.#put(this.#edits.element?.(this.#section, bare, this.#elements++) ?? [bare]);
  }

  #member(bare: Buffer, end: string): void {
    const head = bare.subarray(0, 40).toString();
    const name = NAME.exec(head)?.[1];
    const lines = (name === undefined ? undefined : this.#edits.member?.(name)) ?? [bare];
    lines.forEach((line, index) => {
      this.#take(line);
      this.#take(Buffer.from(index < lines.length - 1 ? ",\n" : end));
    });
    this.#section = SPLIT.exec(head)?.[1];
    this.#elements = 0;
    this.#isFirst = true;
  }

  #put(elements: readonly Buffer[]): void {
    for (const element of elements) {
      if (!this.#isFirst) this.#take(Buffer.from(",\n"));
      this.#isFirst = false;
      this.#take(element);
    }
  }
}
