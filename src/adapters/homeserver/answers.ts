/** Reads the homeserver's answers: what was expected, or UnexpectedAnswer with the endpoint in it. Absent is only what it calls so. */
import { parseClientEvent, type ClientEvent, type StateEvent } from "../../matrix/event.ts";
import { isObject, member, stringMember, type JsonObject, type JsonValue } from "../../matrix/json.ts";
import { HomeserverError, UnexpectedAnswer } from "../../ports/homeserver/homeserver.ts";
import { CallFailed } from "./call-failed.ts";
import { endpointOf } from "./endpoints.ts";

/** The call that was answered. */
interface Call {
  method: string;
  /** encoded; a query may follow */
  path: string;
}

/** @param expected e.g. "an array chunk" */
function unexpected(
  { method, path }: Call,
  expected: string,
  answer?: { status: number; errcode: string },
): UnexpectedAnswer {
  return new UnexpectedAnswer(`${method} ${endpointOf(path)}`, expected, answer);
}

/**
 * `M_UNRECOGNIZED` speaks of the endpoint, not of what was asked for, and a 404 that is no Matrix error comes from something else: a proxy.
 * Synapse says of some things that are not there 404 `M_UNKNOWN`.
 */
export function knownFailure(call: Call, failure: unknown): unknown {
  if (!(failure instanceof CallFailed)) return failure;
  const { status, errcode, answer } = failure;
  const isOther = status === 405 || (status === 404 && stringMember(answer, "errcode") === undefined);
  return isOther || errcode === "M_UNRECOGNIZED" ? unexpected(call, "an endpoint of that address", failure) : failure;
}

/** The answer, or undefined where the homeserver says that there is no such thing. @throws HomeserverError */
export async function unlessAbsent<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof HomeserverError && error.isAbsent) return undefined;
    throw error;
  }
}

/** @throws UnexpectedAnswer */
export function objectOf(call: Call, answer: JsonValue): JsonObject {
  if (!isObject(answer)) throw unexpected(call, "a JSON object");
  return answer;
}

/** @throws UnexpectedAnswer */
export function stringOf(call: Call, answer: JsonValue, key: string): string {
  const found = stringMember(answer, key);
  if (found === undefined) throw unexpected(call, `a string ${key}`);
  return found;
}

/** @param key undefined: the answer itself. @throws UnexpectedAnswer */
export function arrayOf(call: Call, answer: JsonValue, key?: string): JsonValue[] {
  const found = key === undefined ? answer : member(answer, key);
  if (!Array.isArray(found)) throw unexpected(call, key === undefined ? "an array" : `an array ${key}`);
  return found;
}

/** The well-formed events of such an array. @throws UnexpectedAnswer */
export function eventsOf(call: Call, answer: JsonValue, key?: string): ClientEvent[] {
  return arrayOf(call, answer, key)
    .map(parseClientEvent)
    .filter((event) => event !== undefined);
}

/** @throws UnexpectedAnswer */
export function eventOf(call: Call, answer: JsonValue): ClientEvent {
  const event = parseClientEvent(answer);
  if (!event) throw unexpected(call, "an event");
  return event;
}

/** @throws UnexpectedAnswer also where it is another event than that of this type and key */
export function stateEventOf(call: Call, answer: JsonValue, type: string, stateKey: string): StateEvent {
  // only its id may be missing
  const { event_id: known, ...event } = eventOf(call, isObject(answer) ? { event_id: "", ...answer } : answer);
  if (event.type !== type || event.state_key !== stateKey) throw unexpected(call, `the state event ${type}`);
  return known === "" ? event : { ...event, event_id: known };
}
