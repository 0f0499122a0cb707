import { saveFile } from "../../ui/save-file.ts";

/** Gives a file of the open bundle. */
export type FileSource = (sha256: string) => Promise<Blob>;

const AHEAD = "800px";

/** Files of the bundle in what is shown: pictures come when they are nearly seen, and go with what shows them. */
export class ShownFiles {
  readonly #fileOf: FileSource;
  readonly #observer: IntersectionObserver;
  readonly #addresses = new Map<Element, string>();

  /** @param root what scrolls */
  constructor(fileOf: FileSource, root: Element) {
    this.#fileOf = fileOf;
    this.#observer = new IntersectionObserver((entries) => this.#seen(entries), { root, rootMargin: AHEAD });
  }

  /** What was newly built. */
  watch(part: ParentNode): void {
    for (const element of part.querySelectorAll("img[data-file], video[data-file], audio[data-file]"))
      this.#observer.observe(element);
  }

  /** What is taken away: the memory of its files is given back. */
  release(part: ParentNode): void {
    for (const element of part.querySelectorAll("[data-file]")) {
      this.#observer.unobserve(element);
      const address = this.#addresses.get(element);
      if (address !== undefined) URL.revokeObjectURL(address);
      this.#addresses.delete(element);
      // a film keeps what it has read until it is told to let go
      if (!(element instanceof HTMLMediaElement)) continue;
      element.removeAttribute("src");
      element.load();
    }
  }

  /** Saves a file. @throws Error with a sentence where the bundle is damaged there */
  async save(sha256: string, name: string): Promise<void> {
    // nothing is opened, whatever it says that it is
    saveFile(new Blob([await this.#fileOf(sha256)], { type: "application/octet-stream" }), name);
  }

  close(): void {
    this.#observer.disconnect();
    for (const address of this.#addresses.values()) URL.revokeObjectURL(address);
    this.#addresses.clear();
  }

  #seen(entries: readonly IntersectionObserverEntry[]): void {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      this.#observer.unobserve(target);
      // a damaged file shows nothing; to save it says why
      void this.#show(target).catch(() => undefined);
    }
  }

  async #show(element: Element): Promise<void> {
    const file = await this.#fileOf(element.getAttribute("data-file") ?? "");
    if (!element.isConnected) return;
    const address = URL.createObjectURL(file);
    this.#addresses.set(element, address);
    element.setAttribute("src", address);
  }
}
