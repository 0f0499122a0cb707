let waiting: File | undefined;
let taker: ((file: File) => void) | undefined;

/** Opens a file on the page that shows what is inside. */
export function lookInside(file: File): void {
  location.hash = "#/look";
  if (taker) taker(file);
  else waiting = file;
}

/** That page takes what is handed over, now and later. Gives what ends that. */
export function takeFiles(take: (file: File) => void): () => void {
  taker = take;
  if (waiting) take(waiting);
  waiting = undefined;
  return () => (taker = undefined);
}
