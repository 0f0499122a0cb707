import { ConvertError } from "../../convert-error.ts";
import { Ids } from "../../room/ids.ts";
import type { ForeignConversation, ForeignFormat } from "../format.ts";
import { SlackFiles } from "./slack-files.ts";
import { channels, readPeople, workspaces, type SlackChannel } from "./slack-lists.ts";
import { lookAhead } from "./slack-log.ts";
import { localName, SlackReader } from "./slack-messages.ts";
import { SlackPeople } from "./slack-people.ts";
import { addPins } from "./slack-pins.ts";

const SERVER = "slack.invalid";

/**
 * A workspace export of Slack: lists of users and conversations, and a file of messages for each day of each conversation; of a
 * grid, several workspaces below `teams`. Programs that read Slack otherwise write the same layout, and slackdump one of its own.
 */
export const slack: ForeignFormat = {
  many: true,
  beside: () => [],
  async conversations(files) {
    const folders = workspaces(files);
    const [top] = folders;
    if (top === undefined) throw new ConvertError("export_unknown");
    const inside = folders.filter((folder) => folder.startsWith(top));
    const people = new SlackPeople();
    await readPeople(files, inside, people);
    const found = await channels(files, top, inside);
    if (found.length === 0) throw new ConvertError("export_unknown");
    for (const { id, givenName } of found) if (id !== undefined && givenName) people.channels.set(id, givenName);
    const shelf = new SlackFiles(files);
    return found.map((each) => conversationOf(each, people, shelf));
  },
};

function conversationOf(channel: SlackChannel, people: SlackPeople, files: SlackFiles): ForeignConversation {
  const { id, name, givenName, topic, created, creator, members, isDirect, pins, folder, days } = channel;
  const ids = Ids.of(SERVER, localName(id ?? folder));
  const called = members.map((member) => people.user(member) ?? member).join(", ") || undefined;
  return {
    name,
    bytes: days.reduce((sum, { file }) => sum + file.size, 0),
    ids,
    exporter: ids.user("exporter"),
    async read(conversation) {
      const foresight = await lookAhead(days, people);
      Object.assign(conversation.about, {
        name: givenName ?? (isDirect ? called : undefined) ?? name,
        topic,
        createdAt: created ? created * 1000 : undefined,
        creator: creator ? ids.user(localName(creator)) : undefined,
        type: isDirect ? "direct" : "group",
      });
      if (id === undefined) conversation.ledger.say("conversation_unlisted");
      if (creator) conversation.people.meet(ids.user(localName(creator)), people.user(creator));
      const reader = new SlackReader(conversation, { people, files, id, folder, foresight });
      for (const day of days) await reader.read(day);
      return { pinned: await addPins(conversation, pins, people, reader.pinned) };
    },
  };
}
