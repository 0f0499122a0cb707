import { Fields } from "../../input/fields.ts";
import type { ExportFile } from "../../input/export-files.ts";
import { isTs, timeOf } from "./slack-time.ts";
import { profileName, type SlackPeople } from "./slack-people.ts";
import type { SlackValues } from "./slack-values.ts";

/** What a conversation says in later messages of earlier ones. */
export interface SlackForesight {
  /** when messages were deleted, by their ts; exports with the log of edits and deletions have that */
  deleted: ReadonlyMap<string, { at: number }>;
  /** names of bots that speak under one name only, by the ids of their accounts */
  bots: ReadonlyMap<string, string>;
}

/** Looks before anything is read; people who are in no list get the names that messages give them. Parses what can matter only. */
export async function lookAhead(days: readonly SlackValues[], people: SlackPeople): Promise<SlackForesight> {
  const deleted = new Map<string, { at: number }>();
  const names = new Map<string, Set<string>>();
  for (const day of days) {
    if (!(await isWorthIt(day.file, people))) continue;
    for await (const value of day.read()) {
      const message = Fields.of(value, () => undefined);
      if (!message) continue;
      const [user, bot, username] = [message.id("user"), message.id("bot_id"), message.anyText("username")];
      if (user !== undefined) people.learn(user, profileName(message));
      const account = user ?? bot;
      if (bot !== undefined && account !== undefined && username !== undefined)
        names.set(account, (names.get(account) ?? new Set()).add(username));
      const gone = deletedBy(message);
      const at = message.id("ts");
      if (gone !== undefined && isTs(at)) deleted.set(gone, { at: timeOf(at) });
    }
  }
  const single = [...names].flatMap(([account, [name, ...more]]): [string, string][] => {
    return name === undefined || more.length > 0 ? [] : [[account, name]];
  });
  return { deleted, bots: new Map(single) };
}

/** The message that an entry of the log says to be deleted. */
export function deletedBy(entry: Fields): string | undefined {
  const subtype = entry.text("subtype");
  const changed = entry.object("message");
  const ts =
    subtype === "message_deleted"
      ? (entry.id("deleted_ts") ?? entry.object("previous_message")?.id("ts"))
      : subtype === "message_changed" && changed?.text("subtype") === "tombstone"
        ? changed.id("ts")
        : undefined;
  return isTs(ts) ? ts : undefined;
}

/** Longer than anything that is looked for. */
const OVERLAP = 64;

async function isWorthIt(file: ExportFile, people: SlackPeople): Promise<boolean> {
  let before = "";
  for await (const chunk of file.read()) {
    const text = before + chunk.toString("latin1");
    if (['"message_deleted"', '"tombstone"', '"username"'].some((sign) => text.includes(sign))) return true;
    for (const [, id = ""] of text.matchAll(/"user":\s{0,8}"([A-Z0-9]{3,20})"/g))
      if (people.user(id) === undefined) return true;
    before = text.slice(-OVERLAP);
  }
  return false;
}
