import { createServer, type RequestListener, type Server } from "node:http";
import { once } from "node:events";
import type { Duplex } from "node:stream";
import type { AddressInfo } from "node:net";
import { BODY_MS, requireBodySoon } from "./body-time.ts";

export interface OpenListener {
  /** as bound: the port is the real one where 0 was asked for */
  address: AddressInfo;
  /** Takes no new requests and waits for those under way, at most so many milliseconds. */
  close(milliseconds: number): Promise<void>;
}

/** Of address and headers together, in bytes: 100 user ids of 255 bytes, percent-encoded, stand in an address. */
const LARGEST_HEAD = 128 * 1024;

/** Address and headers have arrived within this time, in milliseconds. */
const HEAD_MS = 30_000;

/**
 * @param bodyMs so long a request may take to arrive, in milliseconds
 * @throws Error with the address and the reason (EADDRINUSE, EACCES …), where the port cannot be had
 */
export async function listen(
  port: number,
  host: string,
  app: RequestListener,
  bodyMs = BODY_MS,
): Promise<OpenListener> {
  // a large bundle over a thin line takes longer than Node's five minutes; stalled uploads are ended by their endpoint
  const limits = { requestTimeout: 0, headersTimeout: HEAD_MS, maxHeaderSize: LARGEST_HEAD };
  const server = createServer(limits, (request, response) => {
    requireBodySoon(request, response, bodyMs);
    app(request, response);
  });
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
