import type { DecryptReport } from "../../src/decrypt/decrypt-exported.ts";
import type { KeyFaultCode } from "../../src/decrypt/keys/key-error.ts";
import type { JsonValue } from "../../src/matrix/json.ts";

/** Where the keys come from. Nothing of it leaves the worker. */
export type GivenKeys =
  | { kind: "file"; file: Blob; passphrase: string }
  /** `secret`: the recovery key, or the security phrase */
  | { kind: "backup"; secret: string; userId: string };

/** What is being done; the first has no end that could be foreseen. */
export type Step = "keys" | "decrypting" | "writing";

/** What the page does for the worker, which may ask nobody for anything. */
export interface Errands {
  /** @param part of the step, 0 to 1 */
  onStep(step: Step, part: number): void;
  /** The answer to `GET /_matrix/client/v3<path>` of the homeserver; undefined where there is nothing. */
  account(path: string): Promise<JsonValue | undefined>;
  /** A file of the homeserver. @param uri `mxc://server/id` */
  file(uri: string): Promise<Blob>;
}

export interface Request {
  bundle: Blob;
  /** the cryptography, as WebAssembly */
  wasm: Blob;
  keys: GivenKeys;
  /** also the files of encrypted messages */
  withFiles: boolean;
}

export type Result =
  | { kind: "decrypted"; bundle: Blob; report: DecryptReport }
  /** the keys are not to be used, or none of them opens anything */
  | { kind: "keys"; code: KeyFaultCode | "no_session"; message: string; report?: DecryptReport };
