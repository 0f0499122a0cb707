import type { Readable } from "node:stream";
import { DataStore, ERRORS, Upload } from "@tus/server";
import type { Requester } from "../../../requests/requester.ts";
import type { Uploads } from "../../../uploads/uploads.ts";

/** The uploads of one requester, as `@tus/server` asks for them. */
export class TusStore extends DataStore {
  readonly #uploads: Uploads;
  readonly #requester: Requester;

  constructor(uploads: Uploads, requester: Requester) {
    super();
    this.extensions = ["creation", "creation-with-upload", "termination"];
    this.#uploads = uploads;
    this.#requester = requester;
  }

  override async create(upload: Upload): Promise<Upload> {
    const { size, metadata = {} } = upload;
    if (size === undefined || !Number.isSafeInteger(size)) throw Object.assign(new Error(), ERRORS.INVALID_LENGTH);
    const { id } = await this.#uploads.create(this.#requester, { size, metadata });
    return Object.assign(upload, { id });
  }

  override async getUpload(id: string): Promise<Upload> {
    const { size, offset, metadata, createdAt } = await this.#uploads.find(this.#requester, id);
    return new Upload({ id, size, offset, metadata, creation_date: new Date(createdAt).toISOString() });
  }

  override async write(stream: Readable, id: string, offset: number): Promise<number> {
    return await this.#uploads.append(this.#requester, id, offset, stream);
  }

  override async remove(id: string): Promise<void> {
    await this.#uploads.remove(this.#requester, id);
  }
}
