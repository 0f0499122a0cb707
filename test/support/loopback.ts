import { once } from "node:events";
import type { Server } from "node:http";

/** A server that listens on loopback. */
export interface Loopback {
  url: string;
  /** Ends it, with the connections that are open. */
  close(): Promise<void>;
}

export async function onLoopback(server: Server): Promise<Loopback> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
