import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { GetObjectCommand, type GetObjectCommandInput, type S3Client } from "@aws-sdk/client-s3";

/** A download that breaks off so often without a byte in between is given up. */
const ATTEMPTS = 4;
const WAIT_MS = 500;

/**
 * Bytes `start` to `end` (inclusive) of an object. It is asked for when the first byte is wanted; a download that breaks off goes
 * on where it was, as long as the object is the same.
 */
export async function* objectBytes(
  client: S3Client,
  object: Pick<GetObjectCommandInput, "Bucket" | "Key" | "IfMatch">,
  start: number,
  end: number,
  signal?: AbortSignal,
): AsyncGenerator<Buffer, void, undefined> {
  const options = signal ? { abortSignal: signal } : {};
  let failures = 0;
  for (let position = start; position <= end;) {
    const before = position;
    let failure = new Error("an object that ends too early");
    const command = new GetObjectCommand({ ...object, Range: `bytes=${String(position)}-${String(end)}` });
    const { Body } = await client.send(command, options);
    if (!(Body instanceof Readable)) throw new Error("an object without a body");
    try {
      for await (const chunk of Body as AsyncIterable<Buffer>) {
        position += chunk.length;
        yield chunk;
      }
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof Error) failure = error;
    }
    if (position > end) return;
    failures = position > before ? 1 : failures + 1;
    if (failures >= ATTEMPTS) throw failure;
    await sleep(WAIT_MS * failures, undefined, signal ? { signal } : {});
  }
}
