import {
  AbortMultipartUploadCommand,
  ListMultipartUploadsCommand,
  S3ServiceException,
  type ListMultipartUploadsCommandOutput,
  type MultipartUpload,
  type S3Client,
} from "@aws-sdk/client-s3";
import type { Logger } from "../../ports/logger.ts";

/** Answers of stores that do not have this call, or do not allow it to these credentials. */
const CANNOT = new Set([403, 405, 501]);
const NOT_FOUND = 404;

/** Gives back what broken uploads have left in a bucket, as far as the store tells. */
export class UnfinishedUploads {
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #logger: Logger;
  #told = false;

  constructor(client: S3Client, bucket: string, logger: Logger) {
    this.#client = client;
    this.#bucket = bucket;
    this.#logger = logger;
  }

  /**
   * Ends the uploads that began before that time, in milliseconds since the epoch. A store that cannot list them is left alone,
   * which the log says once.
   * @param isOurs by the object's key
   * @throws what the client throws
   */
  async abort(before: number, isOurs: (key: string) => boolean): Promise<void> {
    for await (const { Key, UploadId, Initiated } of this.#all())
      if (Key !== undefined && isOurs(Key) && (Initiated?.getTime() ?? Infinity) < before)
        await ifThere(this.#client.send(new AbortMultipartUploadCommand({ Bucket: this.#bucket, Key, UploadId })));
  }

  /** Of the whole bucket: MinIO takes the list's prefix for a whole key, and finds nothing by the beginning of one. */
  async *#all(): AsyncGenerator<MultipartUpload> {
    let from: { KeyMarker?: string | undefined; UploadIdMarker?: string | undefined } = {};
    for (;;) {
      const page = await this.#page(from);
      yield* page?.Uploads ?? [];
      const next = { KeyMarker: page?.NextKeyMarker, UploadIdMarker: page?.NextUploadIdMarker };
      const isSame = next.KeyMarker === from.KeyMarker && next.UploadIdMarker === from.UploadIdMarker;
      if (page?.IsTruncated !== true || isSame) return;
      from = next;
    }
  }

  async #page(from: object): Promise<ListMultipartUploadsCommandOutput | undefined> {
    try {
      return await ifThere(this.#client.send(new ListMultipartUploadsCommand({ Bucket: this.#bucket, ...from })));
    } catch (error) {
      const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
      if (status === undefined || !CANNOT.has(status)) throw error;
      if (!this.#told)
        this.#logger.warn(
          { status },
          "the bundle store does not list unfinished uploads: give the bucket a lifecycle rule AbortIncompleteMultipartUpload",
        );
      this.#told = true;
      return undefined;
    }
  }
}

/** undefined where the store has no such upload: some say so of the list too, as long as there was none. */
async function ifThere<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    const isGone = error instanceof S3ServiceException && error.$metadata.httpStatusCode === NOT_FOUND;
    if (isGone && error.name !== "NoSuchBucket") return undefined;
    throw error;
  }
}
