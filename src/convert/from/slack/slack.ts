import { ConvertError } from "../../convert-error.ts";
import { findByName, folderOf, type ExportFile, type ExportFiles } from "../../input/export-files.ts";
import { jsonElements } from "../../input/json-pieces.ts";
import { Ids } from "../../room/ids.ts";
import type { SlackNames } from "../../text/slack-mrkdwn.ts";
import type { ForeignConversation, ForeignFormat } from "../format.ts";
import { SlackReader } from "./slack-messages.ts";
import { CHANNEL, USER, type SlackChannel } from "./slack-shapes.ts";

const SERVER = "slack.invalid";
/** Lists of conversations; the messages of each stand in a folder of its name, direct ones in one of its id. */
const LISTS = ["channels.json", "groups.json", "mpims.json", "dms.json"];

/** A workspace export of Slack: lists of users and conversations, and a file of messages for each day of each conversation. */
export const slack: ForeignFormat = {
  many: true,
  beside: () => [],
  async conversations(files) {
    const list = findByName(files, /^users\.json$/);
    if (list === undefined) throw new ConvertError("export_unknown");
    const top = folderOf(list);
    const found: { channel: SlackChannel; direct: boolean; days: ExportFile[] }[] = [];
    for (const name of LISTS) {
      const file = files.file(top + name);
      for await (const value of file ? jsonElements(file.read()) : []) {
        const { data: channel } = CHANNEL.safeParse(value);
        if (!channel) throw new ConvertError("export_malformed");
        const folders = [channel.name, channel.id].map((folder) => `${top}${folder ?? channel.id}/`);
        const days = daysIn(files, folders);
        found.push({ channel, direct: name === "dms.json", days });
      }
    }
    const names = await namesOf(
      files.file(list),
      found.map(({ channel }) => channel),
    );
    return found.map((each) => conversationOf(each, names, files, top));
  },
};

function conversationOf(
  { channel, direct, days }: { channel: SlackChannel; direct: boolean; days: ExportFile[] },
  names: SlackNames,
  files: ExportFiles,
  top: string,
): ForeignConversation {
  const ids = Ids.of(SERVER, channel.id.toLowerCase());
  const people = (channel.members ?? []).map((id) => names.user(id) ?? id);
  const { creator, created } = channel;
  return {
    name: channel.name ?? channel.id,
    ids,
    exporter: ids.user("exporter"),
    async read(conversation) {
      Object.assign(conversation.about, {
        name: channel.name ?? (people.length > 0 ? people.join(", ") : undefined),
        topic: [channel.topic?.value, channel.purpose?.value].find(Boolean),
        createdAt: created ? created * 1000 : undefined,
        creator: creator ? ids.user(creator.toLowerCase()) : undefined,
        type: direct ? "direct" : "group",
      });
      if (creator) conversation.people.meet(ids.user(creator.toLowerCase()), names.user(creator));
      const reader = new SlackReader(conversation, names, files, top, channel);
      for (const day of days) await reader.read(day);
      return { pinned: reader.pinned };
    },
  };
}

/** The days of a conversation in their order: their names are dates. */
function daysIn(files: ExportFiles, folders: readonly string[]): ExportFile[] {
  for (const folder of folders) {
    const days = files.paths.filter(
      (path) => path.startsWith(folder) && /^\d{4}-\d\d-\d\d\.json$/.test(path.slice(folder.length)),
    );
    if (days.length > 0) return days.sort().flatMap((path) => files.file(path) ?? []);
  }
  return [];
}

async function namesOf(list: ExportFile | undefined, channels: readonly SlackChannel[]): Promise<SlackNames> {
  const users = new Map([["USLACKBOT", "Slackbot"]]);
  for await (const value of list ? jsonElements(list.read()) : []) {
    const { data: user } = USER.safeParse(value);
    if (!user) throw new ConvertError("export_malformed");
    const name = [user.profile?.display_name, user.profile?.real_name, user.real_name, user.name].find(Boolean);
    if (name) users.set(user.id, name);
  }
  const names = new Map(channels.map(({ id, name }) => [id, name ?? undefined]));
  return { user: (id) => users.get(id), channel: (id) => names.get(id) };
}
