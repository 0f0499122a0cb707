import { wrap, type Remote } from "comlink";
import type { Reader } from "./worker.ts";

/** The address of the built worker; the build puts it here. */
declare const READER_WORKER: string;

/** Trusted Types, where the browser has them: a script is run only from an address that this policy lets through. */
const policy = (globalThis as { trustedTypes?: TrustedTypes }).trustedTypes?.createPolicy("roomporter-reader", {
  createScriptURL: (address) => {
    if (address !== READER_WORKER) throw new TypeError("not the worker of this page");
    return address;
  },
});

interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL: (address: string) => string },
  ): { createScriptURL: (address: string) => string };
}

let reader: Remote<Reader> | undefined;

/** The one worker that reads files. It is started at the first call, and needs nothing of the service from then on. */
export function startReader(): Remote<Reader> {
  reader ??= wrap<Reader>(new Worker(policy ? policy.createScriptURL(READER_WORKER) : READER_WORKER));
  return reader;
}

/** Has the browser what the reader needs beside what the page needs (numbers as they were written; Safari 18.4)? */
export function isNewEnough(): boolean {
  return "rawJSON" in JSON && "withResolvers" in Promise;
}
