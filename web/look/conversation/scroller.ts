import { PART_ITEMS, type Part } from "../reader/shapes.ts";
import { nodesOf } from "./build.ts";
import { Heights } from "./heights.ts";
import type { ShownFiles } from "./files.ts";
import { addSpoilers } from "./spoilers.ts";
import { addDays, showLocalTimes } from "./times.ts";

/** So many pixels above and below what is seen are built. */
const AHEAD = 1_000;

export interface ScrollerOptions {
  parts: number;
  load: (part: number) => Promise<Part>;
  files: ShownFiles;
  onFailure: (error: unknown) => void;
}

/**
 * A conversation of any length in an element that scrolls: the parts around what is seen are built, and the room of all others is
 * kept free above and below. What is seen stays in its place while parts come and pictures make them higher.
 */
export class Scroller {
  readonly #frame: HTMLElement;
  readonly #options: ScrollerOptions;
  readonly #heights: Heights;
  readonly #above = document.createElement("div");
  readonly #below = document.createElement("div");
  readonly #built = new Map<number, { element: HTMLElement; loaded: Promise<void> }>();
  readonly #resizes: ResizeObserver;
  #from = 0;
  #to = 0;
  #anchor: { element: Element; top: number } | undefined;
  #isClosed = false;

  constructor(frame: HTMLElement, options: ScrollerOptions) {
    this.#frame = frame;
    this.#options = options;
    this.#heights = new Heights(options.parts);
    this.#resizes = new ResizeObserver((entries) => this.#resized(entries));
    frame.replaceChildren(this.#above, this.#below);
    frame.addEventListener("scroll", this.#scrolled);
    this.#build(0, 1);
    this.#resizes.observe(frame);
  }

  /** Shows a message or a change, and marks it. @throws Error where its part cannot be read */
  async goTo(item: number): Promise<void> {
    const part = Math.min(Math.floor(item / PART_ITEMS), this.#options.parts - 1);
    this.#jump(part);
    await this.#built.get(part)?.loaded;
    if (this.#isClosed) return;
    const element = this.#frame.querySelector(`#m${item}`);
    if (!(element instanceof HTMLElement)) return;
    for (const other of this.#frame.querySelectorAll(".here")) other.classList.remove("here");
    element.closest("details.changes")?.setAttribute("open", "");
    element.classList.add("here");
    this.#toMiddle(element);
    this.#frame.scrollIntoView({ block: "nearest" });
    element.focus({ preventScroll: true });
  }

  /** To the first message, or to the last one. */
  async goToEdge(isEnd: boolean): Promise<void> {
    const part = isEnd ? this.#options.parts - 1 : 0;
    this.#jump(part);
    await this.#built.get(part)?.loaded;
    if (this.#isClosed) return;
    const all = [...this.#frame.querySelectorAll<HTMLElement>("article.m")];
    (isEnd ? all.at(-1) : all[0])?.focus({ preventScroll: true });
    this.#frame.scrollTop = isEnd ? this.#frame.scrollHeight : 0;
    this.#takeAnchor();
    this.#update();
  }

  /** The focus to the next message, or to the one before. */
  step(by: 1 | -1): void {
    const all = [...this.#frame.querySelectorAll<HTMLElement>("article.m")];
    const at = all.findIndex((each) => each.contains(document.activeElement));
    const next = at < 0 ? this.#firstSeen(all) : all[at + by];
    next?.focus({ preventScroll: true });
    next?.scrollIntoView({ block: "nearest" });
  }

  close(): void {
    this.#isClosed = true;
    this.#resizes.disconnect();
    this.#frame.removeEventListener("scroll", this.#scrolled);
    for (const part of [...this.#built.keys()]) this.#remove(part);
  }

  readonly #scrolled = (): void => {
    this.#takeAnchor();
    this.#update();
  };

  #jump(part: number): void {
    if (this.#built.has(part)) return;
    this.#anchor = undefined;
    this.#build(Math.max(0, part - 1), Math.min(this.#options.parts, part + 2));
    const element = this.#built.get(part)?.element;
    if (element) this.#frame.scrollTop += this.#topOf(element);
    this.#takeAnchor();
  }

  #toMiddle(element: HTMLElement): void {
    const free = this.#frame.clientHeight - element.offsetHeight;
    this.#frame.scrollTop += this.#topOf(element) - Math.max(0, free / 2);
    this.#anchor = { element, top: this.#topOf(element) };
    this.#update();
  }

  /** Builds what is near to what is seen, and takes the rest away. */
  #update(): void {
    // a page that is not shown has no heights
    if (this.#isClosed || this.#options.parts === 0 || this.#frame.clientHeight === 0) return;
    const { scrollTop, clientHeight } = this.#frame;
    const from = this.#partAt(scrollTop - AHEAD);
    const to = this.#partAt(scrollTop + clientHeight + AHEAD) + 1;
    if (from === this.#from && to === this.#to) return;
    // what is kept free above is estimated anew
    this.#takeAnchor();
    this.#build(from, to);
    this.#keepAnchor();
  }

  #partAt(pixels: number): number {
    const above = this.#above.offsetHeight;
    if (pixels < above) return this.#heights.partAt(Math.max(0, pixels));
    let at = above;
    for (let part = this.#from; part < this.#to; part++) {
      at += this.#built.get(part)?.element.offsetHeight ?? 0;
      if (pixels < at) return part;
    }
    return this.#to >= this.#options.parts ? this.#options.parts - 1 : this.#heights.partAt(pixels - at, this.#to);
  }

  #build(from: number, to: number): void {
    for (const part of [...this.#built.keys()]) if (part < from || part >= to) this.#remove(part);
    let next: Element = this.#below;
    for (let part = Math.min(to, this.#options.parts) - 1; part >= from; part--) {
      const { element } = this.#built.get(part) ?? this.#add(part, next);
      next = element;
    }
    [this.#from, this.#to] = [from, to];
    this.#above.style.height = `${this.#heights.between(0, from)}px`;
    this.#below.style.height = `${this.#heights.between(to, this.#options.parts)}px`;
  }

  #add(part: number, before: Element): { element: HTMLElement; loaded: Promise<void> } {
    const element = document.createElement("div");
    element.className = "part";
    element.style.height = `${this.#heights.of(part)}px`;
    before.before(element);
    const added = { element, loaded: this.#fill(part, element) };
    added.loaded.catch(this.#options.onFailure);
    this.#built.set(part, added);
    this.#resizes.observe(element);
    return added;
  }

  async #fill(part: number, element: HTMLElement): Promise<void> {
    const { items, before } = await this.#options.load(part);
    if (!element.isConnected) return;
    const nodes = nodesOf(items);
    addDays(nodes, before);
    showLocalTimes(nodes);
    addSpoilers(nodes);
    this.#options.files.watch(nodes);
    element.replaceChildren(nodes);
    element.style.height = "";
    this.#measure(part, element);
    this.#keepAnchor();
  }

  #remove(part: number): void {
    const { element } = this.#built.get(part) ?? {};
    if (!element) return;
    this.#measure(part, element);
    this.#resizes.unobserve(element);
    this.#options.files.release(element);
    // keys go on to work where the message with the focus is far away by now
    if (element.contains(document.activeElement)) this.#frame.focus({ preventScroll: true });
    element.remove();
    this.#built.delete(part);
  }

  #measure(part: number, element: HTMLElement): void {
    if (element.style.height === "" && element.offsetHeight > 0) this.#heights.set(part, element.offsetHeight);
  }

  #resized(entries: readonly ResizeObserverEntry[]): void {
    for (const [part, { element }] of this.#built)
      if (entries.some(({ target }) => target === element)) this.#measure(part, element);
    this.#keepAnchor();
    this.#update();
  }

  /** Takes note of what stands at the top of what is seen. */
  #takeAnchor(): void {
    const seen = this.#firstSeen([...this.#frame.querySelectorAll<HTMLElement>(".part > *, .part:empty")]);
    this.#anchor = seen && { element: seen, top: this.#topOf(seen) };
  }

  /** Puts it where it was. */
  #keepAnchor(): void {
    if (!this.#anchor?.element.isConnected) return;
    const moved = this.#topOf(this.#anchor.element) - this.#anchor.top;
    if (Math.abs(moved) >= 1) this.#frame.scrollTop += moved;
  }

  #firstSeen(elements: readonly HTMLElement[]): HTMLElement | undefined {
    const top = this.#frame.getBoundingClientRect().top;
    return elements.find((element) => element.getBoundingClientRect().bottom > top);
  }

  /** In pixels below the top of what is seen. */
  #topOf(element: Element): number {
    return element.getBoundingClientRect().top - this.#frame.getBoundingClientRect().top;
  }
}
