import { forwardingServer, answerWith } from "./forwarding-server.ts";

/** A way to a homeserver that stops at the writes it is told to, so that something can be killed just there. */
export interface CountingGate {
  /** stands for the homeserver's, without a slash at the end */
  readonly url: string;
  /**
   * Resolves at the `count`-th write of an event since the start; from then on no write passes until `open`. That one itself is lost
   * on its way (`held`), or the homeserver does it and its answer is lost (`done`).
   */
  reaches(count: number, last: "held" | "done"): Promise<void>;
  open(): void;
  /** that have come so far */
  readonly writes: number;
  close(): Promise<void>;
}

const EVENTS = /^PUT .*\/rooms\/[^/]+\/(?:send|state|redact)\//;

/** A gate at 127.0.0.1 before `target`, open at first. @param write method and address of what counts as a write */
export async function countingGate(target: string, write = EVENTS): Promise<CountingGate> {
  let writes = 0;
  let waiting: { count: number; last: "held" | "done"; reached: () => void } | undefined;
  let opened: Promise<void> | undefined;
  let open = (): void => undefined;
  const server = await forwardingServer(target, async ({ request, response, forward }) => {
    const isWrite = write.test(`${request.method ?? ""} ${request.url ?? ""}`);
    if (isWrite) await opened;
    if (isWrite && ++writes === waiting?.count) {
      const { last, reached } = waiting;
      opened = new Promise((resolve) => (open = resolve));
      if (last === "done") await forward();
      reached();
      request.socket.destroy();
      return;
    }
    answerWith(response, await forward());
  });
  return {
    url: server.url,
    reaches: (count, last) =>
      new Promise((resolve, reject) => {
        if (writes >= count)
          reject(new Error(`${String(writes)} writes went through before number ${String(count)} was waited for`));
        waiting = { count, last, reached: resolve };
      }),
    get writes() {
      return writes;
    },
    open() {
      opened = undefined;
      open();
    },
    close: () => server.close(),
  };
}
