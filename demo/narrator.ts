const BAR = 24;

/** Tells on the terminal what goes on, each step with the seconds since the start. */
export class Narrator {
  readonly #started = performance.now();
  readonly #out = process.stdout;

  title(text: string): void {
    this.#out.write(`\n${this.#bold(text)}\n\n`);
  }

  /** Something begins. */
  step(text: string): void {
    this.#out.write(`${this.#clock()}  ${text}\n`);
  }

  /** What a step has brought. */
  result(text: string): void {
    this.#out.write(`${" ".repeat(9)}${this.#dim(text)}\n`);
  }

  /** How far a step is: a bar in place where there is a terminal, else nothing. */
  progress(done: number, total: number): void {
    if (!this.#out.isTTY) return;
    const filled = Math.round((done / total) * BAR);
    const bar = "█".repeat(filled) + "░".repeat(BAR - filled);
    this.#out.write(done < total ? `\r${" ".repeat(9)}${bar} ${done} of ${total}` : "\r\u001b[K");
  }

  /** Lines of the summary: name and value in two columns. */
  table(rows: [string, string][]): void {
    const width = Math.max(...rows.map(([name]) => name.length));
    for (const [name, value] of rows) this.#out.write(`  ${name.padEnd(width)}  ${value}\n`);
  }

  line(text = ""): void {
    this.#out.write(`${text}\n`);
  }

  #clock(): string {
    return `${((performance.now() - this.#started) / 1000).toFixed(1).padStart(5)} s`;
  }
  #bold(text: string): string {
    return this.#out.isTTY ? `\u001b[1m${text}\u001b[0m` : text;
  }
  #dim(text: string): string {
    return this.#out.isTTY ? `\u001b[2m${text}\u001b[0m` : text;
  }
}
