import type { ExportFormat, ExportQuery } from "../service/service.ts";
import { eventIdIn } from "./event-id.ts";
import { t } from "../texts/texts.ts";

/** What somebody has chosen. */
export interface ExportChoice {
  /** `2026-11-22`, a day in the browser's time zone, or empty */
  since: string;
  /** the same; the day belongs to it */
  until: string;
  /** user ids; none: everybody */
  senders: readonly string[];
  media: boolean;
  viewer: boolean;
  /** what the service's bot said, too */
  bot: boolean;
  /** the rooms that it took the place of, too: a ZIP of bundles */
  predecessors: boolean;
  /** the link of a message, or its id; empty: all of the room */
  thread: string;
  /** as what it is saved at the end: the export itself is always a bundle */
  format: ExportFormat;
}

export const EVERYTHING: ExportChoice = {
  ...{ since: "", until: "", senders: [], thread: "" },
  ...{ media: true, viewer: true, bot: true, predecessors: false, format: "bundle" },
};

export interface ChoiceFaults {
  dates?: string;
  thread?: string;
}

/** What is wrong with a choice; empty: nothing. @param rooms how many it is for */
export function faultsOf({ since, until, thread }: ExportChoice, rooms: number): ChoiceFaults {
  const threadFault =
    thread.trim() === ""
      ? undefined
      : eventIdIn(thread) === undefined
        ? t.exports.threadWrong
        : rooms > 1
          ? t.exports.threadOfOne
          : undefined;
  return {
    ...(since !== "" && until !== "" && since > until && { dates: t.rooms.datesWrong }),
    ...(threadFault !== undefined && { thread: threadFault }),
  };
}

/** The choice as the API takes it; what is the default there is left out. */
export function queryOf({
  since,
  until,
  senders,
  media,
  viewer,
  bot,
  predecessors,
  thread,
}: ExportChoice): ExportQuery {
  const root = eventIdIn(thread);
  return {
    ...(since !== "" && { since: startOf(since, 0) }),
    ...(until !== "" && { until: startOf(until, 1) }),
    ...(senders.length > 0 && { senders: senders.join(",") }),
    ...(!media && { media: "false" }),
    ...(viewer && { viewer: "true" }),
    ...(!bot && { without_bot: "true" }),
    ...(predecessors && { with_predecessors: "true" }),
    ...(root !== undefined && { thread: root }),
  };
}

/** When that day begins in the browser's time zone, or one so many days later; RFC 3339. */
function startOf(date: string, later: number): string {
  const [year = 0, month = 1, dayOfMonth = 1] = date.split("-").map(Number);
  return new Date(year, month - 1, dayOfMonth + later).toISOString();
}
