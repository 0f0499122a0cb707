import { randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import {
  DeleteObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  NotFound,
  paginateListObjectsV2,
  type S3Client,
} from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { spoolFile } from "../../requests/storage/spool-file.ts";
import type { BundleStore } from "../../ports/bundle-store.ts";
import type { DiskSpace } from "../../ports/disk-space.ts";
import type { Logger } from "../../ports/logger.ts";
import type { Timer } from "../../ports/timer.ts";
import { bundleFileName, bundleIdOf } from "./bundle-name.ts";
import { objectBytes } from "./s3-download.ts";
import { s3Failure } from "./s3-failure.ts";
import { UnfinishedUploads } from "./s3-unfinished.ts";

export interface S3BundleStoreParts {
  client: S3Client;
  bucket: string;
  /** of every key: empty, or with a slash at its end */
  prefix: string;
  /** folder for copies that are read at random */
  workFolder: string;
  /** of that folder's disk */
  space: DiskSpace;
  logger: Logger;
  /** by which it waits before a download that broke off goes on */
  timer?: Timer;
}

/** Parts of one upload that are sent side by side: each is held in memory meanwhile. */
const PARTS_AT_ONCE = 2;

/** Bundles as objects `<prefix><id>.zip` of a bucket. An object is there only once its upload is complete. */
export function s3BundleStore({
  client,
  bucket,
  prefix,
  workFolder,
  space,
  logger,
  timer,
}: S3BundleStoreParts): BundleStore {
  const objectOf = (id: string): { Bucket: string; Key: string } => ({
    Bucket: bucket,
    Key: prefix + bundleFileName(id),
  });
  /** @throws StorageError instead of what the store says */
  const asked = async <T>(act: () => Promise<T>, signal?: AbortSignal): Promise<T> => {
    try {
      return await act();
    } catch (error) {
      signal?.throwIfAborted();
      throw s3Failure(error, logger);
    }
  };
  const head = (id: string, signal?: AbortSignal): Promise<{ size: number; etag: string | undefined } | undefined> =>
    asked(async () => {
      try {
        const options = signal ? { abortSignal: signal } : {};
        const { ContentLength, ETag } = await client.send(new HeadObjectCommand(objectOf(id)), options);
        return { size: ContentLength ?? 0, etag: ETag };
      } catch (error) {
        if (error instanceof NotFound) return undefined;
        throw error;
      }
    }, signal);
  const uploads = new UnfinishedUploads(client, bucket, logger);
  const isBundle = (key: string): boolean =>
    key.startsWith(prefix) && bundleIdOf(key.slice(prefix.length)) !== undefined;

  return {
    async put(id, file, signal) {
      // the upload itself has no clean way to be stopped; where its source fails, it takes back the parts that it has sent
      const body = createReadStream(file, signal ? { signal } : {});
      const params = { ...objectOf(id), Body: body, ContentType: "application/zip" };
      await asked(() => new Upload({ client, params, queueSize: PARTS_AT_ONCE }).done(), signal).finally(() =>
        body.destroy(),
      );
      await rm(file, { force: true });
    },

    async open(id, range) {
      const found = await head(id);
      if (!found) return undefined;
      const { size, etag } = found;
      const { start, end } = range ?? { start: 0, end: size - 1 };
      const bytes = objectBytes(client, { ...objectOf(id), IfMatch: etag }, { start, end, size }, undefined, timer);
      const body = Readable.from(
        failing(bytes, (error) => s3Failure(error, logger)),
        { objectMode: false },
      );
      return { size, body };
    },

    async size(id) {
      return (await head(id))?.size;
    },

    async localFile(id, signal) {
      const found = await head(id, signal);
      if (!found) return undefined;
      const { size, etag } = found;
      await space.require(size);
      const path = join(workFolder, `bundle-${randomUUID()}.zip`);
      const remove = (): Promise<void> => rm(path, { force: true });
      try {
        const bytes = objectBytes(
          client,
          { ...objectOf(id), IfMatch: etag },
          { start: 0, end: size - 1, size },
          signal,
          timer,
        );
        await asked(() => pipeline(bytes, spoolFile(path, space), signal ? { signal } : {}), signal);
      } catch (error) {
        await remove();
        throw error;
      }
      return { path, [Symbol.asyncDispose]: remove };
    },

    async *list() {
      const pages = paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix });
      for await (const page of failing(pages, (error) => s3Failure(error, logger)))
        for (const { Key, LastModified, Size = 0 } of page.Contents ?? []) {
          const id = bundleIdOf(Key?.slice(prefix.length) ?? "");
          if (id !== undefined) yield { id, keptAt: LastModified?.getTime() ?? Date.now(), size: Size };
        }
    },

    removeUnfinished: (before) => asked(() => uploads.abort(before, isBundle)),

    async remove(id) {
      await asked(() => client.send(new DeleteObjectCommand(objectOf(id))));
    },

    async check() {
      await asked(() => client.send(new HeadBucketCommand({ Bucket: bucket })));
      await space.require(0);
    },
  };
}

async function* failing<T>(source: AsyncIterable<T>, failure: (error: unknown) => unknown): AsyncGenerator<T> {
  try {
    yield* source;
  } catch (error) {
    throw failure(error);
  }
}
