import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

/** A line to a server that can be cut. */
export interface CuttingProxy {
  readonly url: string;
  /** how often a connection was cut */
  readonly cuts: number;
  /** Cuts the connection on which so many more bytes have gone to the server; once. `closed`: takes no other ones until `reopen`. */
  cutAfter(bytes: number, closed?: "closed"): void;
  reopen(): void;
  close(): Promise<void>;
}

/** A proxy at 127.0.0.1 before `target`, on the level of connections. */
export async function cuttingProxy(target: string): Promise<CuttingProxy> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  let left = Infinity;
  let cuts = 0;
  let closes = false;
  let closed = false;
  const server = createServer((client) => {
    if (closed) {
      client.destroy();
      return;
    }
    const upstream = connect(Number(port), hostname);
    const end = (): void => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", end);
      socket.on("close", () => {
        sockets.delete(socket);
        end();
      });
    }
    client.on("data", (chunk: Buffer) => {
      upstream.write(chunk.subarray(0, left));
      left -= chunk.length;
      if (left > 0) return;
      left = Infinity;
      cuts++;
      closed = closes;
      // what was written arrives first
      upstream.end(() => client.destroy());
    });
    upstream.pipe(client);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    url: `http://127.0.0.1:${String(address.port)}`,
    get cuts() {
      return cuts;
    },
    cutAfter(bytes, after) {
      left = bytes;
      closes = after === "closed";
    },
    reopen() {
      closed = false;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
