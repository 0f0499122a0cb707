import type { JsonValue } from "../../../matrix/json.ts";
import { Fields } from "../../input/fields.ts";
import type { ExportFiles } from "../../input/export-files.ts";
import { jsonElements } from "../../input/json-pieces.ts";
import { unescape } from "../../text/slack-mrkdwn.ts";
import type { SlackPeople } from "./slack-people.ts";
import type { SlackPin } from "./slack-pins.ts";
import { day, dump, type SlackValues } from "./slack-values.ts";

/** Lists of conversations; the messages of each stand in a folder of its name, direct ones in one of its id. */
const LISTS = ["channels.json", "groups.json", "mpims.json", "dms.json", "file_conversations.json"];
const USERS = ["users.json", "org_users.json"];
const DAY = /^\d{4}-\d\d-\d\d\.json$/;
/** slackdump's own format names its files by the ids of conversations. */
const DUMP = /^[CDG][A-Z0-9]{2,}\.json$/;

/** A conversation of a workspace. */
export interface SlackChannel {
  id: string | undefined;
  name: string;
  /** what the export calls it itself */
  givenName: string | undefined;
  topic: string | undefined;
  /** seconds since the epoch */
  created: number | undefined;
  creator: string | undefined;
  members: readonly string[];
  isDirect: boolean;
  pins: readonly SlackPin[];
  folder: string;
  days: SlackValues[];
}

/** The folders that hold a list of users or conversations: one, or with a grid those of its workspaces, too. */
export function workspaces(files: ExportFiles): string[] {
  const folders = files.paths
    .filter((path) => [...USERS, ...LISTS].includes(baseName(path)))
    .map((path) => path.slice(0, path.lastIndexOf("/") + 1));
  return [...new Set(folders)].sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
}

/** Reads who is in those workspaces. */
export async function readPeople(files: ExportFiles, folders: readonly string[], people: SlackPeople): Promise<void> {
  for (const folder of folders)
    for (const name of USERS) for await (const user of elements(files, folder + name)) people.add(user);
}

/**
 * All conversations: those that a list names, in the order of the lists, and then those that no list names, of which there are only
 * the messages (workspaces of a grid, canvases, exports that were put together). `top`: the folder that all stand in
 */
export async function channels(files: ExportFiles, top: string, folders: readonly string[]): Promise<SlackChannel[]> {
  const unclaimed = filesOfMessages(files, top);
  const found: SlackChannel[] = [];
  const add = (at: string, listed: Fields | undefined, isDirect: boolean): void => {
    const about = described(listed);
    const { id, givenName } = about;
    const claimed = [givenName, id, id?.replaceAll(":", "_")]
      .map((name) => `${at}${name ?? "\0"}`)
      .find((key) => unclaimed.has(key));
    const days = claimed === undefined ? [] : (unclaimed.get(claimed) ?? []);
    if (claimed !== undefined) unclaimed.delete(claimed);
    const name = shortName(top, at, givenName ?? id ?? "");
    found.push({ ...about, name, isDirect, folder: `${claimed ?? at + (givenName ?? id ?? "")}/`, days });
  };
  for (const folder of folders)
    for (const name of LISTS)
      for await (const value of elements(files, folder + name)) {
        const listed = Fields.of(value, () => undefined);
        if (listed?.id("id") === undefined && listed?.anyText("name") === undefined) continue;
        add(folder, listed, name === "dms.json" || listed.flag("is_im") === true);
      }
  for (const [path, days] of unclaimed) {
    const at = path.slice(0, path.lastIndexOf("/") + 1);
    const channel = { ...described(undefined), name: shortName(top, at, baseName(path)), isDirect: false };
    found.push({ ...channel, folder: `${path}/`, days });
  }
  return found;
}

function described(
  listed: Fields | undefined,
): Pick<SlackChannel, "id" | "givenName" | "topic" | "created" | "creator" | "members" | "pins"> {
  const topic = listed?.object("topic")?.anyText("value") ?? listed?.object("purpose")?.anyText("value");
  return {
    id: listed?.id("id"),
    // the conversation about a canvas has the canvas's name in its id
    givenName: listed?.anyText("name") ?? /^FC:[^:]+:(.+)$/.exec(listed?.id("id") ?? "")?.[1],
    topic: topic === undefined ? undefined : unescape(topic),
    created: listed?.number("created"),
    creator: listed?.anyText("creator"),
    members: listed?.ids("members") ?? [],
    pins: listed?.objects("pins").flatMap((pin) => pinOf(pin) ?? []) ?? [],
  };
}

function pinOf(pin: Fields): SlackPin | undefined {
  const id = pin.id("id");
  return id === undefined ? undefined : { id, user: pin.id("user"), created: pin.number("created") };
}

/** Files of messages by the path that a conversation of theirs would have, without an ending. */
function filesOfMessages(files: ExportFiles, top: string): Map<string, SlackValues[]> {
  const found = new Map<string, SlackValues[]>();
  for (const path of files.paths) {
    const file = path.startsWith(top) ? files.file(path) : undefined;
    const name = baseName(path);
    const folder = path.slice(0, -name.length - 1);
    if (!file) continue;
    if (DAY.test(name) && folder.length > top.length - 1) found.set(folder, [...(found.get(folder) ?? []), day(file)]);
    else if (DUMP.test(name)) found.set(path.slice(0, -".json".length), [dump(file)]);
  }
  return found;
}

/** A conversation of a workspace of a grid has its name before its own. */
function shortName(top: string, folder: string, name: string): string {
  const inside = folder.slice(top.length).replace(/^teams\//, "");
  return inside + name;
}

async function* elements(files: ExportFiles, path: string): AsyncGenerator<JsonValue | undefined, void, undefined> {
  const file = files.file(path);
  if (file) yield* jsonElements(file.read());
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
