import type { ExportQuery } from "../service/service.ts";
import { t } from "../texts/texts.ts";

/** What somebody has chosen. */
export interface ExportChoice {
  /** `2026-11-22`, a day in the browser's time zone, or empty */
  since: string;
  /** the same; the day belongs to it */
  until: string;
  senders: string;
  media: boolean;
  viewer: boolean;
}

export const EVERYTHING: ExportChoice = { since: "", until: "", senders: "", media: true, viewer: true };

export interface ChoiceFaults {
  dates?: string;
  senders?: string;
}

/** What is wrong with a choice; empty: nothing. */
export function faultsOf({ since, until, senders }: ExportChoice): ChoiceFaults {
  const wrong = userIds(senders).find((id) => !/^@[^\s:]+:\S+$/.test(id));
  return {
    ...(since !== "" && until !== "" && since > until && { dates: t.rooms.datesWrong }),
    ...(wrong !== undefined && { senders: t.rooms.senderWrong(wrong) }),
  };
}

/** The choice as the API takes it; what is the default there is left out. */
export function queryOf({ since, until, senders, media, viewer }: ExportChoice): ExportQuery {
  const ids = userIds(senders);
  return {
    ...(since !== "" && { since: startOf(since, 0) }),
    ...(until !== "" && { until: startOf(until, 1) }),
    ...(ids.length > 0 && { senders: ids.join(",") }),
    ...(!media && { media: "false" }),
    ...(viewer && { viewer: "true" }),
  };
}

function userIds(text: string): string[] {
  return text.split(/[\s,]+/).filter((id) => id !== "");
}

/** When that day begins in the browser's time zone, or one so many days later; RFC 3339. */
function startOf(date: string, later: number): string {
  const [year = 0, month = 1, dayOfMonth = 1] = date.split("-").map(Number);
  return new Date(year, month - 1, dayOfMonth + later).toISOString();
}
