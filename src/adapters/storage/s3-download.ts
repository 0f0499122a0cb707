import { Readable } from "node:stream";
import {
  GetObjectCommand,
  type GetObjectCommandInput,
  type GetObjectCommandOutput,
  type S3Client,
} from "@aws-sdk/client-s3";
import { TIMER, type Timer } from "../../ports/timer.ts";

/** A download that breaks off so often without a byte in between is given up. */
const ATTEMPTS = 4;
const WAIT_MS = 500;
const OK = 200;
const PARTIAL = 206;

/** The answer has other bytes than those that were asked for: from a store, or a cache before it, that does not know `Range`. */
export class OtherBytes extends Error {
  /** as in `Range` */
  readonly asked: string;
  /** as in `Content-Range`, or the status of an answer without one */
  readonly got: string;

  constructor(asked: string, got: string) {
    super(`asked for ${asked}, got ${got}`);
    this.name = "OtherBytes";
    this.asked = asked;
    this.got = got;
  }
}

/**
 * Bytes `start` to `end` (inclusive) of an object of `size` bytes. It is asked for when the first byte is wanted; a download that
 * breaks off goes on where it was, as long as the object is the same. Nothing is given on but what was asked for.
 * @throws OtherBytes, what the client throws, the signal's reason
 */
export async function* objectBytes(
  client: S3Client,
  object: Pick<GetObjectCommandInput, "Bucket" | "Key" | "IfMatch">,
  { start, end, size }: { start: number; end: number; size: number },
  signal?: AbortSignal,
  timer: Timer = TIMER,
): AsyncGenerator<Buffer, void, undefined> {
  const options = signal ? { abortSignal: signal } : {};
  let failures = 0;
  for (let position = start; position <= end;) {
    const before = position;
    let failure = new Error("an object that ends too early");
    const asked = `bytes=${String(position)}-${String(end)}`;
    const answer = await client.send(new GetObjectCommand({ ...object, Range: asked }), options);
    const { Body } = answer;
    if (!(Body instanceof Readable)) throw new Error("an object without a body");
    const isWhole = position === 0 && end === size - 1;
    if (!begins(answer, position, isWhole)) {
      Body.destroy();
      throw new OtherBytes(asked, answer.ContentRange ?? `status ${String(answer.$metadata.httpStatusCode)}`);
    }
    try {
      for await (const chunk of Body as AsyncIterable<Buffer>) {
        if (position + chunk.length > end + 1) throw new OtherBytes(asked, "more bytes");
        position += chunk.length;
        yield chunk;
      }
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof OtherBytes) throw error;
      if (error instanceof Error) failure = error;
    }
    if (position > end) return;
    failures = position > before ? 1 : failures + 1;
    if (failures >= ATTEMPTS) throw failure;
    await timer.sleep(WAIT_MS * failures, signal);
  }
}

/** Does the answer's body begin with that byte of the object (RFC 9110, "Range Requests")? */
function begins({ $metadata, ContentRange }: GetObjectCommandOutput, position: number, isWhole: boolean): boolean {
  if ($metadata.httpStatusCode === OK) return isWhole;
  const [, first] = /^bytes (\d+)-\d+\/(?:\d+|\*)$/.exec(ContentRange ?? "") ?? [];
  return $metadata.httpStatusCode === PARTIAL && Number(first) === position;
}
