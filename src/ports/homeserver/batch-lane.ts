import type { JsonObject } from "../../matrix/json.ts";

/** A message event that is to be sent with others. */
export interface BatchedEvent {
  type: string;
  /** the ids that `m.relates_to` names may be those of earlier events of the same batch: see `batchReference` */
  content: JsonObject;
  /** milliseconds since the epoch */
  ts: number;
}

/** A way into rooms by which many events go at once. Where there is one, it is faster than `RoomWriter.send`, and nothing else. */
export interface BatchLane {
  /** most events of one batch */
  readonly maxEvents: number;
  /**
   * Sends all of them, in their order, or none; the same `txnId` with the same events gives the same events again.
   * @throws HomeserverError as a single send would of the first event at fault; `mayPass`: perhaps all were sent
   */
  send(roomId: string, txnId: string, events: readonly BatchedEvent[]): Promise<string[]>;
}

/** Stands for the id of the batch's event at this index, from 0. */
export function batchReference(index: number): string {
  return `$batch:${String(index)}`;
}
