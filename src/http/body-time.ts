import type { IncomingMessage, ServerResponse } from "node:http";

/** A request has arrived whole within this time, in milliseconds; uploads of bundles have rules of their own. */
export const BODY_MS = 30_000;

const patient = new WeakSet<IncomingMessage>();

/** This request may take its time: its endpoint looks after it. */
export function mayTakeTime(request: IncomingMessage): void {
  patient.add(request);
}

/** Answers 408, and ends the connection, where the body of a request has not arrived within so many milliseconds. */
export function requireBodySoon(request: IncomingMessage, response: ServerResponse, milliseconds: number): void {
  const timer = setTimeout(() => {
    if (request.complete || patient.has(request)) return;
    if (response.headersSent) {
      request.socket.destroy();
      return;
    }
    const error = `The body did not arrive within ${String(milliseconds / 1000)} seconds: send the request again`;
    response.writeHead(408, { "Content-Type": "application/json", Connection: "close" });
    response.end(JSON.stringify({ errcode: "M_UNKNOWN", error }));
  }, milliseconds);
  request.once("close", () => clearTimeout(timer));
}
