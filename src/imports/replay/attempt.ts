import type { JsonObject } from "../../matrix/json.ts";

/** Why a homeserver will not take a content: it is too large, or not to its liking. */
export type Refusal = "size" | "shape";

/** One way to send an event. Ways stand in order: each gives up something that the one before it kept. */
export interface Attempt {
  type: string;
  /** sent as state */
  stateKey?: string;
  content: JsonObject;
  /** the original content, to be uploaded as a JSON file and named in the origin */
  file?: JsonObject;
  /** the only kind of refusal that this way is an answer to; absent: to any */
  saves?: Refusal;
  /** a redaction: what it takes back, and whether what it says must be kept where it cannot be dated, so that an export knows it */
  takesBack?: { eventId: string; kept: boolean };
  /** what the report says where this way was taken */
  gaveUp?: { code: string; message: string };
}

/** How to send one event of the bundle. */
export interface Plan {
  /** milliseconds since the epoch */
  ts: number;
  /** in order of preference; made one by one, as most events need the first only */
  attempts: Iterable<Attempt>;
  /** for the journal */
  reaction?: { target: string; key: string };
  redacts?: string;
}
