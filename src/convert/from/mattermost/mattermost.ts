import { ConvertError } from "../../convert-error.ts";
import { findByName, folderOf } from "../../input/export-files.ts";
import { Ids } from "../../room/ids.ts";
import type { ForeignFormat } from "../format.ts";
import { channelsIn } from "./mattermost-channels.ts";
import { MattermostReader } from "./mattermost-posts.ts";

const SERVER = "mattermost.invalid";

/** A bulk export of Mattermost: JSON Lines, alone or in a ZIP or folder with the files in `data`. */
export const mattermost: ForeignFormat = {
  many: false,
  beside: () => ["data"],
  async conversations(files) {
    const path = findByName(files, /\.jsonl$/i) ?? findByName(files, /\.json$/i);
    const document = path === undefined ? undefined : files.file(path);
    if (path === undefined || !document) throw new ConvertError("export_unknown");
    const { channels, isOfAnother } = await channelsIn(document);
    return channels.map(({ key, name, topic, direct, unlisted }) => {
      const ids = Ids.of(SERVER, key);
      return {
        name: key,
        ids,
        exporter: ids.user("exporter"),
        async read(conversation) {
          Object.assign(conversation.about, { name, topic, type: direct ? "direct" : "group" });
          if (unlisted) conversation.ledger.say("conversation_unlisted");
          const reader = new MattermostReader(conversation, files, folderOf(path), key);
          await reader.read(document, (line) => !isOfAnother(line, key));
          return { pinned: reader.pinned };
        },
      };
    });
  },
};
