import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { once } from "node:events";

export interface SeenRequest {
  method: string;
  url: string;
  headers: IncomingMessage["headers"];
  body: string;
}

/** How one request is answered. */
export type Answer =
  | { status: number; body?: string; headers?: Record<string, string> }
  | "reset"
  | "never"
  | ((response: ServerResponse) => void);

/** An answer whose connection breaks in the middle. */
export function halfOf(status: number): Answer {
  return (response) => {
    response.writeHead(status, { "content-length": 100 });
    response.write("{", () => response.destroy());
  };
}

/** A server that answers as the test says, one answer a request; the last answer stays. */
export class ScriptedHomeserver {
  readonly requests: SeenRequest[] = [];
  connections = 0;
  readonly #answers: Answer[];
  readonly #server: Server;

  private constructor(answers: Answer[]) {
    this.#answers = [...answers];
    this.#server = createServer((request, response) => void this.#serve(request, response));
    this.#server.on("connection", () => this.connections++);
  }

  static async start(...answers: Answer[]): Promise<ScriptedHomeserver> {
    const homeserver = new ScriptedHomeserver(answers);
    homeserver.#server.listen(0, "127.0.0.1");
    await once(homeserver.#server, "listening");
    return homeserver;
  }

  get url(): string {
    const address = this.#server.address();
    return typeof address === "object" && address ? `http://127.0.0.1:${address.port}` : "";
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const { method = "", url = "", headers } = request;
    this.requests.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
    const answer = (this.#answers.length > 1 ? this.#answers.shift() : this.#answers[0]) ?? "never";
    if (answer === "never") return;
    if (answer === "reset") request.socket.destroy();
    else if (typeof answer === "function") answer(response);
    else response.writeHead(answer.status, answer.headers).end(answer.body ?? "{}");
  }
}
