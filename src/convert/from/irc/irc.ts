import type { JsonObject } from "../../../matrix/json.ts";
import { ConvertError } from "../../convert-error.ts";
import { folderOf, type ExportFile, type ExportFiles } from "../../input/export-files.ts";
import { textLines } from "../../input/text-lines.ts";
import type { Conversation } from "../../room/conversation.ts";
import { Ids } from "../../room/ids.ts";
import { LocalClock } from "../../room/local-clock.ts";
import { membership } from "../../room/prelude.ts";
import { fromIrc } from "../../text/irc-text.ts";
import type { ForeignConversation, ForeignFormat, ReadOptions } from "../format.ts";
import { addMessage, say } from "../message.ts";
import { dialectOf } from "./irc-dialects.ts";
import type { DatedLine } from "./irc-lines.ts";

const SERVER = "irc.invalid";
/** So many lines tell which client wrote a log. */
const LOOKED_AT = 20;

/** Logs of WeeChat, irssi and ZNC: a file for each conversation, or a folder of files of one for each day. */
export const irc: ForeignFormat = {
  many: false,
  beside: () => [],
  async conversations(files, options) {
    const logs = new Map<string, string[]>();
    for (const path of files.paths) {
      const file = files.file(path);
      // what somebody names alone can be called anything
      const isLog = files.paths.length === 1 || /log$/i.test(path);
      if (!file || !isLog || !dialectOf(await firstLines(file), path)) continue;
      const name = nameOf(path);
      logs.set(name, [...(logs.get(name) ?? []), path]);
    }
    if (logs.size === 0) throw new ConvertError("export_unknown");
    return [...logs].map(([name, paths]) => conversationOf(name, paths.sort(), files, options));
  },
};

function conversationOf(
  name: string,
  paths: readonly string[],
  files: ExportFiles,
  options: ReadOptions,
): ForeignConversation {
  const ids = Ids.of(SERVER, name);
  return {
    name,
    bytes: paths.reduce((sum, path) => sum + (files.file(path)?.size ?? 0), 0),
    ids,
    exporter: ids.user("exporter"),
    async read(conversation) {
      const called = name.slice(name.lastIndexOf("/") + 1);
      const type = /^[#&+!]/.test(called) ? "group" : "direct";
      Object.assign(conversation.about, { name: called, type });
      conversation.ledger.say("people_are_names");
      const reader = new IrcReader(
        conversation,
        new LocalClock(options.timeZone, conversation.ledger),
        ids.user("exporter"),
      );
      for (const path of paths) await reader.read(path, files.file(path));
      return { pinned: [] };
    },
  };
}

/** `network/#channel`: of WeeChat by the file's name, of ZNC by its folder, of irssi by both. */
function nameOf(path: string): string {
  const file = path.slice(path.lastIndexOf("/") + 1);
  const [, server, channel] = /^irc\.(?:server\.)?([^.]+)\.(.+)\.weechatlog$/.exec(file) ?? [];
  if (server !== undefined) return `${server}/${channel ?? ""}`;
  const folder = folderOf(path).replace(/\/$/, "");
  if (/^\d{4}-\d\d-\d\d\.log$/.test(file) && folder !== "") return folder;
  const stem = file.replace(/\.(?:(?:weechat)?log|txt)$/i, "").replace(/_\d{8}$/, "");
  return folder === "" ? stem : `${folder}/${stem}`;
}

async function firstLines(file: ExportFile): Promise<string[]> {
  const found: string[] = [];
  for await (const line of textLines(file.read())) if (found.push(line) >= LOOKED_AT) break;
  return found;
}

/** Reads the logs of one conversation, whose lines keep their order. */
class IrcReader {
  readonly #conversation: Conversation;
  readonly #clock: LocalClock;
  readonly #nobody: string;
  #order = 0;

  /** `nobody`: user id for what the client or the server tells */
  constructor(conversation: Conversation, clock: LocalClock, nobody: string) {
    this.#conversation = conversation;
    this.#clock = clock;
    this.#nobody = nobody;
  }

  async read(path: string, file: ExportFile | undefined): Promise<void> {
    const dialect = file && dialectOf(await firstLines(file), path);
    if (!dialect) return;
    let number = 0;
    for await (const text of textLines(file.read())) {
      number++;
      if (text.trim() === "") continue;
      const line = dialect.read(text);
      const time = line === undefined || line === "odd" ? undefined : this.#clock.read(line.time);
      if (line === undefined) continue;
      if (line === "odd" || time === undefined)
        this.#conversation.ledger.count("message_malformed", 1, `line ${number}`);
      else await this.#add(line, time, `${path}/${number}`);
    }
  }

  async #add(line: DatedLine, time: number, key: string): Promise<void> {
    const { ids } = this.#conversation;
    const order = this.#order++;
    const sender = line.nick === undefined ? this.#nobody : this.#person(line.nick);
    const event = { event_id: ids.event(key), sender, origin_server_ts: time };
    const { text } = line;
    switch (line.kind) {
      case "join":
      case "leave":
      case "kick": {
        const target = line.target === undefined ? sender : this.#person(line.target);
        const person = this.#conversation.people.get(target);
        const reason: JsonObject = text === "" ? {} : { reason: fromIrc(text).body };
        const content = { ...membership(person, line.kind === "join" ? "join" : "leave"), ...reason };
        await this.#conversation.add({ ...event, type: "m.room.member", state_key: target, content }, order);
        return;
      }
      case "topic":
        await this.#conversation.add(
          { ...event, type: "m.room.topic", state_key: "", content: { topic: fromIrc(text).body } },
          order,
        );
        return;
      default: {
        const kind = line.kind === "message" ? "m.text" : line.kind === "action" ? "m.emote" : "m.notice";
        const said = say(this.#conversation, text, fromIrc);
        await addMessage(this.#conversation, { key, sender, time, order, kind, said });
      }
    }
  }

  /** Nicks differ by more than their case (RFC 2812, 2.2). */
  #person(nick: string): string {
    const userId = this.#conversation.ids.user(nick.toLowerCase());
    this.#conversation.people.meet(userId, nick);
    return userId;
  }
}
