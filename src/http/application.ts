import express, { type Express, type RequestHandler } from "express";
import helmet from "helmet";
import type { Logger } from "../ports/logger.ts";
import { answerErrors, unrecognized } from "./errors.ts";

/** Answers are about rooms and people. */
const neverStored: RequestHandler = (_request, response, next) => {
  response.setHeader("Cache-Control", "private, no-store");
  next();
};

/**
 * The application of one listener: what it serves in this order, 404 for the rest, every error in Matrix shape.
 * @param trustedProxies addresses and networks (`10.0.0.0/8`) of proxies whose `X-Forwarded-For` is believed
 */
export function application(
  handlers: readonly { at: string; handler: RequestHandler }[],
  logger: Logger,
  trustedProxies: readonly string[] = [],
): Express {
  const app = express();
  app.set("trust proxy", [...trustedProxies]);
  app.set("query parser", "simple");
  app.disable("etag");
  app.use(helmet());
  app.use(neverStored);
  for (const { at, handler } of handlers) app.use(at, handler);
  app.use(unrecognized);
  app.use(answerErrors(logger));
  return app;
}
