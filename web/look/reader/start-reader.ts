import { wrap, type Remote } from "comlink";
import { readerWorker } from "../worker-address.ts";
import type { Reader } from "./worker.ts";

let reader: Remote<Reader> | undefined;

/** The one worker that reads files. It is started at the first call, and needs nothing of the service from then on. */
export function startReader(): Remote<Reader> {
  reader ??= wrap<Reader>(readerWorker());
  return reader;
}

/** Has the browser what the reader needs beside what the page needs (numbers as they were written; Safari 18.4)? */
export function isNewEnough(): boolean {
  return "rawJSON" in JSON && "withResolvers" in Promise;
}
