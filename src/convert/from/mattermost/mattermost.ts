import { ConvertError } from "../../convert-error.ts";
import { findByName, folderOf, type ExportFile } from "../../input/export-files.ts";
import { jsonLines } from "../../input/json-lines.ts";
import { Ids } from "../../room/ids.ts";
import type { ForeignFormat } from "../format.ts";
import { directKey, MattermostReader } from "./mattermost-posts.ts";
import { CHANNEL, DIRECT_CHANNEL, LINE_TYPE } from "./mattermost-shapes.ts";

const SERVER = "mattermost.invalid";

interface Channel {
  /** `team/channel`, or the members of a direct one */
  key: string;
  name: string;
  topic: string | undefined;
  direct: boolean;
}

/** A bulk export of Mattermost: JSON Lines, alone or in a ZIP or folder with the files in `data`. */
export const mattermost: ForeignFormat = {
  many: false,
  beside: () => ["data"],
  async conversations(files) {
    const path = findByName(files, /\.jsonl$/i) ?? findByName(files, /\.json$/i);
    const document = path === undefined ? undefined : files.file(path);
    if (path === undefined || !document) throw new ConvertError("export_unknown");
    return (await channelsIn(document)).map(({ key, name, topic, direct }) => {
      const ids = Ids.of(SERVER, key);
      return {
        name: key,
        ids,
        exporter: ids.user("exporter"),
        async read(conversation) {
          Object.assign(conversation.about, { name, topic, type: direct ? "direct" : "group" });
          const reader = new MattermostReader(conversation, files, folderOf(path), key);
          await reader.read(document);
          return { pinned: reader.pinned };
        },
      };
    });
  },
};

/** @throws ConvertError export_unknown */
async function channelsIn(document: ExportFile): Promise<Channel[]> {
  const channels = new Map<string, Channel>();
  let isFirst = true;
  for await (const line of jsonLines(document.read())) {
    const type = LINE_TYPE.safeParse(line).data?.type;
    if (isFirst && type !== "version") throw new ConvertError("export_unknown");
    isFirst = false;
    if (type === "channel") {
      const { data } = CHANNEL.safeParse(line);
      if (!data) throw new ConvertError("export_malformed");
      const { team, name, display_name: shown, header, purpose } = data.channel;
      const key = `${team}/${name}`;
      const topic = [header, purpose].find(Boolean) ?? undefined;
      channels.set(key, { key, name: shown ?? name, topic, direct: false });
    } else if (type === "direct_channel") {
      const { data } = DIRECT_CHANNEL.safeParse(line);
      if (!data) throw new ConvertError("export_malformed");
      const { members, participants, header } = data.direct_channel;
      const people = members ?? (participants ?? []).map(({ username }) => username);
      const key = directKey(people);
      channels.set(key, { key, name: people.join(", "), topic: header ?? undefined, direct: people.length <= 2 });
    }
  }
  if (isFirst) throw new ConvertError("export_unknown");
  return [...channels.values()];
}
