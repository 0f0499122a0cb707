import { randomUUID } from "node:crypto";
import { answerWith, forwardingServer, type ForwardingServer } from "./forwarding-server.ts";
import { seededRandom } from "./seeded-random.ts";

export interface ForgetfulProxy extends ForwardingServer {
  /** answers that were lost */
  readonly lost: number;
}

/** An event that is sent, redacted or set as state. */
const WRITES = /^\/_matrix\/client\/v3\/rooms\/[^/]+\/(?:send|redact|state)\//;
const TRANSACTION = /^(\/_matrix\/client\/v3\/rooms\/[^/]+\/(?:send|redact)\/[^/]+\/)[^/?]+/;

/**
 * Makes of the homeserver at `target` one that knows no transaction again and has no devices of application services. It does everything
 * that it is asked for; of a part of the writes (`rate`: 0 to 1, by `seed`) the answer is lost.
 */
export async function forgetfulProxy(target: string, options: { rate: number; seed: number }): Promise<ForgetfulProxy> {
  const random = seededRandom(options.seed);
  let lost = 0;
  const server = await forwardingServer(target, async ({ request, response, forward }) => {
    const { url = "", method } = request;
    if (method === "PUT" && url.startsWith("/_matrix/client/v3/devices/")) {
      response.writeHead(404, { "content-type": "application/json" });
      response.end(JSON.stringify({ errcode: "M_UNRECOGNIZED", error: "Unrecognized request" }));
      return;
    }
    request.url = url.replace(TRANSACTION, `$1${randomUUID()}`).replace(/([?&])device_id=[^&]*&?/, "$1");
    const answer = await forward();
    if (method === "PUT" && WRITES.test(url) && random() < options.rate) {
      lost++;
      request.socket.destroy();
    } else answerWith(response, answer);
  });
  return {
    ...server,
    get lost() {
      return lost;
    },
  };
}
