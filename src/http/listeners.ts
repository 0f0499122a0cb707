import { createServer, type RequestListener, type Server } from "node:http";
import { once } from "node:events";
import type { Duplex } from "node:stream";
import type { AddressInfo } from "node:net";

export interface OpenListener {
  /** as bound: the port is the real one where 0 was asked for */
  address: AddressInfo;
  /** Takes no new requests and waits for those under way, at most so many milliseconds. */
  close(milliseconds: number): Promise<void>;
}

/** Of address and headers together, in bytes: 100 user ids of 255 bytes, percent-encoded, stand in an address. */
const LARGEST_HEAD = 128 * 1024;

/** @throws Error with the address and the reason (EADDRINUSE, EACCES …), where the port cannot be had */
export async function listen(port: number, host: string, app: RequestListener): Promise<OpenListener> {
  // a large bundle over a thin line takes longer than Node's five minutes; stalled uploads are ended by their endpoint
  const server = createServer({ requestTimeout: 0, maxHeaderSize: LARGEST_HEAD }, app);
  server.on("clientError", answerBroken);
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

/** What is no request that could reach an endpoint (RFC 9110, RFC 6585 "431"). */
function answerBroken(error: Error, socket: Duplex): void {
  if (!socket.writable || ("code" in error && error.code === "ECONNRESET")) {
    socket.destroy();
    return;
  }
  const large = "code" in error && error.code === "HPE_HEADER_OVERFLOW";
  const [status, errcode, message] = large
    ? ["431 Request Header Fields Too Large", "M_TOO_LARGE", "The address and the headers are too long"]
    : ["400 Bad Request", "M_UNRECOGNIZED", "The request is not well-formed HTTP"];
  const body = JSON.stringify({ errcode, error: message });
  const head = [`HTTP/1.1 ${status}`, "Content-Type: application/json", `Content-Length: ${String(body.length)}`];
  socket.end([...head, "Connection: close", "", body].join("\r\n"));
}
