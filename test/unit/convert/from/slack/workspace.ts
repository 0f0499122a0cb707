import { convertedFiles, type Converted } from "../../converted.ts";
import type { JsonObject } from "../../../../../src/matrix/json.ts";

export const USERS = [
  { id: "U1MIA", name: "mia", real_name: "Mia Moss", profile: { display_name: "Mia", real_name: "Mia Moss" } },
  { id: "U2NOOR", name: "noor", profile: { display_name: "", real_name: "Noor N" } },
];
export const CHANNEL = {
  id: "C1SOUP",
  name: "soup",
  created: 1_700_000_000,
  creator: "U1MIA",
  members: ["U1MIA", "U2NOOR"],
  topic: { value: "" },
  purpose: { value: "" },
};
/** 2024-03-04T12:00:00Z */
export const NOON = 1_709_553_600;

/** The time of a message, `second` seconds after noon. */
export function ts(second: number): string {
  return `${NOON + second}.000100`;
}

/** A workspace with one channel, in which these messages were sent a second apart, by Mia where they do not say by whom. */
export function workspace(
  messages: readonly JsonObject[],
  { channel = {}, users = USERS }: { channel?: object; users?: object[] } = {},
): Record<string, object> {
  const sent = messages.map((message, index) => {
    const author = message["user"] !== undefined || message["bot_id"] !== undefined ? {} : { user: "U1MIA" };
    return { type: "message", ts: ts(index), text: "", ...author, ...message };
  });
  return { "users.json": users, "channels.json": [{ ...CHANNEL, ...channel }], "soup/2024-03-04.json": sent };
}

/** The bundle of that channel. */
export function soup(files: Record<string, object>): Promise<Converted> {
  return convertedFiles("slack", files, ["--channel", "soup"]);
}
