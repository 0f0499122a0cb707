import { expose } from "comlink";
import { BlobCollection } from "./collection.ts";
import { openRoom } from "./open-room.ts";
import { RoomReading, type Progress } from "./room-reading.ts";
import type { Hits, OpenedFile, Part, RoomLook } from "./shapes.ts";

/** What the page asks this worker for: one file is open at a time, and one room of it. */
class Reader {
  #collection: BlobCollection | undefined;
  #room: RoomReading | undefined;

  /** @throws Error with a sentence for people */
  async open(file: Blob, onProgress: Progress): Promise<OpenedFile> {
    this.#close();
    this.#collection = await BlobCollection.open(file);
    if (this.#collection) return { kind: "collection", collection: this.#collection.look };
    return { kind: "room", room: await this.#read(file, onProgress) };
  }

  /** A room in a file of its own; the collection stays open. @throws as `open` */
  async openAside(file: Blob, onProgress: Progress): Promise<RoomLook> {
    this.#room?.close();
    return await this.#read(file, onProgress);
  }

  /** A room of the open collection. @param number its place in the list @throws as `open` */
  async openRoom(number: number, onProgress: Progress): Promise<RoomLook> {
    this.#room?.close();
    return await this.#read(await this.bundle(number), onProgress);
  }

  /** The bundle of a room of the open collection. @param number its place in the list @throws as `open` */
  async bundle(number: number): Promise<Blob> {
    if (!this.#collection) throw new Error("no collection is open");
    return await this.#collection.bundle(number);
  }

  part(number: number): Promise<Part> {
    return this.#reading.part(number);
  }

  search(query: string): Promise<Hits> {
    return this.#reading.search(query);
  }

  itemOfDay(day: string): number | undefined {
    return this.#reading.itemOfDay(day);
  }

  file(sha256: string): Promise<Blob> {
    return this.#reading.file(sha256);
  }

  async #read(file: Blob, onProgress: Progress): Promise<RoomLook> {
    this.#room = await RoomReading.of(await openRoom(file), onProgress);
    return this.#room.look;
  }

  get #reading(): RoomReading {
    if (!this.#room) throw new Error("no room is open");
    return this.#room;
  }

  #close(): void {
    this.#room?.close();
    this.#room = undefined;
    this.#collection = undefined;
  }
}
export type { Reader };

expose(new Reader());
