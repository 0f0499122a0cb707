/** Files on their way from one page to another. */
export interface HandOver {
  /** Shows the other page, and gives it a file. */
  give: (file: File) => void;
  /** That page takes what is handed over, now and later. Gives what ends that. */
  take: (take: (file: File) => void) => () => void;
}

/** @param page its address, `#/look` */
export function handOverTo(page: string): HandOver {
  let waiting: File | undefined;
  let taker: ((file: File) => void) | undefined;
  return {
    give(file) {
      location.hash = page;
      if (taker) taker(file);
      else waiting = file;
    },
    take(take) {
      taker = take;
      if (waiting) take(waiting);
      waiting = undefined;
      return () => (taker = undefined);
    },
  };
}
