const { port1, port2 } = new MessageChannel();

/** What else is asked of the worker gets its turn. Not by a timer: browsers let those of pages in the background wait for a second. */
export async function nextTurn(): Promise<void> {
  await new Promise((resolve) => {
    port1.onmessage = resolve;
    port2.postMessage(null);
  });
}
