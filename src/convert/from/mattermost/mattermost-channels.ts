import { Fields } from "../../input/fields.ts";
import { ConvertError } from "../../convert-error.ts";
import type { ExportFile } from "../../input/export-files.ts";
import { jsonLines } from "../../input/json-lines.ts";

/** A conversation of a bulk export. */
export interface MattermostChannel {
  /** `team/channel`, or the members of a direct one */
  key: string;
  name: string;
  topic: string | undefined;
  direct: boolean;
  /** posts name it, and no line of its own */
  unlisted: boolean;
}

/** The conversations of an export, and which lines hold posts of which. */
export interface MattermostIndex {
  channels: MattermostChannel[];
  /** Has this line, counted from 1, a post of another conversation than that of this key? */
  isOfAnother: (line: number, key: string) => boolean;
}

const ignore = (): void => undefined;

/**
 * The conversations that a bulk export has a line of, and those that only posts name: neither the server nor other writers always
 * give a line to each.
 * @throws ConvertError export_unknown
 */
export async function channelsIn(document: ExportFile): Promise<MattermostIndex> {
  const channels = new Map<string, MattermostChannel>();
  const numbers = new Map<string, number>();
  /** by line: the number of the conversation of which it holds a post */
  const posts: number[] = [];
  let isFirst = true;
  for await (const { number, value } of jsonLines(document.read())) {
    const line = Fields.of(value, ignore);
    const type = line?.text("type");
    if (isFirst && type !== "version") throw new ConvertError("export_unknown");
    isFirst = false;
    const found = line && type !== undefined ? channelOf(line, type) : undefined;
    if (found && (!found.unlisted || !channels.has(found.key))) channels.set(found.key, found);
    while (posts.length <= number) posts.push(NONE);
    if (found?.unlisted) posts[number] = numbered(numbers, found.key);
  }
  if (isFirst) throw new ConvertError("export_unknown");
  const isOfAnother = (line: number, key: string): boolean => {
    const post = posts[line] ?? NONE;
    return post !== NONE && post !== numbers.get(key);
  };
  return { channels: [...channels.values()], isOfAnother };
}

const NONE = -1;

function numbered(numbers: Map<string, number>, key: string): number {
  const known = numbers.get(key) ?? numbers.size;
  numbers.set(key, known);
  return known;
}

function channelOf(line: Fields, type: string): MattermostChannel | undefined {
  const found = line.object(type);
  switch (type) {
    case "channel": {
      const name = found?.id("name");
      if (!found || name === undefined) return undefined;
      const key = `${found.id("team") ?? ""}/${name}`;
      const topic = found.anyText("header", "purpose");
      return { key, name: found.anyText("display_name") ?? name, topic, direct: false, unlisted: false };
    }
    case "direct_channel":
      return found && direct(membersOf(found), found.anyText("header"), false);
    case "post": {
      const key = found && keyOf(found);
      return key === undefined
        ? undefined
        : { key, name: found?.id("channel") ?? key, topic: undefined, direct: false, unlisted: true };
    }
    case "direct_post":
      return found && direct(membersOf(found), undefined, true);
    default:
      return undefined;
  }
}

function direct(
  members: readonly string[],
  topic: string | undefined,
  unlisted: boolean,
): MattermostChannel | undefined {
  if (members.length === 0) return undefined;
  return { key: directKey(members), name: members.join(", "), topic, direct: members.length <= 2, unlisted };
}

function membersOf(found: Fields): string[] {
  const named = [...found.ids("channel_members"), ...found.ids("members")];
  return named.length > 0 ? named : found.objects("participants").flatMap((person) => person.id("username") ?? []);
}

/** Where a post stands; undefined where it does not say. */
export function keyOf(post: Fields): string | undefined {
  const members = membersOf(post);
  if (members.length > 0) return directKey(members);
  const channel = post.id("channel");
  return channel === undefined ? undefined : `${post.id("team") ?? ""}/${channel}`;
}

/** What to call a direct conversation: by its members, whatever their order. */
function directKey(members: readonly string[]): string {
  return [...new Set(members)].sort().join(",");
}
