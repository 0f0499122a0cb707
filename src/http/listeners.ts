import { createServer, type RequestListener, type Server } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";

export interface OpenListener {
  /** as bound: the port is the real one where 0 was asked for */
  address: AddressInfo;
  /** Takes no new requests and waits for those under way, at most so many milliseconds. */
  close(milliseconds: number): Promise<void>;
}

/** @throws Error with the address and the reason (EADDRINUSE, EACCES …), where the port cannot be had */
export async function listen(port: number, host: string, app: RequestListener): Promise<OpenListener> {
  // a large bundle over a thin line takes longer than Node's five minutes; stalled uploads are ended by their endpoint
  const server = createServer({ requestTimeout: 0 }, app);
  server.listen(port, host);
  await once(server, "listening").catch((error: unknown) => {
    const reason = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    throw new Error(`cannot listen on ${host}:${port} (${reason})`, { cause: error });
  });
  return { address: server.address() as AddressInfo, close: (milliseconds) => close(server, milliseconds) };
}

async function close(server: Server, milliseconds: number): Promise<void> {
  const closed = once(server, "close");
  server.close();
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), milliseconds);
  await closed;
  clearTimeout(timer);
}
