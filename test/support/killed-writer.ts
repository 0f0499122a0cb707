import type { BatchLane } from "../../src/ports/homeserver/batch-lane.ts";
import type { ImportJournal } from "../../src/ports/import-journal.ts";
import type { RoomWriter } from "../../src/ports/homeserver/homeserver.ts";

/** A call of the homeserver after which the service is killed. */
export class Killed extends Error {}

/** A writer whose process ends after so many calls that write events; `onCall` hears of each. */
export function killedAfter(
  calls: number,
  user: RoomWriter,
  onCall: (left: number) => unknown = () => undefined,
): RoomWriter {
  let left = calls;
  const counted = async <T>(act: () => Promise<T>): Promise<T> => {
    // what the dead send, nobody gets
    if (left <= 0) throw new Killed();
    const done = await act();
    onCall(--left);
    if (left <= 0) throw new Killed();
    return done;
  };
  return new Proxy<RoomWriter>(user, {
    get(target, name) {
      const found: unknown = Reflect.get(target, name);
      if (typeof found !== "function") return found;
      const bound = (found as (...args: unknown[]) => Promise<unknown>).bind(target);
      if (name === "batchLane")
        return async (): Promise<BatchLane | undefined> => {
          const lane = await target.batchLane();
          return lane && { ...lane, send: (...args) => counted(() => lane.send(...args)) };
        };
      if (!["send", "sendState", "redactDated"].includes(String(name))) return bound;
      return (...args: unknown[]) => counted(() => bound(...args));
    },
  });
}

/** A journal into which nothing is written any more once the life of its process is over. */
export function mortal(journal: ImportJournal, life: { over: boolean }): ImportJournal {
  return new Proxy(journal, {
    get(target, name) {
      const bound = (Reflect.get(target, name) as (...args: unknown[]) => Promise<unknown>).bind(target);
      return (...args: unknown[]) => (life.over ? Promise.reject(new Killed()) : bound(...args));
    },
  });
}
