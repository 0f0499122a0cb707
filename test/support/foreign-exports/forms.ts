import { writeDiscord } from "./discord.ts";
import { writeElement } from "./element.ts";
import { writeMattermost } from "./mattermost.ts";
import { writeSlack } from "./slack.ts";
import { writeTelegram } from "./telegram.ts";

const WRITERS = {
  element: writeElement,
  discord: writeDiscord,
  slack: writeSlack,
  mattermost: writeMattermost,
  telegram: writeTelegram,
} as const;

/**
 * Small exports of other programs, made by hand from the documented structure of each: the same little conversation in all of
 * them, as far as the format can hold it. Ann asks; Bob answers with a formatted reply; Ann edits; Bob reacts; a picture.
 */
export type Form = keyof typeof WRITERS;

/** Writes the export of that form; gives what to name as its input, and the channel to choose. */
export function writeExport(form: Form, folder: string): { input: string; channel?: string } {
  return WRITERS[form](folder);
}
