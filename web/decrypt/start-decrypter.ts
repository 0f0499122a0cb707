import { proxy, wrap } from "comlink";
import { send } from "../service/call.ts";
import { decryptWorker } from "../look/worker-address.ts";
import type { Decrypter } from "./decrypt-worker.ts";
import type { Errands, Request, Result } from "./shapes.ts";

/** The address of the cryptography that the worker uses; the build puts it here. */
declare const CRYPTO_WASM: string;

/**
 * Decrypts a bundle in a worker of its own, which ends with it: with the signal, too, at once, and with it all that it knew.
 * @throws ApiError where the service does not give the cryptography; AbortError; Error with a sentence about the bundle
 */
export async function decryptInWorker(
  request: Omit<Request, "wasm">,
  errands: Errands,
  signal: AbortSignal,
): Promise<Result> {
  const response = await send(CRYPTO_WASM, { signal });
  const wasm = new Blob([await response.arrayBuffer()], { type: "application/wasm" });
  const worker = decryptWorker();
  const failed = Promise.withResolvers<never>();
  worker.onerror = () => failed.reject(new Error("the worker that decrypts could not be started"));
  signal.addEventListener("abort", () => failed.reject(signal.reason as Error));
  try {
    signal.throwIfAborted();
    return await Promise.race([wrap<Decrypter>(worker).decrypt({ ...request, wasm }, proxy(errands)), failed.promise]);
  } finally {
    worker.terminate();
  }
}
