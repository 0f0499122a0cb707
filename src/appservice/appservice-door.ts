import { createHash, timingSafeEqual } from "node:crypto";
import { Router, text, type Request, type RequestHandler } from "express";
import matrixAppservice from "matrix-appservice";
import type { IndexRecorder } from "../feed/index-recorder.ts";
import { parseJson, stringMember, type JsonValue } from "../matrix/json.ts";
import type { Inbox, InboxEvent } from "../ports/inbox.ts";
import { errorFields, type Logger } from "../ports/logger.ts";
import { OwnEvents } from "./own-events.ts";
import { ProbeEvents } from "./probe-events.ts";
import type { Reachability } from "./reachability.ts";
import { TransactionCount } from "./transaction-count.ts";
import { changeOfState, eventsOfTransaction, pushedEvent, relevantEvent } from "./relevant.ts";

export interface AppserviceDoorParts {
  /** what the homeserver has to show */
  hsToken: string;
  serviceUser: string;
  inbox: Inbox;
  /** remembers what indexers have to hear of */
  index: Pick<IndexRecorder, "take">;
  /** called when something was put into the inbox */
  arrived: () => void;
  /** called when the homeserver counts its transactions from 1 again: what it had not pushed before, it has forgotten */
  startedOver: () => void;
  /** called when somebody has shown another token */
  wrongToken: () => void;
  /** is told of what shows whether the homeserver reaches this service */
  reachability: Pick<Reachability, "pinged" | "transactionArrived" | "wrongToken">;
  /** does an import run now? */
  importing: () => Promise<boolean>;
  /** is told of changes in rooms that it guards, by an inbox of its own */
  guard: {
    inbox: Inbox;
    concerns(event: Pick<InboxEvent, "room_id" | "type">): Promise<boolean>;
    arrived(): void;
  };
  logger: Logger;
}

/** A transaction holds up to 100 events of up to 64 KiB, and what the homeserver adds to them. */
const LARGEST_TRANSACTION = "32mb";

const TRANSACTIONS = "/_matrix/app/v1/transactions/:txnId";
const PING = "/_matrix/app/v1/ping";
const LARGEST_PING = "64kb";

/**
 * What the homeserver calls (application service API). A transaction is acknowledged only once what matters of it is in the
 * inbox. Events are told apart by their ids alone: Synapse's transaction ids start at 1 again after a restart.
 */
export function appserviceDoor(parts: AppserviceDoorParts): Router {
  const { hsToken, serviceUser, inbox, index, arrived, startedOver, wrongToken } = parts;
  const { reachability, importing, guard, logger } = parts;
  const count = new TransactionCount();
  const ownEvents = new OwnEvents(serviceUser, importing);
  const probeEvents = new ProbeEvents(serviceUser);
  const library = new matrixAppservice.AppService({ homeserverToken: hsToken });
  library.expressApp.disable("x-powered-by");
  const acknowledge: RequestHandler = (request, response, next) => {
    library.expressApp(request, response, next);
  };

  const record: RequestHandler = async (request, response, next) => {
    const pushed = eventsOfTransaction(parsed(request.body));
    if (!pushed) {
      response.status(400).json({ errcode: "M_NOT_JSON", error: "Expected a transaction: {events: […]}" });
      return;
    }
    reachability.transactionArrived();
    if (count.startsOver(transactionId(request))) startedOver();
    const events = probeEvents.without(pushed);
    const relevant = events.map((event) => relevantEvent(event, serviceUser)).filter((event) => event !== undefined);
    const changes: InboxEvent[] = [];
    try {
      for (const event of events) {
        const change = changeOfState(event);
        if (change && (await guard.concerns(change))) changes.push(change);
      }
      await inbox.store(relevant);
      await index.take(events.map(pushedEvent).filter((event) => event !== undefined));
      await guard.inbox.store(changes);
    } catch (error) {
      logger.error(errorFields(error), "a transaction could not be recorded");
      throw error;
    }
    if (relevant.length > 0) arrived();
    if (changes.length > 0) guard.arrived();
    if (relevant.length === 0 && changes.length === 0) await ownEvents.collect(events);
    // the library is not to parse it again
    Object.assign(request, { body: { events }, _body: true });
    next();
  };

  const ping: RequestHandler = (request, response) => {
    reachability.pinged(stringMember(parsed(request.body), "transaction_id"));
    response.json({});
  };

  const router = Router();
  const turnedAway = (): void => {
    wrongToken();
    reachability.wrongToken();
  };
  router.use("/_matrix/app", homeserverOnly(hsToken, turnedAway));
  router.post(PING, text({ type: () => true, limit: LARGEST_PING }), ping);
  router.put(TRANSACTIONS, text({ type: () => true, limit: LARGEST_TRANSACTION }), record, acknowledge);
  router.use("/_matrix/app", nothingHere);
  return router;
}

function transactionId({ params }: Request): string {
  return String(params["txnId"]);
}

/** No user or alias is ever made on demand. */
const nothingHere: RequestHandler = (_request, response) => {
  response.status(404).json({ errcode: "M_NOT_FOUND", error: "There is no such user, alias or endpoint" });
};

function homeserverOnly(hsToken: string, wrongToken: () => void): RequestHandler {
  const hash = (token: string): Buffer => createHash("sha256").update(token).digest();
  const expected = hash(hsToken);
  return (request, response, next) => {
    const [, token] = /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? "") ?? [];
    if (token === undefined)
      response.status(401).json({ errcode: "M_MISSING_TOKEN", error: "The homeserver's token is needed" });
    else if (timingSafeEqual(hash(token), expected)) next();
    else {
      wrongToken();
      response.status(403).json({ errcode: "M_FORBIDDEN", error: "This is not the homeserver's token" });
    }
  };
}

function parsed(body: unknown): JsonValue {
  try {
    return typeof body === "string" ? parseJson(body) : null;
  } catch {
    return null;
  }
}
