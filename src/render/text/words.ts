import { nameOf } from "../../bundle/profiles.ts";
import { objectMember, stringMember } from "../../matrix/json.ts";
import { isPollEnd, pollQuestion } from "../../matrix/poll.ts";
import type { Entry } from "./transcript.ts";

/** What an entry says, and in which way. */
export interface Words {
  /** `said`: by its author; `happened`: goes after their name, as in "Ann joined" */
  way: "said" | "happened";
  text: string;
}

/** An entry as plain text. A file stands there with its name and its place in the bundle. */
export function wordsOf(entry: Entry): Words {
  const { content, original, remover, file } = entry;
  const said = (text: string): Words => ({ way: "said", text });
  const happened = (text: string): Words => ({ way: "happened", text });
  if (original.redaction) {
    const reason = stringMember(original.redaction.content, "reason");
    return said(`(removed by ${remover ? nameOf(remover) : "somebody"}${reason ? `: ${reason}` : ""})`);
  }
  const body = stringMember(content, "body") ?? "";
  const { type } = original;
  if (entry.poll) return said(pollText(entry));
  if (isPollEnd(type)) return happened("ended the poll");
  if (type === "m.sticker") return said(`[sticker: ${placed(body, file)}]`);
  if (type !== "m.room.message") return happened(stateWords(entry));
  const msgtype = stringMember(content, "msgtype");
  if (msgtype === "m.emote") return happened(body);
  if (!["m.image", "m.video", "m.audio", "m.file"].includes(msgtype ?? "")) return said(body);
  const name = stringMember(content, "filename") ?? body;
  const caption = name === body ? "" : `${body}\n`;
  return said(`${caption}[${(msgtype ?? "").slice(2)}: ${placed(name, file)}]`);
}

function placed(name: string, file: string | undefined): string {
  return file === undefined ? `${name}, not in the bundle` : `${name}, ${file}`;
}

function pollText({ original, poll }: Entry): string {
  const counts = poll?.count() ?? new Map<string, number>();
  const answers = (poll?.answers ?? []).map(({ id, text }) => `- ${text}: ${counts.get(id) ?? 0}`);
  return [`[poll] ${pollQuestion(original.content)}`, ...answers].join("\n");
}

function stateWords({ original, content }: Entry): string {
  const text = (key: string): string => stringMember(content, key) ?? "";
  switch (original.type) {
    case "m.room.create":
      return "created the room";
    case "m.room.name":
      return `named the room ${text("name")}`;
    case "m.room.topic":
      return `set the topic: ${text("topic")}`;
    case "m.room.avatar":
      return "changed the room's picture";
    case "m.room.pinned_events":
      return "changed the pinned messages";
    case "m.room.encrypted":
      return "sent something encrypted";
    case "m.reaction":
      return `reacted with ${stringMember(objectMember(content, "m.relates_to"), "key") ?? "?"} to a message that is not in the bundle`;
    case "m.room.redaction":
      return "removed a message that is not in the bundle";
    case "m.room.member":
      return memberWords(
        text("membership"),
        original.sender === original.stateKey,
        text("displayname") || original.stateKey,
      );
    default:
      return `sent an event of type ${original.type}`;
  }
}

function memberWords(membership: string, isSelf: boolean, name = "somebody"): string {
  const alone: Record<string, string> = { join: "joined", leave: "left", knock: "asked to join" };
  const others: Record<string, string> = { invite: "invited", leave: "removed", ban: "banned" };
  const word = isSelf ? alone[membership] : others[membership];
  if (word === undefined) return `changed the membership of ${name}`;
  return isSelf ? word : `${word} ${name}`;
}
