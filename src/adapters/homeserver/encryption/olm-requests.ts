import {
  KeysClaimRequest,
  KeysQueryRequest,
  KeysUploadRequest,
  SignatureUploadRequest,
  ToDeviceRequest,
  type OlmMachine,
  type OutgoingRequest,
} from "@matrix-org/matrix-sdk-crypto-wasm";
import { isObject, parseJson, type JsonObject } from "../../../matrix/json.ts";
import { path, type HomeserverCall, type HomeserverClient } from "../client.ts";

/** Makes the calls that the crypto library asks for, as a device of the service user, and gives it the answers. */
export class OlmRequests {
  readonly #machine: OlmMachine;
  readonly #client: HomeserverClient;
  readonly #deviceId: string;

  constructor(machine: OlmMachine, client: HomeserverClient, deviceId: string) {
    this.#machine = machine;
    this.#client = client;
    this.#deviceId = deviceId;
  }

  /** What waits in the library: the upload of its own keys, above all. @throws HomeserverError */
  async sendWaiting(): Promise<void> {
    for (const request of await this.#machine.outgoingRequests()) await this.send(request);
  }

  /** @throws HomeserverError */
  async send(request: OutgoingRequest): Promise<void> {
    const call = callFor(request);
    if (call === undefined) return;
    const answer = await this.call(call, parsed(request.body));
    // of what sets the user's own identity up it wants no answer
    if (request.id !== undefined) await this.#machine.markRequestAsSent(request.id, request.type, answer);
  }

  /** As the device; gives the answer's text. @throws HomeserverError */
  async call(call: Pick<HomeserverCall, "method" | "path">, body: JsonObject): Promise<string> {
    return JSON.stringify(await this.#client.call({ ...call, body, query: { device_id: this.#deviceId } }));
  }
}

/** undefined: nothing that such a device has to do */
function callFor(request: OutgoingRequest): Pick<HomeserverCall, "method" | "path"> | undefined {
  if (request instanceof KeysUploadRequest) return { method: "POST", path: path`/keys/upload` };
  if (request instanceof KeysQueryRequest) return { method: "POST", path: path`/keys/query` };
  if (request instanceof KeysClaimRequest) return { method: "POST", path: path`/keys/claim` };
  if (request instanceof SignatureUploadRequest) return { method: "POST", path: path`/keys/signatures/upload` };
  if (request instanceof ToDeviceRequest)
    return { method: "PUT", path: path`/sendToDevice/${request.event_type}/${request.txn_id}` };
  return undefined;
}

/** What the library gives as a text. */
export function parsed(text: string): JsonObject {
  const value = parseJson(text);
  return isObject(value) ? value : {};
}
